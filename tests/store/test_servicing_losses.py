"""Loans that don't perform on a real database: closed day by day over four months, the ledger read at each stop."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec.json import decode, encode
from sqlalchemy import select, text

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.servicing.domain.journals import books
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.invariants import ledger_agrees, losses_agree
from backend.servicing.store import loans
from backend.servicing.tables import loan
from backend.servicing.usecases import carry_batch, close_business_day
from backend.servicing.usecases.relieve import write_off
from shared.api.relief import WriteOffIn
from shared.events.servicing import LoanReclassified
from shared.loss_policy import LossBucket, LossPolicy
from tests.builders.servicing import Desk, cheap

POLICY = LossPolicy(
    buckets=(
        LossBucket(code="performing", from_days=0, provision_bps=100),
        LossBucket(code="watch", from_days=31, provision_bps=1_000),
        LossBucket(code="substandard", from_days=91, provision_bps=5_000),
    ),
    non_accrual_after_days=90,
)
LATE = cheap(instalments=12, annual_rate_pct=Decimal(24), loss_policy=POLICY)


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> Desk:
    return Desk(services, tenant)


async def reclassified(desk: Desk) -> list[LoanReclassified]:
    wanted = select(outbox.c.data).where(outbox.c.topic == LoanReclassified.topic).order_by(outbox.c.position)
    rows = await desk.write(lambda tx: tx.all(wanted))
    return [decode(encode(row.data), type=LoanReclassified) for row in rows]


async def assert_books(desk: Desk, loan_id: UUID) -> dict[str, int]:
    """The ledger shows what the loan's own events make of it, and adds up to nothing. Returns what it shows."""
    file: LoanFile = await desk.write(partial(loans.file, loan_id=loan_id))
    assert file.as_of is not None
    expected = books(file.state(file.as_of))
    shown = await desk.balances(loan_id)
    for account, debit in expected.items():
        if account not in {"payouts_in_transit", "unallocated_receipts"}:
            assert shown.get(account, 0) == debit, account
    assert sum(shown.values()) == 0
    assert await desk.write(ledger_agrees) == []
    assert await desk.write(losses_agree) == []
    return shown


async def test_four_months_without_a_payment(desk: Desk) -> None:
    loan_id = await desk.open_loan(LATE)
    first_due = await _next_due(desk, loan_id)

    await desk.close_through(first_due)
    shown = await assert_books(desk, loan_id)
    assert shown["loss_allowance"] == -12_24  # 1 % of 1200.00 and of the 24.00 past due
    await desk.close_through(first_due + timedelta(days=89))  # ninety days past due
    before = await assert_books(desk, loan_id)
    assert "interest_in_suspense" not in before
    await desk.pass_days(1)
    suspended = await assert_books(desk, loan_id)
    assert "interest_income" not in suspended
    assert suspended["interest_in_suspense"] == -suspended["interest_receivable"]
    assert suspended["loss_allowance"] == -600_00
    await desk.pass_days(29)
    later = await assert_books(desk, loan_id)
    assert "interest_income" not in later
    assert later["interest_in_suspense"] < suspended["interest_in_suspense"]

    told = [(each.bucket, each.is_non_accrual, each.days_past_due) for each in await reclassified(desk)]
    assert told == [("performing", False, 0), ("watch", False, 31), ("substandard", True, 91)]
    found = await desk.write(lambda tx: tx.one(select(loan).where(loan.c.id == loan_id)))
    assert (found.loss_bucket, found.non_accrual_since) == ("substandard", first_due + timedelta(days=91))


async def test_paying_all_arrears_brings_income_back_and_releases_the_allowance(desk: Desk) -> None:
    loan_id = await desk.open_loan(LATE)
    first_due = await _next_due(desk, loan_id)
    await desk.close_through(first_due + timedelta(days=99))
    file: LoanFile = await desk.write(partial(loans.file, loan_id=loan_id))
    assert file.as_of is not None
    state = file.state(file.as_of)
    before = await desk.balances(loan_id)

    await desk.pay(loan_id, 100_00)
    part = await assert_books(desk, loan_id)
    await desk.pay(loan_id, sum(row.open_minor for row in state.rows if row.due_on <= state.as_of) - 100_00)
    cured = await assert_books(desk, loan_id)

    assert part["interest_income"] - before.get("interest_income", 0) == -(
        part["interest_in_suspense"] - before["interest_in_suspense"]
    )
    assert "interest_in_suspense" not in cured
    assert cured["loss_allowance"] > -12_00
    assert (await reclassified(desk))[-1].bucket == "performing"
    await desk.pass_days(3)
    assert (await assert_books(desk, loan_id))["interest_income"] < cured["interest_income"]


async def test_a_payment_that_turns_up_late_leaves_the_books_as_if_it_had_come_in_time(desk: Desk) -> None:
    in_time, late = await desk.open_loan(LATE), await desk.open_loan(LATE)
    first_due = await _next_due(desk, late)
    await desk.close_through(first_due + timedelta(days=9))
    paid_on = await desk.today()
    await desk.pay(in_time, 113_00)
    await desk.close_through(first_due + timedelta(days=95))
    assert (await desk.balances(late))["interest_in_suspense"] < 0

    await desk.pay(late, 113_00, on=paid_on)

    assert await assert_books(desk, late) == await assert_books(desk, in_time)


async def test_days_between_changes_are_carried_without_computing_the_loan(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[date] = []
    real = carry_batch.carry_batch

    async def watched(tx: Any, files: list[LoanFile], opening: date) -> None:
        computed.extend(opening for _ in files)
        await real(tx, files, opening)

    loan_id = await desk.open_loan(cheap(instalments=1, loss_policy=POLICY))
    first_due = await _next_due(desk, loan_id)
    await desk.close_through(first_due)
    monkeypatch.setattr(close_business_day, "carry_batch", watched)

    await desk.close_through(first_due + timedelta(days=119))

    assert {first_due + timedelta(days=days) for days in (31, 91)} <= set(computed)
    assert len(computed) <= 4
    await assert_books(desk, loan_id)


async def test_a_write_off_uses_the_allowance_up_and_the_trial_balance_stays_at_zero(desk: Desk) -> None:
    loan_id = await desk.open_loan(LATE)
    first_due = await _next_due(desk, loan_id)
    await desk.close_through(first_due + timedelta(days=95))
    before = await desk.balances(loan_id)

    await desk.write(lambda tx: write_off(tx, loan_id, WriteOffIn(reason="Insolvent")))

    shown = await assert_books(desk, loan_id)
    assert not {"loss_allowance", "interest_in_suspense", "loans_principal"} & set(shown)
    assert shown["writeoff_expense"] + shown["loss_provisions"] == before["loans_principal"]
    assert shown["loss_provisions"] == -before["loss_allowance"]
    async with desk.services.database.read(desk.scope) as tx:
        balance = await ledger.trial_balance(tx)
        wrong = await tx.all(text("SELECT * FROM ledger_faults()"))
    assert balance.balanced
    assert balance.currencies
    assert wrong == []


async def test_an_allowance_that_is_not_the_bucket_s_is_named(desk: Desk) -> None:
    loan_id = await desk.open_loan(LATE)
    assert await desk.write(losses_agree) == []

    wrong = loan.update().where(loan.c.id == loan_id).values(loss_bucket="substandard")
    await desk.write(lambda tx: tx.execute(wrong))

    (named,) = await desk.write(losses_agree)
    assert named == f"loan {loan_id} has an allowance of 1200 in bucket substandard, not of 60000 to 60000"


async def _next_due(desk: Desk, loan_id: UUID) -> date:
    found = await desk.write(lambda tx: tx.one(select(loan.c.next_due_on).where(loan.c.id == loan_id)))
    due_on: date = found.next_due_on
    return due_on
