import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from backend.sandbox.accounts import account_number
from backend.sandbox.magic import Account, Quirk, quirk_of
from backend.settings import Settings
from shared.ids import new_id
from tests.builders.sandbox import QUICK, Ear, outside_world, until


@pytest.fixture
async def ear(settings: Settings) -> Ear:
    assert settings.sandbox_secret is not None
    return Ear(settings.sandbox_secret)


@pytest.fixture
async def world(settings: Settings, ear: Ear) -> AsyncIterator[httpx.AsyncClient]:
    async with outside_world(settings, webhooks=ear.transport) as client:
        yield client


def nuban(telling: str) -> dict[str, Any]:
    return {"scheme": "nuban", "bank_code": "058", "account_number": f"01234{telling}7", "holder_name": "Ada Obi"}


def payout(ear: Ear, telling: str = "5678", **changes: Any) -> dict[str, Any]:
    order = {"reference": new_id().hex, "amount_minor": 250_000, "currency": "NGN", "callback_url": ear.url}
    return {**order, "account": nuban(telling), **changes}


async def ordered(world: httpx.AsyncClient, order: dict[str, Any]) -> dict[str, Any]:
    response = await world.post("/rail/payouts", json=order)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def status(world: httpx.AsyncClient, order: dict[str, Any]) -> str:
    response = await world.get(f"/rail/payouts/{order['reference']}")
    return str(response.json()["status"]) if response.status_code == 200 else str(response.status_code)


async def test_a_payout_is_sent_then_settled(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear)

    await ordered(world, order)
    notices = await ear.wait(2)

    assert ear.types == ["payout.sent", "payout.settled"]
    settled = notices[1].data
    assert (settled["reference"], settled["amount_minor"], settled["currency"]) == (order["reference"], 250_000, "NGN")
    assert (settled["status"], settled["reason"]) == ("settled", None)
    assert await status(world, order) == "settled"
    assert notices[0].id != notices[1].id


async def test_a_reference_is_paid_once(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear)

    answers = await asyncio.gather(*(ordered(world, order) for _ in range(5)))
    await ear.wait(2)

    assert len({answer["provider_reference"] for answer in answers}) == 1
    assert ear.types == ["payout.sent", "payout.settled"]


async def test_a_reference_stands_for_one_order(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear)
    await ordered(world, order)

    response = await world.post("/rail/payouts", json={**order, "amount_minor": 999})

    assert (response.status_code, response.json()["code"]) == (409, "reference_reused")


async def test_a_closed_account_fails(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear, "0001")

    await ordered(world, order)
    notices = await ear.wait(2)

    assert ear.types == ["payout.sent", "payout.failed"]
    assert notices[1].data["reason"] == "account_closed"
    assert await status(world, order) == "failed"


async def test_a_time_out_may_hide_a_payout_that_settles(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear, "0002")

    sending = asyncio.create_task(world.post("/rail/payouts", json=order))
    async with asyncio.timeout(30):
        while await status(world, order) != "settled":  # noqa: ASYNC110 -- the sender is told nothing
            await asyncio.sleep(0.01)
    sending.cancel()

    await ear.wait(2)
    assert ear.types == ["payout.sent", "payout.settled"]


async def test_a_time_out_may_mean_that_nothing_was_received(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear, "0003")

    response = await world.post("/rail/payouts", json=order)
    assert response.status_code == 504
    assert await status(world, order) == "404"
    assert ear.heard == []

    await ordered(world, order)
    await ear.wait(2)
    assert await status(world, order) == "settled"


async def test_a_stuttering_bank_repeats_each_notice_under_its_id(world: httpx.AsyncClient, ear: Ear) -> None:
    await ordered(world, payout(ear, "0004"))

    notices = await ear.wait(6)

    assert sorted(ear.types) == ["payout.sent"] * 3 + ["payout.settled"] * 3
    assert len({notice.id for notice in notices}) == 2


async def test_a_confused_bank_tells_the_end_before_the_middle(world: httpx.AsyncClient, ear: Ear) -> None:
    await ordered(world, payout(ear, "0005"))

    await ear.wait(2)

    assert ear.types == ["payout.settled", "payout.sent"]


async def test_a_slow_bank_settles_late(world: httpx.AsyncClient, ear: Ear) -> None:
    order = payout(ear, "0006")
    await ordered(world, order)

    sent, settled = await ear.wait(2)

    assert ear.types == ["payout.sent", "payout.settled"]
    assert (sent.data["status"], settled.data["status"]) == ("sent", "settled")
    took = datetime.fromisoformat(settled.data["at"]) - datetime.fromisoformat(sent.data["at"])
    assert took >= QUICK.slow - timedelta(seconds=QUICK.soon_to_s)
    assert await status(world, order) == "settled"


async def test_a_webhook_is_sent_until_it_is_taken(settings: Settings, ear: Ear) -> None:
    ear.refuse_first = 3
    async with outside_world(settings, webhooks=ear.transport) as world:
        await ordered(world, payout(ear))
        await ear.wait(2)

    assert sorted(ear.types) == ["payout.sent", "payout.settled"]
    assert ear.refused == 3


async def test_what_was_accepted_outlives_the_process(settings: Settings, ear: Ear) -> None:
    order = payout(ear)
    deaf = httpx.MockTransport(lambda _: httpx.Response(500))
    async with outside_world(settings, webhooks=deaf) as world:
        await ordered(world, order)

    async with outside_world(settings, webhooks=ear.transport) as world:
        assert await status(world, order) in {"sent", "settled"}
        await ear.wait(2)
        assert await status(world, order) == "settled"

    assert sorted(ear.types) == ["payout.sent", "payout.settled"]


async def test_an_account_number_is_opened_once_and_takes_money(world: httpx.AsyncClient, ear: Ear) -> None:
    opening = {"reference": new_id().hex, "holder_name": "Ada Obi", "currency": "NGN", "callback_url": ear.url}
    first, again = await asyncio.gather(*(world.post("/rail/virtual-accounts", json=opening) for _ in range(2)))
    number = first.json()["account_number"]
    assert first.json() == again.json()
    assert (len(number), first.json()["bank_code"]) == (10, "999")

    body = {"amount_minor": 5000, "currency": "NGN", "sender_name": "Bola", "narration": "first"}
    headers = {"Idempotency-Key": new_id().hex, "Authorization": ""}
    paid = await world.post(f"/rail/virtual-accounts/{number}/credits", json=body, headers=headers)
    repeated = await world.post(f"/rail/virtual-accounts/{number}/credits", json=body, headers=headers)
    notices = await ear.wait(1)

    assert paid.status_code == 201
    assert paid.json() == repeated.json()
    assert [notice.data for notice in notices] == [paid.json()]
    assert notices[0].type == "credit.received"
    assert notices[0].data["reference"] == opening["reference"]

    credit = f"/rail/credits/{paid.json()['credit_id']}"
    for _ in range(2):
        assert (await world.post(f"{credit}/reverse")).json()["status"] == "reversed"
    assert (await ear.wait(2))[1].type == "credit.reversed"
    assert (await world.get(credit)).json()["status"] == "reversed"


async def test_a_bank_may_tell_of_a_credit_three_times(world: httpx.AsyncClient, ear: Ear) -> None:
    opening = {"reference": new_id().hex, "holder_name": "Ada", "currency": "KWD", "callback_url": ear.url}
    number = (await world.post("/rail/virtual-accounts", json=opening)).json()["account_number"]
    path = f"/rail/virtual-accounts/{number}/credits"

    wrong = await world.post(path, json={"amount_minor": 1, "currency": "NGN"})
    await world.post(path, json={"amount_minor": 1, "currency": "KWD", "narration": "please duplicate"})
    notices = await ear.wait(3)

    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_currency")
    assert len({notice.id for notice in notices}) == 1
    assert (
        await world.post("/rail/virtual-accounts/0000000000/credits", json={"amount_minor": 1, "currency": "NGN"})
    ).status_code == 404


async def test_a_link_is_paid_once(world: httpx.AsyncClient, ear: Ear) -> None:
    asked = {"reference": new_id().hex, "amount_minor": 700, "currency": "JPY", "callback_url": ear.url}
    link = (await world.post("/rail/links", json=asked)).json()
    assert (await world.post("/rail/links", json=asked)).json() == link
    assert link["status"] == "open"
    assert link["url"].endswith(f"/pay/{link['id']}")

    first = await world.post(
        f"/rail/links/{link['id']}/pay", json={"payer_name": "Bola"}, headers={"Authorization": ""}
    )
    again = await world.post(f"/rail/links/{link['id']}/pay", json={})
    notices = await ear.wait(1)

    assert first.json()["status"] == "paid"
    assert first.json() == again.json() == notices[0].data
    assert notices[0].type == "link.paid"


async def test_a_cancelled_link_takes_nothing(world: httpx.AsyncClient, ear: Ear) -> None:
    asked = {"reference": new_id().hex, "amount_minor": 700, "currency": "JPY", "callback_url": ear.url}
    link = (await world.post("/rail/links", json=asked)).json()

    await world.post(f"/rail/links/{link['id']}/cancel")
    refused = await world.post(f"/rail/links/{link['id']}/pay", json={})

    assert (refused.status_code, refused.json()["code"]) == (409, "link_cancelled")
    assert (await world.get(f"/rail/links/{link['id']}")).json()["status"] == "cancelled"
    await asyncio.sleep(0.1)
    assert ear.heard == []


@pytest.mark.parametrize(("telling", "outcome"), [("5678", "debit.settled"), ("0001", "debit.failed")])
async def test_a_mandate_becomes_active_and_is_debited(
    world: httpx.AsyncClient, ear: Ear, telling: str, outcome: str
) -> None:
    mandate = {"reference": new_id().hex, "account": nuban(telling), "callback_url": ear.url}
    debit = {"reference": new_id().hex, "mandate_reference": mandate["reference"], "amount_minor": 9, "currency": "NGN"}
    debit["callback_url"] = ear.url

    assert (await world.post("/rail/debits", json=debit)).status_code == 404
    await world.post("/rail/mandates", json=mandate)
    await ear.wait(1)

    first, again = [await world.post("/rail/debits", json=debit) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    await ear.wait(2)
    assert ear.types == ["mandate.active", outcome]
    assert (await world.get(f"/rail/debits/{debit['reference']}")).json() == ear.heard[1].data


async def test_a_cancelled_mandate_is_not_debited(world: httpx.AsyncClient, ear: Ear) -> None:
    mandate = {"reference": new_id().hex, "account": nuban("5678"), "callback_url": ear.url}
    await world.post("/rail/mandates", json=mandate)
    await ear.wait(1)

    cancelled, _ = [await world.post(f"/rail/mandates/{mandate['reference']}/cancel") for _ in range(2)]
    debit = {"reference": "d", "mandate_reference": mandate["reference"], "amount_minor": 9, "currency": "NGN"}
    refused = await world.post("/rail/debits", json={**debit, "callback_url": ear.url})

    assert cancelled.json()["status"] == "cancelled"
    assert refused.json()["code"] == "mandate_not_active"
    await ear.wait(2)
    assert ear.types == ["mandate.active", "mandate.cancelled"]


async def test_a_debit_may_be_lost_and_sent_again(world: httpx.AsyncClient, ear: Ear) -> None:
    mandate = {"reference": new_id().hex, "account": nuban("0003"), "callback_url": ear.url}
    await world.post("/rail/mandates", json=mandate)
    await ear.wait(1)
    debit = {"reference": new_id().hex, "mandate_reference": mandate["reference"], "amount_minor": 9, "currency": "NGN"}

    lost = await world.post("/rail/debits", json={**debit, "callback_url": ear.url})
    missing = await world.get(f"/rail/debits/{debit['reference']}")
    again = await world.post("/rail/debits", json={**debit, "callback_url": ear.url})

    assert (lost.status_code, missing.status_code, again.status_code) == (504, 404, 201)
    await until(lambda: "debit.settled" in ear.types)


@pytest.mark.parametrize("path", ["/rail/payouts", "/rail/mandates", "/messages", "/lenders/harbor/quotes"])
async def test_providers_serve_only_who_holds_the_key(world: httpx.AsyncClient, path: str) -> None:
    for authorization in ("", "Bearer wrong"):
        response = await world.post(path, json={}, headers={"Authorization": authorization})
        assert (response.status_code, response.json()["code"]) == (401, "bad_key")


@pytest.mark.parametrize(
    ("scheme", "number", "quirk"),
    [
        ("nuban", "0123400017", Quirk.FAILS),
        ("nuban", "0123470001", Quirk.NONE),
        ("iban", "KW81 CBKU 0000 0000 0000 1234 5600 02", Quirk.HANGS),
        ("local", "00000004", Quirk.REPEATS),
        ("local", "9", Quirk.NONE),
    ],
)
def test_the_telling_digits_of_an_account(scheme: str, number: str, quirk: Quirk) -> None:
    assert quirk_of(Account(scheme=scheme, account_number=number, holder_name="Ada")) is quirk


def test_account_numbers_are_valid_and_stay_the_same() -> None:
    from backend.onboarding.domain.nuban import is_nuban

    assert account_number("a") == account_number("a") != account_number("b")
    assert all(is_nuban("999", account_number(str(seed))) for seed in range(50))
