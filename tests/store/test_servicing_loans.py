"""A loan's life on a real database: every step posts, repeats do nothing, and the books agree."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec import Struct
from msgspec.json import decode, encode
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from backend.kernel.module import Services
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.servicing.domain.errors import NothingToReverse
from backend.servicing.errors import LoanNotFound, LoanNotPaidOut, PayoutDiffers
from backend.servicing.invariants import ledger_agrees
from backend.servicing.tables import instalment, loan, loan_event
from backend.servicing.usecases.activate_loan import activate_loan
from backend.servicing.usecases.cancel_loan import cancel_loan
from backend.servicing.usecases.create_loan import create_loan
from backend.servicing.usecases.read_loans import loan_view
from backend.servicing.usecases.record_repayment import record_repayment, reverse_repayment
from backend.servicing.usecases.relieve import write_off
from shared.api.relief import WriteOffIn
from shared.api.servicing import LoanOut, LoanStatus
from shared.errors import CurrencyMismatch
from shared.events.agreements import AgreementCancelled
from shared.events.payments import PaymentReversed
from shared.events.servicing import LoanClosed, LoanReopened, RepaymentRecorded
from shared.ids import new_id
from shared.money import Money
from shared.terms import Fee, FeeWhen
from tests.builders.servicing import TERMS, Desk, cheap


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> Desk:
    return Desk(services, tenant)


async def view(desk: Desk, loan_id: UUID) -> LoanOut:
    found: LoanOut = await desk.write(lambda tx: loan_view(tx, loan_id))
    return found


async def published(desk: Desk, event: type[Struct]) -> list[Any]:
    topic = event.topic  # type: ignore[attr-defined]
    rows = await desk.write(lambda tx: tx.all(select(outbox.c.data).where(outbox.c.topic == topic)))
    return [decode(encode(row.data), type=event) for row in rows]


async def violations(desk: Desk) -> list[str]:
    found: list[str] = await desk.write(ledger_agrees)
    return found


async def test_a_signature_makes_a_loan_that_waits(desk: Desk) -> None:
    signed = desk.signed()

    for _ in range(2):
        await desk.write(lambda tx: create_loan(tx, signed))

    found = await view(desk, signed.loan_id)
    assert found.status is LoanStatus.PENDING_DISBURSEMENT
    assert found.principal == Money.of(1200_00, "NGN")
    assert found.terms == TERMS


async def test_a_payout_activates_it_once_and_opens_its_books(desk: Desk) -> None:
    fee = Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=100)
    terms = cheap(fees=(fee,))
    signed = desk.signed(terms)
    await desk.write(lambda tx: create_loan(tx, signed))
    disbursed = await desk.disbursed(signed.loan_id, terms)

    for _ in range(2):
        await desk.write(lambda tx: activate_loan(tx, disbursed))

    found = await view(desk, signed.loan_id)
    assert found.status is LoanStatus.ACTIVE
    assert found.outstanding.amount_minor == 1224_08
    assert found.next_due == Money.of(408_03, "NGN")
    assert await desk.balances(signed.loan_id) == {
        "loans_principal": 1200_00,
        "fee_income": -12_00,
        "rail_cash": -1188_00,
    }


async def test_a_payout_of_another_amount_is_refused_and_nothing_happens(desk: Desk) -> None:
    signed = desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))
    disbursed = await desk.disbursed(signed.loan_id, cheap(principal_minor=1100_00))

    with pytest.raises(PayoutDiffers):
        await desk.write(lambda tx: activate_loan(tx, disbursed))

    assert (await view(desk, signed.loan_id)).status is LoanStatus.PENDING_DISBURSEMENT
    rows = select(func.count()).select_from(instalment).where(instalment.c.loan_id == signed.loan_id)
    assert await desk.write(lambda tx: tx.scalar(rows)) == 0


async def test_a_payout_for_an_unknown_loan_waits_for_its_signature(desk: Desk) -> None:
    disbursed = await desk.disbursed(new_id())

    with pytest.raises(LoanNotFound):
        await desk.write(lambda tx: activate_loan(tx, disbursed))


async def test_a_cancelled_agreement_ends_a_loan_that_was_not_paid_out(desk: Desk) -> None:
    signed = desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))
    cancelled = AgreementCancelled(
        agreement_id=signed.agreement_id,
        application_id=signed.application_id,
        loan_id=signed.loan_id,
        on=date(2026, 1, 2),
        reason="cooling_off",
    )

    await desk.write(lambda tx: cancel_loan(tx, cancelled))

    assert (await view(desk, signed.loan_id)).status is LoanStatus.CANCELLED
    disbursed = await desk.disbursed(signed.loan_id)
    await desk.write(lambda tx: activate_loan(tx, disbursed))
    assert (await view(desk, signed.loan_id)).status is LoanStatus.ACTIVE


async def test_a_payment_counts_once_and_is_posted_once(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    payment = await desk.received(loan_id, 408_03)

    for _ in range(2):
        await desk.write(lambda tx: record_repayment(tx, payment))

    found = await view(desk, loan_id)
    assert found.outstanding.amount_minor == 1224_08 - 408_03
    assert await desk.balances(loan_id) == {
        "loans_principal": 1200_00 - 396_03,
        "interest_receivable": -12_00,
        "rail_cash": -1200_00 + 408_03,
    }
    (recorded,) = await published(desk, RepaymentRecorded)
    assert recorded.parts.principal_minor == 396_03
    assert await violations(desk) == []


async def test_days_earn_interest_and_a_full_life_leaves_only_income(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    for _ in range(3):
        due_on = (await view(desk, loan_id)).next_due_on
        assert due_on is not None
        await desk.close_through(due_on - timedelta(days=1))
        owed = (await view(desk, loan_id)).next_due
        assert owed is not None
        await desk.pay(loan_id, owed.amount_minor)

    found = await view(desk, loan_id)
    assert found.status is LoanStatus.CLOSED
    assert found.closed_on == await desk.today()
    assert await desk.balances(loan_id) == {"interest_income": -24_08, "rail_cash": 24_08}
    (closed,) = await published(desk, LoanClosed)
    assert closed.credit.amount_minor == 0
    assert await violations(desk) == []


async def test_more_than_the_payoff_closes_the_loan_and_keeps_the_rest_as_credit(desk: Desk) -> None:
    loan_id = await desk.open_loan()

    await desk.pay(loan_id, 1300_00)

    found = await view(desk, loan_id)
    assert (found.status, found.credit.amount_minor) == (LoanStatus.OVERPAID, 100_00)
    assert (await desk.balances(loan_id))["borrower_credit"] == -100_00
    await desk.pay(loan_id, 50_00)
    assert (await view(desk, loan_id)).credit.amount_minor == 150_00
    assert await violations(desk) == []


async def test_a_bounced_payment_opens_a_closed_loan_again(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    payment = await desk.pay(loan_id, 1200_00)
    assert (await view(desk, loan_id)).status is LoanStatus.CLOSED
    bounced = PaymentReversed(
        payment_id=payment.payment_id, loan_id=loan_id, amount=payment.amount, on=await desk.today()
    )

    for _ in range(2):
        await desk.write(lambda tx: reverse_repayment(tx, bounced))

    found = await view(desk, loan_id)
    assert (found.status, found.closed_on) == (LoanStatus.ACTIVE, None)
    assert found.outstanding.amount_minor == 1224_08
    assert len(await published(desk, LoanReopened)) == 1
    assert await violations(desk) == []


async def test_what_is_not_there_can_not_bounce(desk: Desk) -> None:
    loan_id = await desk.open_loan()
    bounced = PaymentReversed(payment_id=new_id(), loan_id=loan_id, amount=Money.of(1, "NGN"), on=await desk.today())

    with pytest.raises(NothingToReverse):
        await desk.write(lambda tx: reverse_repayment(tx, bounced))


async def test_money_for_a_loan_that_waits_or_in_another_currency_is_refused(desk: Desk) -> None:
    signed = desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))
    early = await desk.received(signed.loan_id, 100)
    with pytest.raises(LoanNotPaidOut):
        await desk.write(lambda tx: record_repayment(tx, early))

    yen = await desk.open_loan(cheap(currency="JPY"))
    foreign = await desk.received(yen, 100)
    with pytest.raises(CurrencyMismatch):
        await desk.write(lambda tx: record_repayment(tx, foreign))

    events = select(func.count()).select_from(loan_event).where(loan_event.c.kind == "payment")
    assert await desk.write(lambda tx: tx.scalar(events)) == 0


async def test_a_payment_that_comes_to_light_late_takes_its_penalty_back(desk: Desk) -> None:
    start = await desk.today()
    loan_id = await desk.open_loan(cheap(penalty_rate_pct=Decimal(36)))
    await desk.pass_days(41)
    late = await desk.balances(loan_id)
    assert late["penalties_receivable"] > 0

    due_on = (await view(desk, loan_id)).next_due_on
    assert due_on is not None
    assert start < due_on < await desk.today()
    await desk.pay(loan_id, 408_03, on=due_on)

    assert "penalties_receivable" not in await desk.balances(loan_id)
    assert (await view(desk, loan_id)).days_past_due == 0
    assert await violations(desk) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE loan SET principal_minor = principal_minor + 1",
        "UPDATE instalment SET due_on = due_on + 1",
        "UPDATE loan_event SET amount_minor = 1",
        "DELETE FROM loan_event",
        "UPDATE loan SET principal_outstanding_minor = -1",
        "UPDATE loan SET status = 'closed'",
        "INSERT INTO instalment SELECT (jsonb_populate_record(i, '{\"number\": 9}')).* FROM instalment i LIMIT 1",
    ],
)
async def test_the_database_refuses_what_no_code_may_do(desk: Desk, change: str) -> None:
    await desk.open_loan()

    with pytest.raises(DBAPIError):
        await desk.write(lambda tx: tx.execute(text(change)))


async def test_another_tenants_loan_is_not_there(desk: Desk, services: Services) -> None:
    from tests.builders import platform

    loan_id = await desk.open_loan()
    other = Desk(services, await platform.new_tenant(services))

    with pytest.raises(LoanNotFound):
        await view(other, loan_id)
    payment = await other.received(loan_id, 100)
    with pytest.raises(LoanNotFound):
        await other.write(lambda tx: record_repayment(tx, payment))
    count = select(func.count()).select_from(loan)
    assert await other.write(lambda tx: tx.scalar(count)) == 0


@pytest.mark.parametrize("amount_minor", [100_00, 1300_00])
async def test_a_returned_payment_costs_what_the_contract_says_once(desk: Desk, amount_minor: int) -> None:
    terms = cheap(returned_payment_fee_minor=15_00)
    loan_id = await desk.open_loan(terms)
    payment = await desk.pay(loan_id, amount_minor)
    await desk.pass_days(3)
    bounced = PaymentReversed(
        payment_id=payment.payment_id, loan_id=loan_id, amount=payment.amount, on=await desk.today()
    )

    for _ in range(2):
        await desk.write(lambda tx: reverse_repayment(tx, bounced))

    found = await desk.write(partial(loan_view, loan_id=loan_id))
    assert found.outstanding == Money.of(1224_08 + 15_00, "NGN")
    balances = await desk.balances(loan_id)
    assert (balances["fees_receivable"], balances["fee_income"]) == (15_00, -15_00)
    assert await desk.write(ledger_agrees) == []


async def test_a_returned_recovery_of_a_lost_loan_costs_nothing(desk: Desk) -> None:
    loan_id = await desk.open_loan(cheap(returned_payment_fee_minor=15_00))
    await desk.write(lambda tx: write_off(tx, loan_id, WriteOffIn(reason="Insolvent")))
    await desk.pass_days(1)
    payment = await desk.pay(loan_id, 100_00)
    bounced = PaymentReversed(
        payment_id=payment.payment_id, loan_id=loan_id, amount=payment.amount, on=await desk.today()
    )

    await desk.write(lambda tx: reverse_repayment(tx, bounced))

    found = await desk.write(partial(loan_view, loan_id=loan_id))
    assert (found.status, found.recoverable) == (LoanStatus.WRITTEN_OFF, Money.of(1200_00, "NGN"))
    assert "fee_income" not in await desk.balances(loan_id)
