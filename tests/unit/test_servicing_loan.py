"""A loan over time: what events and days make of it."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.servicing.domain.errors import NothingToReverse, PaymentBeforeDisbursement
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.journals import Account, Leg, books, journal
from backend.servicing.domain.loan import LoanState, replay
from backend.servicing.domain.schedule import build_schedule
from backend.servicing.domain.status import TRANSITIONS, may_become
from shared.api.servicing import LoanStatus
from shared.terms import DayCount, Fee, FeeWhen, Frequency, InAdvance, LoanTerms, Part

START = date(2026, 1, 31)
FIRST_DUE = date(2026, 2, 28)
TERMS = LoanTerms(
    currency="NGN",
    principal_minor=1200_00,
    annual_rate_pct=Decimal(12),
    instalments=3,
    frequency=Frequency.MONTHLY,
    day_count=DayCount.THIRTY_E_360,
)
_ids = count(1)


def event(kind: EventKind, on: date, amount_minor: int = 0, target: UUID | None = None) -> LoanEvent:
    return LoanEvent(id=UUID(int=next(_ids)), kind=kind, effective_on=on, amount_minor=amount_minor, target=target)


def paid(on: date, amount_minor: int) -> LoanEvent:
    return event(EventKind.PAYMENT, on, amount_minor)


def loan(as_of: date, *events: LoanEvent, terms: LoanTerms = TERMS) -> LoanState:
    disbursed = event(EventKind.DISBURSED, START, terms.principal_minor)
    return replay(terms, build_schedule(terms, START), [disbursed, *events], as_of)


def test_a_loan_waits_for_its_disbursement() -> None:
    assert replay(TERMS, None, [], START).status is LoanStatus.PENDING_DISBURSEMENT
    cancelled = event(EventKind.CANCELLED, START)
    assert replay(TERMS, None, [cancelled], START).status is LoanStatus.CANCELLED


def test_interest_is_earned_day_by_day_and_due_on_the_date() -> None:
    assert loan(START).rows[0].accrued_minor == 0
    assert loan(START + timedelta(days=14)).rows[0].accrued_minor == 6_00
    assert loan(FIRST_DUE).rows[0].accrued_minor == 12_00
    assert loan(FIRST_DUE).status is LoanStatus.ACTIVE


def test_a_full_instalment_settles_its_row() -> None:
    state = loan(FIRST_DUE, paid(FIRST_DUE, 408_03))

    assert state.rows[0].settled_on == FIRST_DUE
    assert state.principal_outstanding_minor == 803_97
    assert state.applied[0].balance_minor == 803_97
    assert state.next_row is not None
    assert state.next_row.number == 2


def test_a_partial_payment_leaves_the_rest_open_and_becomes_late() -> None:
    payment = paid(FIRST_DUE, 100_00)

    state = loan(FIRST_DUE + timedelta(days=5), payment)

    assert state.status is LoanStatus.OVERDUE
    assert state.days_past_due == 5
    assert state.past_due_minor == 308_03
    assert [(line.part, line.amount_minor) for line in state.applied[0].lines] == [
        (Part.INTEREST, 12_00),
        (Part.PRINCIPAL, 88_00),
    ]


def test_penalties_start_after_grace_and_stop_when_paid() -> None:
    terms = replace(TERMS, penalty_rate_pct=Decimal(36), grace_days=3)

    assert loan(FIRST_DUE + timedelta(days=3), terms=terms).rows[0].penalty_minor == 0
    assert loan(FIRST_DUE + timedelta(days=3), terms=terms).status is LoanStatus.ACTIVE
    late = loan(FIRST_DUE + timedelta(days=13), terms=terms)
    assert late.status is LoanStatus.OVERDUE
    assert late.rows[0].penalty_minor == 4_08  # 408.03 * 36 % * 10/360
    settled = loan(date(2026, 3, 31), paid(FIRST_DUE + timedelta(days=13), 412_11), terms=terms)
    assert settled.rows[0].penalty_minor == 4_08
    assert settled.rows[0].open_minor == 0


def test_an_early_payment_pays_the_next_instalments_first() -> None:
    state = loan(START + timedelta(days=10), paid(START + timedelta(days=10), 500_00))

    assert state.rows[0].open_minor == 0
    assert state.rows[1].open_minor == 408_03 - 91_97
    assert state.credit_minor == 0


def test_an_early_payment_can_pay_the_last_instalments_first() -> None:
    terms = replace(TERMS, in_advance=InAdvance.LAST_INSTALMENT)

    state = loan(FIRST_DUE, paid(FIRST_DUE, 508_03), terms=terms)

    assert state.rows[0].open_minor == 0
    assert state.rows[1].open_minor == 408_03
    assert state.rows[2].open_minor == 408_02 - 100_00


def test_an_early_payment_can_wait_as_credit_for_the_due_date() -> None:
    terms = replace(TERMS, in_advance=InAdvance.CREDIT)
    payment = paid(START + timedelta(days=10), 500_00)

    before = loan(FIRST_DUE - timedelta(days=1), payment, terms=terms)
    after = loan(FIRST_DUE, payment, terms=terms)

    assert (before.credit_minor, before.rows[0].open_minor) == (500_00, 408_03)
    assert (after.credit_minor, after.rows[0].open_minor) == (91_97, 0)
    assert after.rows[0].settled_on == FIRST_DUE


def test_a_payoff_asks_for_interest_to_the_day_only() -> None:
    state = loan(START + timedelta(days=14))

    payoff = state.payoff(TERMS)

    assert (payoff.principal_minor, payoff.interest_minor, payoff.total_minor) == (1200_00, 6_00, 1206_00)


def test_paying_the_payoff_closes_the_loan_and_drops_the_interest_to_come() -> None:
    day = START + timedelta(days=14)

    state = loan(day + timedelta(days=100), paid(day, 1206_00))

    assert state.status is LoanStatus.CLOSED
    assert state.applied[0].closed_loan
    assert books(state)[Account.INTEREST_INCOME] == -6_00
    assert [row.interest_minor for row in state.rows] == [6_00, 0, 0]


def test_what_exceeds_the_payoff_becomes_credit_until_refunded() -> None:
    day = START + timedelta(days=14)
    payment = paid(day, 1300_00)

    overpaid = loan(day, payment)
    refunded = loan(day, payment, event(EventKind.CREDIT_REFUNDED, day, 94_00))

    assert (overpaid.status, overpaid.credit_minor) == (LoanStatus.OVERPAID, 94_00)
    assert (refunded.status, refunded.credit_minor) == (LoanStatus.CLOSED, 0)


def test_interest_paid_ahead_is_given_back_by_a_payoff() -> None:
    day = START + timedelta(days=1)
    ahead = paid(day, 816_06)
    owed = loan(day, ahead).payoff(TERMS).total_minor

    state = loan(day, ahead, paid(day, owed))

    assert state.status is LoanStatus.CLOSED
    assert state.paid_in_minor == 1200_00 + state.rows[0].interest_minor
    assert any(line.amount_minor < 0 for line in state.applied[1].lines)


def test_an_early_payoff_saves_the_fees_of_periods_not_begun_but_not_the_exit_fee() -> None:
    fees = (
        Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=1_00),
        Fee(code="exit", when=FeeWhen.MATURITY, fixed_minor=7_00),
    )
    terms = replace(TERMS, fees=fees)

    assert loan(START + timedelta(days=14), terms=terms).payoff(terms).fee_minor == 1_00 + 7_00


def test_a_reversed_payment_is_as_if_it_had_never_been() -> None:
    payment = paid(FIRST_DUE, 408_03)
    bounced_on = FIRST_DUE + timedelta(days=4)
    bounce = event(EventKind.REVERSAL, bounced_on, target=payment.id)

    before = loan(bounced_on - timedelta(days=1), payment, bounce)
    after = loan(bounced_on, payment, bounce)

    assert before.status is LoanStatus.ACTIVE
    assert after.status is LoanStatus.OVERDUE
    assert after.applied == ()
    assert books(after) == books(loan(bounced_on))


def test_a_reversal_needs_something_to_reverse() -> None:
    with pytest.raises(NothingToReverse):
        loan(START, event(EventKind.REVERSAL, START, target=UUID(int=999_999)))


def test_a_payment_before_the_disbursement_is_refused() -> None:
    with pytest.raises(PaymentBeforeDisbursement):
        loan(START, paid(START - timedelta(days=1), 1_00))


def test_charges_join_the_instalment_that_falls_due_next() -> None:
    day = FIRST_DUE + timedelta(days=1)

    state = loan(day, event(EventKind.FEE_CHARGED, day, 5_00), event(EventKind.PENALTY_CHARGED, day, 3_00))

    assert (state.rows[1].all_fees_minor, state.rows[1].penalty_minor) == (5_00, 3_00)
    assert books(state)[Account.FEE_INCOME] == -5_00
    assert books(state)[Account.PENALTY_INCOME] == -3_00


def test_a_disbursement_posts_principal_fee_and_payout() -> None:
    fee = Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=100)

    legs = journal(None, loan(START, terms=replace(TERMS, fees=(fee,))))

    assert legs == (
        Leg(Account.PRINCIPAL, 1200_00),
        Leg(Account.FEE_INCOME, -12_00),
        Leg(Account.PAYOUTS, -1188_00),
    )


def test_a_day_posts_its_interest() -> None:
    legs = journal(loan(START), loan(START + timedelta(days=7)))

    assert legs == (Leg(Account.INTEREST_RECEIVABLE, 3_00), Leg(Account.INTEREST_INCOME, -3_00))


def test_a_payment_posts_what_it_paid() -> None:
    legs = journal(loan(FIRST_DUE), loan(FIRST_DUE, paid(FIRST_DUE, 408_03)))

    assert legs == (
        Leg(Account.PRINCIPAL, -396_03),
        Leg(Account.INTEREST_RECEIVABLE, -12_00),
        Leg(Account.RECEIPTS, 408_03),
    )


def test_a_payment_entered_late_posts_the_penalty_it_should_never_have_cost() -> None:
    terms = replace(TERMS, penalty_rate_pct=Decimal(36))
    today = FIRST_DUE + timedelta(days=10)

    legs = journal(loan(today, terms=terms), loan(today, paid(FIRST_DUE, 408_03), terms=terms))

    assert Leg(Account.PENALTIES_RECEIVABLE, -4_08) in legs
    assert Leg(Account.PENALTY_INCOME, 4_08) in legs


def test_the_table_of_states_lets_a_loan_go_where_money_takes_it() -> None:
    assert may_become(LoanStatus.CANCELLED, LoanStatus.ACTIVE)  # the payout was under way
    assert not may_become(LoanStatus.CLOSED, LoanStatus.CANCELLED)
    assert may_become(LoanStatus.ACTIVE, LoanStatus.ACTIVE)
    assert may_become(LoanStatus.CLOSED, LoanStatus.OVERDUE)
    assert not may_become(LoanStatus.ACTIVE, LoanStatus.PENDING_DISBURSEMENT)
    assert set(TRANSITIONS) == set(LoanStatus)
