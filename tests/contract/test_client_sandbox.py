"""The SDK against the real sandbox, in this process and over sockets."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from typing import Any, cast

import httpx
import msgspec
import pytest

from backend.kernel import webhooks_in
from backend.settings import Settings
from shared.api.sandbox import CreditIn, CreditStatus, LinkStatus
from shared.client import AsyncClient, Client, ClientConfig, errors
from shared.client.webhooks import Webhook
from shared.ids import new_id
from tests.builders.running import RunningPlatform
from tests.builders.sandbox import Ear, outside_world, until


def config(settings: Settings) -> ClientConfig:
    return ClientConfig(base_url=settings.public_url, sandbox_url=settings.sandbox_url, tenant="demo")


async def test_a_tester_reads_the_phone_pays_in_and_pays_a_link(settings: Settings) -> None:
    assert settings.sandbox_secret is not None
    ear = Ear(settings.sandbox_secret)
    to = f"+234{new_id().int % 10**10}4"
    async with (
        outside_world(settings, webhooks=ear.transport) as provider,
        AsyncClient(config(settings), sandbox_transport=provider._transport) as client,
    ):
        waiting = asyncio.create_task(client.sandbox.wait_for_message(to, containing="123456"))
        for text in ("Hello", "Your code is 123456"):
            message = {"id": new_id().hex, "channel": "sms", "to": to, "text": text}
            await provider.post("/messages", json=message)
        assert (await waiting).text == "Your code is 123456"
        assert [message.text for message in await client.sandbox.inbox(to)] == ["Your code is 123456", "Hello"]
        with pytest.raises(errors.TimedOut):
            await client.sandbox.wait_for_message(to, containing="never", timeout_s=0)

        account = {"reference": new_id().hex, "holder_name": "Ada", "currency": "NGN", "callback_url": ear.url}
        number = (await provider.post("/rail/virtual-accounts", json=account)).json()["account_number"]
        body, key = CreditIn(amount_minor=500, currency="NGN"), new_id().hex
        credit = await client.sandbox.pay_in(number, body, idempotency_key=key)
        assert await client.sandbox.pay_in(number, body, idempotency_key=key) == credit
        assert (await client.sandbox.reverse(credit.credit_id)).status is CreditStatus.REVERSED
        with pytest.raises(errors.NotFound) as missing:
            await client.sandbox.pay_in("0000000000", body)
        assert missing.value.code == "unknown"

        asked = {"reference": new_id().hex, "amount_minor": 9, "currency": "KWD", "callback_url": ear.url}
        made = (await provider.post("/rail/links", json=asked)).json()
        assert (await client.sandbox.link(made["url"])).status is LinkStatus.OPEN
        assert (await client.sandbox.pay_link(made["url"])).status is LinkStatus.PAID
        assert (await client.sandbox.pay_link(made["id"])).payment_id == (
            await client.sandbox.link(made["id"])
        ).payment_id


async def test_without_an_address_there_is_no_sandbox() -> None:
    async with AsyncClient(ClientConfig(base_url="https://api.test", tenant="demo")) as client:
        with pytest.raises(ValueError, match="sandbox_url"):
            _ = client.sandbox


class Listener(http.server.ThreadingHTTPServer):
    """A platform that only listens to webhooks, on a socket of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listening)
        self.heard: list[tuple[dict[str, str], bytes]] = []


class _Listening(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        cast(Listener, self.server).heard.append((dict(self.headers), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the library's signature
        """Says nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_notices_outlive_a_killed_sandbox(running_platform: RunningPlatform, listener: Listener) -> None:
    settings = running_platform.settings
    url = f"http://127.0.0.1:{listener.server_port}/hooks"
    account = {"scheme": "local", "account_number": "12345678", "holder_name": "Ada"}
    orders = [
        {"reference": new_id().hex, "amount_minor": 100 + n, "currency": "NGN", "account": account, "callback_url": url}
        for n in range(20)
    ]
    headers = {"Authorization": f"Bearer {settings.sandbox_secret}"}
    async with httpx.AsyncClient(base_url=settings.sandbox_url, headers=headers, timeout=20) as provider:
        answers = await asyncio.gather(*(provider.post("/rail/payouts", json=order) for order in orders))
        running_platform.kill("sandbox")
        assert {answer.status_code for answer in answers} == {201}

        await running_platform.ready()
        await until(lambda: len({_event(heard) for heard in listener.heard}) >= 40, timeout_s=60)
        statuses = [(await provider.get(f"/rail/payouts/{order['reference']}")).json()["status"] for order in orders]

    webhook = Webhook(webhooks_in.endpoint_secret(cast(str, settings.sandbox_secret), "/hooks"))
    assert {webhook.verify(headers, body)[:4] for headers, body in listener.heard} == {"evt_"}
    assert set(statuses) == {"settled"}
    assert {_event(heard) for heard in listener.heard} == {
        (order["reference"], status) for order in orders for status in ("sent", "settled")
    }


def test_the_synchronous_client_speaks_over_sockets(running_platform: RunningPlatform) -> None:
    with Client(config(running_platform.settings)) as client:
        assert client.sandbox.inbox("nobody") == []
        with pytest.raises(errors.NotFound):
            client.sandbox.link("lnk_none")


def _event(heard: tuple[dict[str, str], bytes]) -> tuple[str, str]:
    data = msgspec.json.decode(heard[1])["data"]
    return data["reference"], data["status"]
