"""The sandbox as a process of its own: spoken to over sockets, killed, and back with its notices."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from typing import Any, cast

import httpx
import msgspec
import pytest

from backend.kernel import webhooks_in
from shared.client import Client, ClientConfig, errors
from shared.client.webhooks import Webhook
from shared.ids import new_id
from tests.builders.running import RunningPlatform
from tests.builders.sandbox import until


class Listener(http.server.ThreadingHTTPServer):
    """A platform that only listens to webhooks, on a socket of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listening)
        self.heard: list[tuple[dict[str, str], bytes]] = []


class _Listening(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        if len(body) < size:
            return  # its sender was killed in the middle
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
    settings = running_platform.settings
    config = ClientConfig(base_url=settings.public_url, sandbox_url=settings.sandbox_url, tenant="demo")
    with Client(config) as client:
        assert client.sandbox.inbox("nobody") == []
        with pytest.raises(errors.NotFound):
            client.sandbox.link("lnk_none")


def _event(heard: tuple[dict[str, str], bytes]) -> tuple[str, str]:
    data = msgspec.json.decode(heard[1])["data"]
    return data["reference"], data["status"]
