"""The SDK against the real sandbox, in this process."""

import asyncio

import pytest

from backend.settings import Settings
from shared.api.sandbox import CreditIn, CreditStatus, LinkStatus
from shared.client import AsyncClient, ClientConfig, errors
from shared.ids import new_id
from tests.builders.sandbox import Ear, outside_world


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
