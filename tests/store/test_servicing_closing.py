"""Close of business on a real database: every loan once a day, whatever happens on the way."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec.json import decode, encode
from sqlalchemy import select

from backend.kernel.module import Services
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.invariants import ledger_agrees
from backend.servicing.store import loans
from backend.servicing.tables import loan
from backend.servicing.usecases import carry_batch, close_business_day
from backend.servicing.usecases.read_loans import loan_view
from backend.servicing.usecases.record_repayment import record_repayment
from shared.api.servicing import LoanOut, LoanStatus
from shared.events import Event
from shared.events.servicing import BusinessDayClosed, InstalmentDue, RepaymentMissed
from shared.terms import InAdvance
from tests.builders.servicing import Desk, cheap


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> Desk:
    return Desk(services, tenant)


async def view(desk: Desk, loan_id: UUID) -> LoanOut:
    found: LoanOut = await desk.write(lambda tx: loan_view(tx, loan_id))
    return found


async def published(desk: Desk, event: type[Event]) -> list[Any]:
    wanted = select(outbox.c.data).where(outbox.c.topic == event.topic).order_by(outbox.c.position)
    rows = await desk.write(lambda tx: tx.all(wanted))
    return [decode(encode(row.data), type=event) for row in rows]


async def assert_carried(desk: Desk, loan_ids: list[UUID], through: date) -> None:
    """Each loan stands on the day, and the ledger shows what its own events and the day make of it."""
    for loan_id in loan_ids:
        file: LoanFile = await desk.write(partial(loans.file, loan_id=loan_id))
        assert (file.as_of, file.closed_through) == (through, through)
        earned = sum(row.accrued_minor for row in file.state(through).rows)
        assert (await desk.balances(loan_id)).get("interest_income", 0) == -earned
    assert await desk.write(ledger_agrees) == []


async def test_a_day_moves_the_date_and_earns_interest(desk: Desk) -> None:
    start = await desk.today()
    loan_id = await desk.open_loan()

    await desk.close_through(start)

    assert await desk.today() == start + timedelta(days=1)
    await assert_carried(desk, [loan_id], start + timedelta(days=1))
    (closed,) = await published(desk, BusinessDayClosed)
    assert (closed.closed, closed.opened, closed.loans) == (start, start + timedelta(days=1), 1)


async def test_closing_a_closed_day_again_does_nothing(desk: Desk) -> None:
    start = await desk.today()
    loan_id = await desk.open_loan()
    await desk.close_through(start)
    before = await desk.balances(loan_id)

    await desk.close_through(start)

    assert await desk.balances(loan_id) == before
    assert await desk.today() == start + timedelta(days=1)


async def test_borrowers_are_told_what_falls_due_and_what_they_missed(desk: Desk) -> None:
    loan_id = await desk.open_loan(cheap(grace_days=2))
    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None

    await desk.close_through(due_on + timedelta(days=5))

    told = [(event.number, event.days_ahead) for event in await published(desk, InstalmentDue)]
    assert told == [(1, 7), (1, 3), (1, 1), (1, 0)]
    (missed,) = await published(desk, RepaymentMissed)
    assert (missed.number, missed.days_past_due, missed.amount.amount_minor) == (1, 3, 408_03)
    found = await view(desk, loan_id)
    assert (found.status, found.days_past_due) == (LoanStatus.OVERDUE, 6)


async def test_a_paid_instalment_is_not_announced(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    await desk.pay(loan_id, 408_03)
    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None

    await desk.close_through(due_on - timedelta(days=10))

    assert await published(desk, InstalmentDue) == []
    assert await published(desk, RepaymentMissed) == []


async def test_penalties_run_daily_and_stop_with_the_payment(desk: Desk) -> None:
    loan_id = await desk.open_loan(cheap(penalty_rate_pct=Decimal(36), grace_days=3))
    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None

    await desk.close_through(due_on + timedelta(days=12))

    assert (await desk.balances(loan_id))["penalty_income"] == -4_08  # 10 days of 36 % on 408.03
    await desk.pay(loan_id, 412_11)
    await desk.pass_days(3)
    assert (await desk.balances(loan_id))["penalty_income"] == -4_08
    assert (await view(desk, loan_id)).status is LoanStatus.ACTIVE


async def test_credit_held_pays_the_instalment_on_its_day(desk: Desk) -> None:
    loan_id = await desk.open_loan(cheap(in_advance=InAdvance.CREDIT))
    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None
    await desk.pay(loan_id, 500_00)
    assert (await desk.balances(loan_id))["borrower_credit"] == -500_00

    await desk.close_through(due_on - timedelta(days=1))

    assert (await desk.balances(loan_id))["borrower_credit"] == -91_97
    assert (await view(desk, loan_id)).next_due_on != due_on


async def test_a_run_that_dies_anywhere_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_business_day, "BATCH", 2)
    loan_ids = [await desk.open_loan(cheap(principal_minor=1000_00 + number)) for number in range(7)]
    through = await desk.today() + timedelta(days=4)

    for milliseconds in (3, 8, 15, 25, 40):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(desk.close_through(through + timedelta(days=50)), milliseconds / 1000)
    reached = await desk.today()
    await desk.close_through(max(through, reached))

    await assert_carried(desk, loan_ids, await desk.today())


async def test_two_runs_at_once_carry_each_loan_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_business_day, "BATCH", 2)
    loan_ids = [await desk.open_loan() for _ in range(6)]
    through = await desk.today() + timedelta(days=2)

    await asyncio.gather(*[desk.close_through(through) for _ in range(3)])

    assert await desk.today() == through + timedelta(days=1)
    assert len(await published(desk, BusinessDayClosed)) == 3
    await assert_carried(desk, loan_ids, through + timedelta(days=1))


async def test_payments_during_the_run_are_neither_lost_nor_counted_twice(desk: Desk) -> None:
    loan_ids = [await desk.open_loan() for _ in range(4)]
    payments = [await desk.received(loan_id, 10_00) for loan_id in loan_ids for _ in range(3)]

    async def pay_all() -> None:
        for payment in payments:
            await desk.write(partial(record_repayment, payment=payment))

    start = await desk.today()
    await asyncio.gather(desk.close_through(start + timedelta(days=5)), pay_all())

    assert await desk.write(ledger_agrees) == []
    for loan_id in loan_ids:
        balances = await desk.balances(loan_id)
        assert balances["rail_cash"] == -1200_00 + 30_00
        assert "unallocated_receipts" not in balances
        assert (await view(desk, loan_id)).as_of == start + timedelta(days=6)


async def test_a_loan_that_was_missed_for_days_catches_up(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    start = await desk.today()
    behind = {"as_of": start - timedelta(days=3), "closed_through": start - timedelta(days=3)}
    await desk.write(lambda tx: tx.execute(loan.update().where(loan.c.id == loan_id).values(behind)))

    await desk.close_through(start)

    await assert_carried(desk, [loan_id], start + timedelta(days=1))


async def test_ended_loans_are_left_alone(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    await desk.pay(loan_id, 1200_00)
    before = await view(desk, loan_id)

    await desk.pass_days(5)

    assert await view(desk, loan_id) == before


async def test_a_quiet_day_is_carried_without_computing_the_loan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[UUID] = []
    real = carry_batch.carry_batch

    async def watched(tx: Any, files: list[LoanFile], opening: date) -> None:
        computed.extend(file.id for file in files)
        await real(tx, files, opening)

    monkeypatch.setattr(close_business_day, "carry_batch", watched)
    loan_id = await desk.open_loan()
    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None

    await desk.close_through(due_on - timedelta(days=1))
    assert computed == []
    await desk.close_through(due_on + timedelta(days=1))

    assert computed == [loan_id] * 2  # it is in arrears on both days
    await assert_carried(desk, [loan_id], due_on + timedelta(days=2))
    assert [event.days_ahead for event in await published(desk, InstalmentDue)] == [7, 3, 1, 0]
