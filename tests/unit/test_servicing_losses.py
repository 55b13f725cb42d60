"""Loans that don't perform: when income stops, what is provided, and what payments, relief and write-offs do to it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backend.servicing.domain.delinquency import NIGERIA_PRUDENTIAL
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.journals import Account, books, journal
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.outlook import outlook
from shared.api.servicing import LoanStatus
from shared.loss_policy import LossBucket, LossPolicy
from tests.unit.test_servicing_loan import FIRST_DUE, TERMS, event, loan, paid

POLICY = LossPolicy(
    buckets=(
        LossBucket(code="performing", from_days=0, provision_bps=100),
        LossBucket(code="watch", from_days=10, provision_bps=1_000),
        LossBucket(code="lost", from_days=60, provision_bps=10_000),
    ),
    non_accrual_after_days=30,
)
JUDGED = replace(TERMS, loss_policy=POLICY)
SUSPENDED = FIRST_DUE + timedelta(days=31)  # 31 March: two instalments are due, the second one today


def on(day: date, *events: LoanEvent, policy: LossPolicy = POLICY) -> LoanState:
    return loan(day, *events, terms=replace(TERMS, loss_policy=policy))


def shown(state: LoanState) -> dict[str, int]:
    return {account: debit for account, debit in books(state).items() if debit}


def test_income_is_reversed_into_suspense_on_the_first_day_beyond_the_limit() -> None:
    before, after = on(SUSPENDED - timedelta(days=1)), on(SUSPENDED)

    assert (before.non_accrual_since, after.non_accrual_since) == (None, SUSPENDED)
    assert shown(before)["interest_income"] == -19_78
    assert "interest_in_suspense" not in shown(before)
    assert shown(after)["interest_in_suspense"] == -20_04  # 12.00 of the first instalment, 8.04 of the second
    assert "interest_income" not in shown(after)
    assert shown(after)["interest_receivable"] == 20_04
    assert after.outstanding_minor == before.outstanding_minor
    moved = {leg.account: leg.debit_minor for leg in journal(before, after)}
    released = {Account.LOSS_ALLOWANCE: 1_20, Account.PROVISIONS: -1_20}  # of the 12.00 past due, which is in suspense
    earned = {Account.INTEREST_RECEIVABLE: 26}
    assert moved == {Account.INTEREST_INCOME: 19_78, Account.IN_SUSPENSE: -20_04, **earned, **released}


def test_what_is_earned_afterwards_goes_to_suspense_and_what_is_paid_is_income() -> None:
    later = SUSPENDED + timedelta(days=15)

    unpaid = on(later)
    part_paid = on(later, paid(later, 10_00))

    assert shown(unpaid)["interest_in_suspense"] == -(20_04 + 2_02)
    assert shown(part_paid)["interest_in_suspense"] == -(20_04 + 2_02 - 10_00)
    assert shown(part_paid)["interest_income"] == -10_00


def test_paying_all_arrears_takes_the_rest_of_the_suspense_as_income() -> None:
    later = SUSPENDED + timedelta(days=15)

    almost = on(later, paid(later, 816_05))
    cured = on(later, paid(later, 816_06))

    assert almost.non_accrual_since == SUSPENDED
    assert (cured.non_accrual_since, cured.days_past_due) == (None, 0)
    assert shown(cured)["interest_income"] == -(20_04 + 2_02)
    assert "interest_in_suspense" not in shown(cured)
    assert (cured.bucket, cured.allowance_minor) == ("performing", 4_04)  # 1 % of 403.98


def test_on_probation_income_stays_in_suspense_until_enough_days_were_clean() -> None:
    policy = replace(POLICY, probation_days=10)
    later = SUSPENDED + timedelta(days=5)
    payment = paid(later, 816_06)

    clean = on(later + timedelta(days=9), payment, policy=policy)
    cured = on(later + timedelta(days=10), payment, policy=policy)

    assert clean.non_accrual_since == SUSPENDED
    assert clean.bucket == "watch"  # the one in which it became non-accrual, not that of no day past due
    assert shown(clean)["interest_in_suspense"] < 0
    assert cured.non_accrual_since is None
    assert cured.bucket == "performing"


def test_arrears_during_probation_begin_it_anew() -> None:
    policy = replace(POLICY, probation_days=40)
    later = SUSPENDED + timedelta(days=5)

    again = on(date(2026, 5, 20), paid(later, 816_06), policy=policy)

    assert again.days_past_due == 20
    assert again.non_accrual_since == SUSPENDED


def test_the_allowance_follows_the_bucket_and_only_the_change_is_posted() -> None:
    fresh, late = on(FIRST_DUE), on(FIRST_DUE + timedelta(days=10))

    assert (fresh.bucket, fresh.allowance_minor) == ("performing", 12_00)
    assert (late.bucket, late.allowance_minor) == ("watch", 121_20)  # 10 % of 1200.00 and the 12.00 past due
    moved = {leg.account: leg.debit_minor for leg in journal(fresh, late)}
    assert (moved[Account.PROVISIONS], moved[Account.LOSS_ALLOWANCE]) == (109_20, -109_20)


def test_a_write_off_uses_up_the_allowance_and_expenses_the_rest() -> None:
    later = SUSPENDED + timedelta(days=5)
    lost = event(EventKind.WRITTEN_OFF, later, 1)

    state = on(later, lost)

    assert state.status is LoanStatus.WRITTEN_OFF
    books_now = shown(state)
    assert state.allowance_used_minor == 120_00  # 10 % of 1200.00: its interest stood in suspense
    assert books_now["loss_provisions"] == 120_00
    assert books_now["writeoff_expense"] == 1080_00
    assert not {"loss_allowance", "interest_in_suspense", "interest_income", "interest_receivable"} & set(books_now)


def test_a_write_off_of_a_loan_provided_for_in_full_costs_nothing_more() -> None:
    later = FIRST_DUE + timedelta(days=70)
    before, after = on(later), on(later, event(EventKind.WRITTEN_OFF, later, 1))

    assert before.bucket == "lost"
    assert "writeoff_expense" not in shown(after)
    assert shown(after)["loss_provisions"] == shown(before)["loss_provisions"] == 1200_00


def test_relief_of_income_in_suspense_is_neither_income_nor_expense() -> None:
    later = SUSPENDED + timedelta(days=5)
    owed = on(later)

    waived = on(later, event(EventKind.INTEREST_WAIVED, later, 5_00))
    credited = on(later, event(EventKind.GOODWILL_CREDITED, later, 5_00))

    for relieved in (waived, credited):
        assert shown(relieved)["interest_in_suspense"] == shown(owed)["interest_in_suspense"] + 5_00
        assert not {"interest_income", "waiver_expense"} & set(shown(relieved))
    assert "goodwill_expense" not in shown(credited)


def test_a_payment_entered_late_leaves_no_trace_of_the_suspense_between() -> None:
    in_time = paid(FIRST_DUE, 408_03)
    day = SUSPENDED + timedelta(days=3)

    found = on(day, in_time)

    assert found.non_accrual_since is None
    assert shown(found)["interest_income"] == -(20_04 + 40)
    assert on(day, paid(day, 408_03)).non_accrual_since == SUSPENDED


def test_a_bounced_payment_puts_the_loan_back_where_it_was() -> None:
    later = SUSPENDED + timedelta(days=15)
    payment = paid(later, 816_06)
    bounced = event(EventKind.REVERSAL, later + timedelta(days=2), target=payment.id)

    found = on(later + timedelta(days=2), payment, bounced)

    assert found == on(later + timedelta(days=2))
    assert found.non_accrual_since == SUSPENDED


@pytest.mark.parametrize(("late", "last"), [(5, 9), (15, 30), (45, 59)])
def test_the_quiet_days_end_where_the_loan_is_judged_otherwise(late: int, last: int) -> None:
    terms = replace(JUDGED, instalments=1)
    state = loan(FIRST_DUE + timedelta(days=late), terms=terms)

    ahead = outlook(state, terms)

    assert len(ahead.interest_minor) == last - late


def test_a_loan_without_a_policy_is_not_judged() -> None:
    state = loan(SUSPENDED + timedelta(days=300))

    assert (state.bucket, state.non_accrual_since, state.allowance_minor) == (None, None, 0)
    assert not {"interest_in_suspense", "loss_allowance", "loss_provisions"} & set(shown(state))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"buckets": (*POLICY.buckets, LossBucket(code="x", from_days=60))}, "later and later"),
        ({"non_accrual_after_days": None, "probation_days": 3}, "probation ends non-accrual"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(POLICY, **changes)


def test_the_ladder_of_nigeria_stops_income_when_it_first_provides() -> None:
    terms = replace(TERMS, loss_policy=NIGERIA_PRUDENTIAL)

    before = loan(FIRST_DUE + timedelta(days=90), terms=terms)
    after = loan(FIRST_DUE + timedelta(days=91), terms=terms)

    assert (before.bucket, before.non_accrual_since) == (None, None)
    assert after.bucket == "substandard"
    assert after.non_accrual_since == after.as_of
    assert after.allowance_minor == Decimal(1200_00) / 10
