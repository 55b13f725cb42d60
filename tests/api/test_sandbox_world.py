"""The sandbox's inbox, lenders and pages."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from backend.sandbox.main import create_sandbox
from backend.settings import Environment, Settings, SettingsError
from shared.ids import new_id
from tests.builders.sandbox import QUICK, Ear, outside_world


@pytest.fixture
async def ear(settings: Settings) -> Ear:
    assert settings.sandbox_secret is not None
    return Ear(settings.sandbox_secret)


@pytest.fixture
async def world(settings: Settings, ear: Ear) -> AsyncIterator[httpx.AsyncClient]:
    async with outside_world(settings, webhooks=ear.transport) as client:
        yield client


def message(to: str, text: str = "Your code is 123456", **changes: Any) -> dict[str, Any]:
    return {"id": new_id().hex, "channel": "sms", "to": to, "text": text, **changes}


def question(amount_minor: int = 50_000_00, band: str = "A") -> dict[str, Any]:
    return {
        "reference": new_id().hex,
        "amount_minor": amount_minor,
        "currency": "NGN",
        "instalments": 6,
        "frequency": "monthly",
        "method": "equal_instalments",
        "product_kind": "working_capital",
        "score_band": band,
        "country": "NG",
    }


async def test_messages_reach_the_inbox_newest_first(world: httpx.AsyncClient) -> None:
    to = f"+234{new_id().int % 10**10}2"
    first, second = message(to, "one"), message(to, "two", subject="About it", channel="email")

    for sent in (first, second, first):
        assert (await world.post("/messages", json=sent)).json()["status"] == "delivered"
    inbox = (await world.get("/inbox", params={"to": to}, headers={"Authorization": ""})).json()

    assert [(found["text"], found["subject"]) for found in inbox] == [("two", "About it"), ("one", None)]
    assert (await world.get("/inbox", params={"to": to, "limit": 1})).json() == inbox[:1]
    assert (await world.get("/inbox", params={"limit": 0})).status_code == 400


async def test_an_address_that_cannot_be_reached_bounces(world: httpx.AsyncClient, ear: Ear) -> None:
    sent = message("+2348030000001", callback_url=ear.url)

    assert (await world.post("/messages", json=sent)).json()["status"] == "failed"
    notices = await ear.wait(1)

    assert (notices[0].type, notices[0].data["reason"]) == ("message.failed", "unreachable")
    assert (await world.get(f"/messages/{sent['id']}")).json()["status"] == "failed"
    inbox = (await world.get("/inbox", params={"to": sent["to"]})).json()
    assert sent["id"] not in {found["id"] for found in inbox}
    assert (await world.get("/messages/nobody")).status_code == 404


async def test_a_delivery_is_reported_once(world: httpx.AsyncClient, ear: Ear) -> None:
    sent = message("+2348030000777", callback_url=ear.url)

    for _ in range(2):
        await world.post("/messages", json=sent)

    assert [notice.type for notice in await ear.wait(1)] == ["message.delivered"]


async def test_a_lender_answers_a_reference_the_same_way(world: httpx.AsyncClient) -> None:
    asked = question()

    first, again = [await world.post("/lenders/quickline/quotes", json=asked) for _ in range(2)]
    changed = await world.post("/lenders/quickline/quotes", json={**asked, "instalments": 7})

    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["rate_pct"] == "27"
    assert first.json()["fees"] == [{"code": "origination", "when": "disbursement", "fixed_minor": 0, "rate_bps": 250}]
    assert changed.json()["code"] == "reference_reused"


async def test_a_lender_declines_with_a_reason(world: httpx.AsyncClient) -> None:
    declined = await world.post("/lenders/harbor/quotes", json=question(band="D"))
    nobody = await world.post("/lenders/nobody/quotes", json=question())

    assert (declined.status_code, declined.json()) == (422, {"reason": "score_below_policy"})
    assert nobody.status_code == 404


async def test_amounts_that_make_lenders_late_broken_or_unwilling(world: httpx.AsyncClient) -> None:
    began = time.monotonic()
    late = await world.post("/lenders/meridian/quotes", json=question(50_011))
    assert late.status_code == 200
    assert time.monotonic() - began >= QUICK.slow_s

    assert (await world.post("/lenders/quickline/quotes", json=question(50_012))).status_code == 500
    assert (await world.post("/lenders/harbor/quotes", json=question(50_012))).status_code == 200
    for code in ("harbor", "meridian", "quickline"):
        declined = await world.post(f"/lenders/{code}/quotes", json=question(50_013))
        assert (declined.status_code, declined.json()) == (422, {"reason": "not_lending_today"})


async def test_the_phone_page_shows_messages_as_text(world: httpx.AsyncClient) -> None:
    to = f"+234{new_id().int % 10**10}3"
    await world.post("/messages", json=message(to, "<script>alert(1)</script>", subject="A & B"))

    page = await world.get("/", params={"to": to}, headers={"Authorization": ""})

    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "A &amp; B" in page.text
    assert "<script>" not in page.text


async def test_a_link_is_paid_on_its_page(world: httpx.AsyncClient, ear: Ear) -> None:
    asked = {"reference": new_id().hex, "amount_minor": 1050, "currency": "NGN", "callback_url": ear.url}
    link = (await world.post("/rail/links", json=asked)).json()
    path = httpx.URL(link["url"]).path

    shown = await world.get(path, headers={"Authorization": ""})
    paid = await world.post(path, headers={"Authorization": ""}, follow_redirects=True)

    assert "Pay NGN 10.50" in shown.text
    assert "This link is paid." in paid.text
    assert [notice.type for notice in await ear.wait(1)] == ["link.paid"]


async def test_the_sandbox_says_whether_it_is_ready(world: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/health/ready"):
        assert (await world.get(path, headers={"Authorization": ""})).json()["status"] == "ok"


async def test_two_couriers_deliver_each_notice_once(settings: Settings, ear: Ear) -> None:
    async with (
        outside_world(settings, webhooks=ear.transport) as first,
        outside_world(settings, webhooks=ear.transport),
    ):
        sent = [message(f"+23480300{n:05}7", callback_url=ear.url) for n in range(20)]
        await asyncio.gather(*(first.post("/messages", json=each) for each in sent))
        notices = await ear.wait(20)

    assert len(notices) == len({notice.id for notice in notices}) == 20


def test_the_sandbox_refuses_production_and_a_missing_secret(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="production"):
        create_sandbox(msgspec.structs.replace(settings, environment=Environment.PRODUCTION))
    with pytest.raises(SettingsError, match="CAAS_SANDBOX_SECRET"):
        create_sandbox(msgspec.structs.replace(settings, sandbox_secret=None))
