"""What staff may relieve a loan of: waivers, goodwill credits and write-offs, who may, and what the books then show."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from backend import servicing
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tables import audit_entry, outbox
from backend.kernel.tenants import Tenant
from backend.servicing.invariants import ledger_agrees
from backend.servicing.usecases.record_repayment import reverse_repayment
from backend.settings import Settings
from shared.events.payments import PaymentReversed
from shared.ids import new_id
from shared.money import Money
from tests.builders import platform
from tests.builders.servicing import Desk

WAIVER = {"part": "interest", "amount_minor": 5_00, "reason": "Outage on the due date"}
GOODWILL = {"amount_minor": 50_00, "reason": "A complaint upheld"}
WRITE_OFF = {"reason": "Borrower insolvent"}
ASKED = [
    ("waivers", WAIVER, Role.OPERATIONS),
    ("goodwill-credits", GOODWILL, Role.OPERATIONS),
    ("write-off", WRITE_OFF, Role.TENANT_ADMIN),
]


class Counter:
    """The API as seen by people of one tenant in several roles."""

    def __init__(self, services: Services, tenant: Tenant, client: httpx.AsyncClient, desk: Desk) -> None:
        self.services, self.tenant, self.client, self.desk = services, tenant, client, desk

    async def post(self, loan_id: UUID, what: str, body: dict[str, Any], *roles: Role) -> httpx.Response:
        headers = platform.caller(self.services, self.tenant, *roles).headers
        return await self.client.post(f"/v1/loans/{loan_id}/{what}", json=body, headers=headers)

    async def get(self, loan_id: UUID, what: str = "") -> Any:
        headers = platform.caller(self.services, self.tenant, user_id=self.desk.user_id).headers
        return (await self.client.get(f"/v1/loans/{loan_id}{what}", headers=headers)).json()

    async def news(self, topic: str) -> list[Any]:
        rows = await self.desk.write(lambda tx: tx.all(select(outbox.c.data).where(outbox.c.topic == topic)))
        return [row.data for row in rows]

    async def recorded(self, action: str) -> list[Any]:
        rows = await self.desk.write(
            lambda tx: tx.all(select(audit_entry.c.data).where(audit_entry.c.action == action))
        )
        return [row.data for row in rows]


@pytest.fixture
async def counter(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Counter]:
    async with platform.serve(settings, services, [servicing.module(services)]) as client:
        yield Counter(services, tenant, client, Desk(services, tenant))


def naira(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "NGN"}


async def test_a_waiver_gives_up_what_is_earned_and_no_more(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.desk.pass_days(20)
    earned = (await counter.desk.balances(loan_id))["interest_receivable"]

    too_much = await counter.post(loan_id, "waivers", WAIVER | {"amount_minor": earned + 1}, Role.OPERATIONS)
    assert (too_much.status_code, too_much.json()["code"]) == (422, "waiver_too_large")
    assert "waiver_expense" not in await counter.desk.balances(loan_id)

    waived = await counter.post(loan_id, "waivers", WAIVER, Role.OPERATIONS)

    assert waived.status_code == 201
    assert waived.json()["outstanding"] == naira(1224_08 - 5_00)
    balances = await counter.desk.balances(loan_id)
    assert (balances["interest_receivable"], balances["waiver_expense"]) == (earned - 5_00, 5_00)
    assert balances["interest_income"] == -earned
    (told,) = await counter.news("servicing.amount_waived")
    assert (told["part"], told["amount"]) == ("interest", naira(5_00))
    assert [entry["amount_minor"] for entry in await counter.recorded("loan.interest_waived")] == [5_00]
    row = (await counter.get(loan_id, "/schedule"))["rows"][0]
    assert row["waived"] == naira(5_00)
    assert row["total"]["amount_minor"] == row["open"]["amount_minor"] + 5_00
    shown = (await counter.get(loan_id, "/transactions"))["items"][0]
    assert (shown["kind"], shown["parts"]["interest"]) == ("interest_waiver", naira(5_00))
    assert await counter.desk.write(ledger_agrees) == []


async def test_a_waived_fee_and_penalty_are_owed_no_more(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    for kind in ("fee", "penalty"):
        charge = {"kind": kind, "amount_minor": 30_00, "reason": "Returned cheque"}
        await counter.post(loan_id, "charges", charge, Role.OPERATIONS)

        waived = await counter.post(loan_id, "waivers", WAIVER | {"part": kind, "amount_minor": 30_00}, Role.OPERATIONS)

        assert waived.json()["outstanding"] == naira(1224_08)
    balances = await counter.desk.balances(loan_id)
    assert balances["waiver_expense"] == 60_00
    assert {"fees_receivable", "penalties_receivable"}.isdisjoint(balances)


async def test_goodwill_pays_as_the_borrower_would_and_costs_the_lender(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()

    credited = await counter.post(loan_id, "goodwill-credits", GOODWILL, Role.OPERATIONS)

    assert credited.json()["outstanding"] == naira(1174_08)
    balances = await counter.desk.balances(loan_id)
    assert balances["goodwill_expense"] == 50_00
    assert "unallocated_receipts" not in balances
    assert [told["amount"] for told in await counter.news("servicing.goodwill_credited")] == [naira(50_00)]
    too_much = await counter.post(loan_id, "goodwill-credits", GOODWILL | {"amount_minor": 1150_01}, Role.OPERATIONS)
    assert (too_much.status_code, too_much.json()["code"]) == (422, "goodwill_too_large")
    closed = await counter.post(loan_id, "goodwill-credits", GOODWILL | {"amount_minor": 1150_00}, Role.OPERATIONS)
    assert (closed.json()["status"], closed.json()["credit"]) == ("closed", naira(0))
    assert await counter.desk.write(ledger_agrees) == []


async def test_what_was_written_off_is_out_of_the_books_and_what_comes_in_is_recovered(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.desk.pass_days(40)
    interest = (await counter.desk.balances(loan_id))["interest_receivable"]

    lost = await counter.post(loan_id, "write-off", WRITE_OFF, Role.TENANT_ADMIN)

    assert (lost.json()["status"], lost.json()["outstanding"]) == ("written_off", naira(0))
    balances = await counter.desk.balances(loan_id)
    assert balances["writeoff_expense"] == 1200_00 + interest
    assert {"loans_principal", "interest_receivable"}.isdisjoint(balances)
    assert lost.json()["recoverable"] == naira(1200_00 + interest)
    (told,) = await counter.news("servicing.loan_written_off")
    assert told["amount"] == naira(1200_00 + interest)
    assert await counter.news("servicing.loan_closed") == []

    await counter.desk.pass_days(3)
    assert await counter.desk.balances(loan_id) == balances
    payment = await counter.desk.pay(loan_id, 300_00)
    after = await counter.desk.balances(loan_id)
    assert (after["recovery_income"], after["writeoff_expense"]) == (-300_00, 1200_00 + interest)
    assert (await counter.get(loan_id))["recoverable"] == naira(900_00 + interest)
    shown = (await counter.get(loan_id, "/transactions"))["items"]
    assert [item["kind"] for item in shown] == ["repayment", "write_off", "disbursement"]
    assert (shown[0]["parts"]["recovered"], shown[1]["parts"]["principal"]) == (naira(300_00), naira(1200_00))
    assert await counter.desk.write(ledger_agrees) == []

    today = await counter.desk.today()
    bounced = PaymentReversed(payment_id=payment.payment_id, loan_id=loan_id, amount=payment.amount, on=today)
    await counter.desk.write(lambda tx: reverse_repayment(tx, bounced))
    bounced_books = await counter.desk.balances(loan_id)
    assert "recovery_income" not in bounced_books
    assert bounced_books["writeoff_expense"] == 1200_00 + interest


async def test_more_than_was_lost_is_the_borrower_s_credit(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.post(loan_id, "write-off", WRITE_OFF, Role.TENANT_ADMIN)

    await counter.desk.pay(loan_id, 1207_00)

    found = await counter.get(loan_id)
    assert (found["status"], found["credit"]) == ("overpaid", naira(7_00))


async def test_a_line_of_which_a_draw_was_lost_lends_no_more(counter: Counter) -> None:
    loan_id = await counter.desk.open_loan(credit_limit=Money.of(2000_00, "NGN"))
    line_id = (await counter.get(loan_id))["credit_line_id"]
    await counter.post(loan_id, "write-off", WRITE_OFF, Role.TENANT_ADMIN)

    headers = platform.caller(counter.services, counter.tenant, user_id=counter.desk.user_id).headers
    path = f"/v1/credit-lines/{line_id}/draws"
    refused = await counter.client.post(path, json={"amount_minor": 100_00}, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (409, "credit_line_lost")


@pytest.mark.parametrize(("what", "body", "role"), ASKED)
async def test_nobody_else_relieves_a_loan(counter: Counter, what: str, body: dict[str, Any], role: Role) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.desk.pass_days(20)
    before = await counter.desk.balances(loan_id)

    for other in {Role.BORROWER, Role.SUPPORT_AGENT, Role.COMPLIANCE_OFFICER, Role.OPERATIONS, Role.TENANT_ADMIN} - {
        role
    }:
        assert (await counter.post(loan_id, what, body, other)).status_code == 403
    assert (await counter.post(new_id(), what, body, role)).status_code == 404

    assert await counter.desk.balances(loan_id) == before
    assert (await counter.get(loan_id))["status"] == "active"
    for topic in ("amount_waived", "goodwill_credited", "loan_written_off"):
        assert await counter.news(f"servicing.{topic}") == []


@pytest.mark.parametrize(("what", "body", "role"), ASKED)
async def test_a_loan_that_ended_is_not_relieved(counter: Counter, what: str, body: dict[str, Any], role: Role) -> None:
    loan_id = await counter.desk.open_loan()
    await counter.desk.pay(loan_id, 1200_00)
    before = await counter.desk.balances(loan_id)

    refused = await counter.post(loan_id, what, body, role)

    assert (refused.status_code, refused.json()["code"]) == (409, "loan_not_open")
    assert await counter.desk.balances(loan_id) == before
