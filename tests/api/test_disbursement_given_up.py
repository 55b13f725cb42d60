"""A disbursement that fails for good is given up: its loan ends, and a credit line can be drawn anew."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.kernel import outbox
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders.money_stage import Stage, stage_of, until
from tests.builders.payments import Till


@pytest.fixture
async def stage(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Stage]:
    async with stage_of(settings, services, tenant) as made:
        yield made


async def failed(desk: Till[Any], loan_id: UUID) -> dict[str, Any]:
    """The disbursement of a loan once it has failed."""
    path, headers = f"/v1/loans/{loan_id}/disbursement", desk.headers()
    answer = await until(
        lambda: desk.client.get(path, headers=headers),
        lambda answer: answer.status_code == 200 and answer.json()["status"] == "failed",
    )
    found: dict[str, Any] = answer.json()
    return found


async def loan_status(desk: Till[Any], loan_id: UUID) -> str:
    return str((await desk.client.get(f"/v1/loans/{loan_id}", headers=desk.headers())).json()["status"])


async def test_a_draw_that_is_given_up_frees_its_share_of_the_limit(stage: Stage) -> None:
    desk, client = stage.desk, stage.desk.client
    account_id = await desk.bank_account("0001")
    await desk.desk.open_loan(credit_limit=Money.of(2000_00, "NGN"), payout_account_id=account_id)
    (line,) = (await client.get("/v1/credit-lines", headers=desk.headers())).json()["items"]
    path, draw = f"/v1/credit-lines/{line['id']}", {"amount_minor": 800_00}

    async def available() -> int:
        return int((await client.get(path, headers=desk.headers())).json()["available"]["amount_minor"])

    drawn = (await client.post(f"{path}/draws", json=draw, headers=desk.headers())).json()
    disbursement = await failed(desk, UUID(drawn["id"]))
    assert await available() == 0
    assert (await client.post(f"{path}/draws", json=draw, headers=desk.headers())).status_code == 422

    given_up = await client.post(
        f"/v1/disbursements/{disbursement['id']}/cancel", headers=desk.headers(Role.OPERATIONS)
    )
    await until(lambda: desk.events("servicing.loan_cancelled"), bool)

    assert (given_up.status_code, given_up.json()["status"]) == (200, "cancelled")
    assert [step["status"] for step in given_up.json()["timeline"]] == ["ordered", "failed", "cancelled"]
    assert await loan_status(desk, UUID(drawn["id"])) == "cancelled"
    assert await available() == 800_00
    assert (await client.get(path, headers=desk.headers())).json()["status"] == "open"
    assert (await client.post(f"{path}/draws", json=draw, headers=desk.headers())).status_code == 201


async def test_a_signed_loan_that_is_given_up_ends_with_its_line_and_is_not_tried_again(stage: Stage) -> None:
    desk, client, operations = stage.desk, stage.desk.client, stage.desk.headers(Role.OPERATIONS)
    account_id = await desk.bank_account("0001")
    event = desk.desk.signed(credit_limit=Money.of(2000_00, "NGN"), payout_account_id=account_id)
    async with desk.context.write() as tx:
        await outbox.add(tx, event)
    disbursement = await failed(desk, event.loan_id)
    path = f"/v1/disbursements/{disbursement['id']}"

    assert (await client.post(f"{path}/cancel", headers=operations)).status_code == 200
    await until(lambda: desk.events("servicing.loan_cancelled"), bool)

    (line,) = (await client.get("/v1/credit-lines", headers=desk.headers())).json()["items"]
    assert (line["status"], await loan_status(desk, event.loan_id)) == ("cancelled", "cancelled")
    again = await client.post(f"{path}/cancel", headers=operations)
    assert (again.status_code, again.json()["code"]) == (409, "disbursement_not_cancellable")
    retry = await client.post(f"{path}/retries", headers=operations, json={})
    assert retry.status_code == 409
    (told,) = await desk.events("disbursement.disbursement_cancelled")
    assert (told["loan_id"], told["reason_code"]) == (str(event.loan_id), "account_closed")
    assert await desk.balances() == {}


async def test_only_operations_give_up_and_only_what_failed(stage: Stage) -> None:
    desk, client = stage.desk, stage.desk.client
    event = replace(desk.desk.signed(), payout_account_id=await desk.bank_account("0001"))
    async with desk.context.write() as tx:
        await outbox.add(tx, event)
    path = f"/v1/disbursements/{(await failed(desk, event.loan_id))['id']}/cancel"

    for headers in (desk.headers(), desk.headers(Role.SUPPORT_AGENT)):
        assert (await client.post(path, headers=headers)).status_code == 403
    unknown = await client.post(f"/v1/disbursements/{new_id()}/cancel", headers=desk.headers(Role.OPERATIONS))

    assert unknown.status_code == 404
    assert await desk.events("disbursement.disbursement_cancelled") == []
    assert await loan_status(desk, event.loan_id) == "pending_disbursement"
