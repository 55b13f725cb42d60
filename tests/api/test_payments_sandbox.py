"""Payments against the sandbox's rail, with a worker beside: every way in which that rail misbehaves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from backend import payments
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.ids import new_id
from shared.roles import Role
from tests.builders import platform
from tests.builders.money_stage import Stage, stage_of, until


@pytest.fixture
async def stage(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Stage]:
    async with stage_of(settings, services, tenant) as made:
        yield made


async def ended(stage: Stage, payout_id: UUID) -> tuple[str, str | None]:
    order = await until(
        lambda: stage.desk.order(payout_id), lambda order: order.state.value in {"settled", "failed", "cancelled"}
    )
    return order.state.value, order.reason_code


async def test_every_payout_ends_as_its_account_says_and_is_paid_at_most_once(stage: Stage) -> None:
    expected = {
        "5678": ("settled", None),
        "0001": ("failed", "account_closed"),
        "0002": ("settled", None),  # the call timed out, and yet it was paid
        "0003": ("failed", payments.NEVER_RECEIVED),
        "0004": ("settled", None),
        "0005": ("settled", None),
        "0006": ("settled", None),
    }
    ids = {telling: await stage.desk.payout(100, telling=telling) for telling in expected}

    ends = dict(zip(ids, await asyncio.gather(*[ended(stage, each) for each in ids.values()]), strict=True))

    assert ends == expected
    assert await stage.desk.balances() == {"payouts_in_transit": 500, "rail_cash": -500}
    assert len(await stage.desk.events("payments.payout_settled")) == 5
    assert len(await stage.desk.events("payments.payout_failed")) == 2
    lost = await stage.desk.order(ids["0003"])
    assert (await stage.world.get(f"/rail/payouts/{lost.reference}")).status_code == 404


async def test_money_reaches_its_loan_through_account_link_and_mandate(stage: Stage) -> None:
    desk, client, headers = stage.desk, stage.desk.client, stage.desk.headers()
    loan_id = await desk.desk.open_loan()
    # LoanActivated was published when the loan was opened: the account comes by itself.
    account = await until(
        lambda: client.get(f"/v1/loans/{loan_id}/virtual-account", headers=headers),
        lambda answer: answer.status_code == 200,
    )
    link = (
        await client.post("/v1/payment-links", headers=headers, json={"loan_id": str(loan_id), "amount_minor": 7_00})
    ).json()
    body = {"loan_id": str(loan_id), "bank_account_id": str(await desk.bank_account())}
    mandate = (await client.post("/v1/mandates", headers=headers, json=body)).json()
    link = await until(lambda: shown(stage, f"/v1/payment-links/{link['id']}"), lambda link: link["status"] == "open")
    await until(lambda: shown(stage, f"/v1/mandates/{mandate['id']}"), lambda seen: seen["status"] == "active")

    number = account.json()["account_number"]
    credit = {"amount_minor": 11_00, "currency": "NGN", "narration": "DUPLICATE please"}
    await stage.world.post(f"/rail/virtual-accounts/{number}/credits", json=credit)
    await stage.world.post(f"/rail/links/{link['url'].rpartition('/')[2]}/pay", json={})
    await client.post(f"/v1/mandates/{mandate['id']}/debits", headers=headers, json={"amount_minor": 13_00})

    page = await until(lambda: shown(stage, f"/v1/loans/{loan_id}/payments"), lambda page: len(page["items"]) >= 3)
    came = {item["method"]: item["amount"]["amount_minor"] for item in page["items"]}
    assert came == {"virtual_account": 11_00, "link": 7_00, "mandate": 13_00}
    # Servicing has allocated all of it: nothing is left to allocate.
    await until(desk.balances, lambda books: "unallocated_receipts" not in books)


async def shown(stage: Stage, path: str) -> Any:
    return (await stage.desk.client.get(path, headers=stage.desk.headers())).json()


async def test_a_recalled_credit_is_taken_from_its_loan_again(stage: Stage) -> None:
    desk, client = stage.desk, stage.desk.client
    loan_id = await desk.desk.open_loan()
    before = await desk.desk.balances(loan_id)
    account = await until(
        lambda: client.get(f"/v1/loans/{loan_id}/virtual-account", headers=desk.headers()),
        lambda answer: answer.status_code == 200,
    )
    path = f"/rail/virtual-accounts/{account.json()['account_number']}/credits"
    credit = (await stage.world.post(path, json={"amount_minor": 11_00, "currency": "NGN"})).json()
    await until(lambda: desk.events("servicing.repayment_recorded"), lambda events: len(events) == 1)

    await stage.world.post(f"/rail/credits/{credit['credit_id']}/reverse", json={})

    await until(lambda: desk.events("servicing.repayment_reversed"), lambda events: len(events) == 1)
    assert await desk.desk.balances(loan_id) == before


async def test_a_rail_that_is_asked_by_a_stranger_tells_nothing(stage: Stage) -> None:
    payout_id = await stage.desk.payout(100)
    await ended(stage, payout_id)
    stranger = platform.caller(stage.desk.services, stage.desk.tenant, Role.BORROWER, user_id=new_id()).headers

    assert (await stage.desk.client.get(f"/v1/payouts/{payout_id}", headers=stranger)).status_code == 403
