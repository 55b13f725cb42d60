"""What staff entered on a loan by mistake is taken back: who may, what the books show, and what stays on record."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from backend import servicing
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.servicing.invariants import ledger_agrees, losses_agree
from backend.settings import Settings
from shared.ids import new_id
from tests.api.test_servicing_relief import GOODWILL, WAIVER, WRITE_OFF, Counter, naira
from tests.builders import platform
from tests.builders.servicing import Desk

WHY = {"reason": "Entered on the wrong loan"}
CHARGE = {"kind": "fee", "amount_minor": 25_00, "reason": "Letter sent"}
ENTRIES = [
    ("charges", CHARGE, Role.OPERATIONS, "fee_charged"),
    ("waivers", WAIVER, Role.OPERATIONS, "interest_waived"),
    ("goodwill-credits", GOODWILL, Role.OPERATIONS, "goodwill_credited"),
    ("write-off", WRITE_OFF, Role.TENANT_ADMIN, "written_off"),
    ("write-off", WRITE_OFF | {"because": "fraud"}, Role.TENANT_ADMIN, "lost_to_fraud"),
]


@pytest.fixture
async def counter(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Counter]:
    async with platform.serve(settings, services, [servicing.module(services)]) as client:
        yield Counter(services, tenant, client, Desk(services, tenant))


async def latest(counter: Counter, loan_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await counter.get(loan_id, "/transactions"))["items"][0]
    return found


@pytest.mark.parametrize(("what", "body", "role", "kind"), ENTRIES)
async def test_the_loan_is_as_if_the_entry_had_never_been(
    counter: Counter, what: str, body: dict[str, Any], role: Role, kind: str
) -> None:
    loan_id, twin_id = await counter.desk.open_loan(), await counter.desk.open_loan()
    await counter.desk.pass_days(40)
    assert (await counter.post(loan_id, what, body, role)).status_code == 201
    entry = await latest(counter, loan_id)
    await counter.desk.pass_days(3)

    answer = await counter.post(loan_id, f"transactions/{entry['id']}/take-back", WHY, role)

    assert answer.status_code == 200, answer.text
    assert await counter.desk.balances(loan_id) == await counter.desk.balances(twin_id)
    same = ("status", "outstanding", "past_due", "days_past_due", "recoverable", "as_of")
    twin = await counter.get(twin_id)
    assert {name: answer.json()[name] for name in same} == {name: twin[name] for name in same}
    assert (await latest(counter, loan_id))["reversed_on"] == answer.json()["as_of"]
    (told,) = await counter.news("servicing.entry_taken_back")
    assert (told["entry_id"], told["kind"], told["amount"]) == (entry["id"], kind, entry["amount"])
    (noted,) = await counter.recorded(f"loan.{kind}_taken_back")
    assert (noted["entry_id"], noted["reason"]) == (entry["id"], WHY["reason"])
    await counter.desk.pass_days(2)
    assert await counter.desk.balances(loan_id) == await counter.desk.balances(twin_id)
    assert await counter.desk.write(ledger_agrees) == []
    assert await counter.desk.write(losses_agree) == []


async def test_an_entry_is_taken_back_once(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.post(loan_id, "charges", CHARGE, Role.OPERATIONS)
    entry = await latest(counter, loan_id)
    path = f"transactions/{entry['id']}/take-back"
    await counter.post(loan_id, path, WHY, Role.OPERATIONS)
    before = await counter.desk.balances(loan_id)

    again = await counter.post(loan_id, path, WHY, Role.OPERATIONS)

    assert (again.status_code, again.json()["code"]) == (409, "already_taken_back")
    assert await counter.desk.balances(loan_id) == before
    assert len(await counter.news("servicing.entry_taken_back")) == 1


async def test_a_goodwill_credit_that_closed_a_loan_opens_it_again(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    closing = GOODWILL | {"amount_minor": 1200_00}
    assert (await counter.post(loan_id, "goodwill-credits", closing, Role.OPERATIONS)).json()["status"] == "closed"
    await counter.desk.pass_days(5)

    answer = await counter.post(
        loan_id, f"transactions/{(await latest(counter, loan_id))['id']}/take-back", WHY, Role.OPERATIONS
    )

    assert (answer.json()["status"], answer.json()["closed_on"]) == ("active", None)
    assert len(await counter.news("servicing.loan_reopened")) == 1
    assert (await counter.desk.balances(loan_id))["loans_principal"] == 1200_00


async def test_what_came_in_after_a_write_off_pays_the_loan_once_that_is_taken_back(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.desk.pass_days(40)
    await counter.post(loan_id, "write-off", WRITE_OFF, Role.TENANT_ADMIN)
    entry = await latest(counter, loan_id)
    await counter.desk.pay(loan_id, 300_00)

    answer = await counter.post(loan_id, f"transactions/{entry['id']}/take-back", WHY, Role.TENANT_ADMIN)

    assert answer.json()["outstanding"] == naira(1224_08 - 300_00)
    balances = await counter.desk.balances(loan_id)
    assert {"recovery_income", "writeoff_expense"}.isdisjoint(balances)
    assert len(await counter.news("servicing.loan_reopened")) == 1


async def test_only_what_staff_entered_can_be_taken_back_by_those_who_may(counter: Counter) -> None:
    loan_id, other_id = await counter.desk.open_loan(), await counter.desk.open_loan()
    payment = await counter.desk.pay(loan_id, 100_00)
    await counter.post(loan_id, "charges", CHARGE, Role.OPERATIONS)
    charge = await latest(counter, loan_id)
    await counter.post(other_id, "write-off", WRITE_OFF, Role.TENANT_ADMIN)
    lost = await latest(counter, other_id)
    before = [await counter.desk.balances(each) for each in (loan_id, other_id)]

    async def refused(on: UUID, entry_id: Any, role: Role) -> tuple[int, str]:
        answer = await counter.post(on, f"transactions/{entry_id}/take-back", WHY, role)
        return answer.status_code, answer.json()["code"]

    assert await refused(loan_id, payment.payment_id, Role.OPERATIONS) == (422, "loan_entry_not_by_hand")
    assert await refused(loan_id, new_id(), Role.OPERATIONS) == (404, "loan_entry_not_found")
    assert await refused(other_id, charge["id"], Role.OPERATIONS) == (404, "loan_entry_not_found")
    assert await refused(new_id(), charge["id"], Role.OPERATIONS) == (404, "loan_not_found")
    assert await refused(other_id, lost["id"], Role.OPERATIONS) == (403, "not_permitted")
    for role in (Role.BORROWER, Role.SUPPORT_AGENT, Role.COMPLIANCE_OFFICER):
        assert (await refused(loan_id, charge["id"], role))[0] == 403

    assert [await counter.desk.balances(each) for each in (loan_id, other_id)] == before
    assert await counter.news("servicing.entry_taken_back") == []


async def test_a_loss_by_fraud_has_an_account_of_its_own(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()

    lost = await counter.post(loan_id, "write-off", WRITE_OFF | {"because": "fraud"}, Role.TENANT_ADMIN)

    assert (lost.json()["status"], lost.json()["recoverable"]) == ("written_off", naira(1200_00))
    balances = await counter.desk.balances(loan_id)
    assert balances["fraud_loss_expense"] == 1200_00
    assert {"writeoff_expense", "loans_principal"}.isdisjoint(balances)
    assert (await latest(counter, loan_id))["kind"] == "write_off"
    await counter.desk.pass_days(1)  # what comes in on the day of the write-off itself counts before it
    await counter.desk.pay(loan_id, 50_00)
    assert (await counter.desk.balances(loan_id))["recovery_income"] == -50_00
