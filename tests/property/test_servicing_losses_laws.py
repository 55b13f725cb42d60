"""What must hold of every loan that is judged by a policy on losses."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.impairment import allowance_minor, exposure_minor
from backend.servicing.domain.journals import Account, Books, books
from backend.servicing.domain.loan import LoanState, replay
from backend.servicing.domain.outlook import outlook
from backend.servicing.domain.schedule import build_schedule
from backend.servicing.domain.suspense import Suspense, judge
from shared.api.servicing import LoanStatus
from shared.loss_policy import LossPolicy
from shared.terms import LoanTerms
from tests.property.test_servicing_engine import LADDER, POLICIES, START, _event, histories, loan_terms

INCOME = (Account.INTEREST_INCOME, Account.FEE_INCOME, Account.PENALTY_INCOME)
LOSSES = (Account.LOSS_ALLOWANCE, Account.PROVISIONS, Account.WRITTEN_OFF, Account.LOST_TO_FRAUD)
JUDGED = (*INCOME, Account.IN_SUSPENSE, *LOSSES)
RELIEVED = (Account.WAIVED, Account.GOODWILL)
History = tuple[LoanTerms, list[LoanEvent], date]


def moments(events: list[LoanEvent], as_of: date) -> list[date]:
    return sorted({as_of, *(event.effective_on for event in events)})


def earned_minor(state: LoanState) -> int:
    rows = state.rows
    return state.upfront_fee_minor + sum(row.accrued_minor + row.earned_fee_minor + row.penalty_minor for row in rows)


def profit_minor(shown: Books) -> int:
    """What the loan has brought so far, below zero for a loss."""
    expenses = (Account.WRITTEN_OFF, Account.LOST_TO_FRAUD, *RELIEVED, Account.PROVISIONS)
    kinds = (*INCOME, Account.RECOVERY_INCOME, *expenses)
    return -sum(shown[account] for account in kinds)


@given(histories())
def test_income_suspense_and_what_never_was_income_are_what_is_earned_at_every_moment(history: History) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)

    for moment in moments(events, as_of):
        state = replay(terms, schedule, events, moment)
        shown = books(state)
        never = state.suspense.never_income.total_minor if state.suspense else 0
        income = -sum(shown[account] for account in INCOME)
        assert income - shown[Account.IN_SUSPENSE] + never == earned_minor(state)
        assert shown[Account.IN_SUSPENSE] <= 0
        assert min(shown[account] for account in (*RELIEVED, Account.WRITTEN_OFF)) >= 0
        if not state.non_accrual_since:
            assert shown[Account.IN_SUSPENSE] == 0


@given(histories())
def test_what_is_owed_does_not_depend_on_how_the_lender_judges(history: History) -> None:
    terms, events, as_of = history
    plain = replace(terms, loss_policy=None)
    schedule = build_schedule(terms, START)

    judged, unjudged = replay(terms, schedule, events, as_of), replay(plain, schedule, events, as_of)

    assert (judged.rows, judged.status, judged.applied) == (unjudged.rows, unjudged.status, unjudged.applied)
    assert judged.payoff(terms) == unjudged.payoff(plain)
    kept = {account: debit for account, debit in books(judged).items() if account not in {*JUDGED, *RELIEVED}}
    assert kept == {account: debit for account, debit in books(unjudged).items() if account in kept}


@given(histories())
def test_the_allowance_is_the_bucket_s_rate_of_the_exposure_at_every_moment(history: History) -> None:
    terms, events, as_of = history
    policy, schedule = terms.loss_policy, build_schedule(terms, START)
    assume(policy is not None)
    assert policy is not None

    for moment in moments(events, as_of):
        state = replay(terms, schedule, events, moment)
        bucket = next((each for each in policy.buckets if each.code == state.bucket), None)
        shown = books(state)
        if state.suspense is None or not state.rows:
            continue
        exposure = exposure_minor(state.rows, state.credit_minor, state.suspense)
        assert -shown[Account.LOSS_ALLOWANCE] == allowance_minor(exposure, bucket, terms.rounding)
        assert 0 <= state.allowance_used_minor <= state.written_off_minor
        if state.status in {LoanStatus.CLOSED, LoanStatus.OVERPAID, LoanStatus.WRITTEN_OFF}:
            assert (state.bucket, state.allowance_minor, state.non_accrual_since) == (None, 0, None)


@given(histories())
@settings(max_examples=60)
def test_a_loan_that_ends_brings_the_same_however_it_was_judged(history: History) -> None:
    terms, events, as_of = history
    plain, schedule = replace(terms, loss_policy=None), build_schedule(terms, START)
    owed = replay(terms, schedule, events, as_of).payoff(terms).total_minor
    ending = [_event(900, EventKind.PAYMENT, as_of, owed)] if owed else []

    judged = replay(terms, schedule, [*events, *ending], as_of)
    unjudged = replay(plain, schedule, [*events, *ending], as_of)

    assume(not judged.outstanding_minor)
    assert profit_minor(books(judged)) == profit_minor(books(unjudged))


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6), st.integers(-50, 300), st.sampled_from(POLICIES[1:3]))
def test_judging_day_by_day_comes_to_the_same(jumps: list[int], ahead: int, policy: LossPolicy) -> None:
    oldest, day = START + timedelta(days=ahead), START
    far = near = Suspense(seen_on=START)

    for jump in jumps:
        for _ in range(jump):
            day += timedelta(days=1)
            near = judge(near, policy, oldest, day)
        far = judge(far, policy, oldest, day)
        assert far == near
        late = (day - oldest).days > (policy.non_accrual_after_days or 0)
        assert (near.since is not None) == late


@given(loan_terms(), st.integers(11, 60))
def test_paying_all_arrears_restores_income_once_probation_is_over(terms: LoanTerms, late_days: int) -> None:
    policy = LossPolicy(buckets=LADDER, non_accrual_after_days=10, probation_days=15)
    terms, schedule = replace(terms, loss_policy=policy), build_schedule(terms, START)
    disbursed = _event(1, EventKind.DISBURSED, START, terms.principal_minor)
    first_due = next(row.due_on for row in schedule.rows if row.total_minor)
    on = first_due + timedelta(days=late_days)
    late = replay(terms, schedule, [disbursed], on)
    arrears = sum(row.open_minor for row in late.rows if row.due_on <= on)

    events = [disbursed, _event(2, EventKind.PAYMENT, on, arrears)]
    paid = replay(terms, schedule, events, on)

    assert late.non_accrual_since == first_due + timedelta(days=11)
    if not paid.outstanding_minor:
        assert (paid.non_accrual_since, books(paid)[Account.IN_SUSPENSE]) == (None, 0)
        return
    following = paid.next_row
    assert following is not None
    assert (paid.days_past_due, paid.non_accrual_since) == (0, late.non_accrual_since)
    after = replay(terms, schedule, events, on + timedelta(days=15))
    if following.due_on >= after.as_of:
        assert (after.non_accrual_since, books(after)[Account.IN_SUSPENSE]) == (None, 0)
    else:
        assert after.non_accrual_since == late.non_accrual_since


@given(histories())
@settings(max_examples=60)
def test_quiet_days_end_before_the_loan_is_judged_otherwise(history: History) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)
    events = [event for event in events if event.effective_on <= as_of]
    state = replay(terms, schedule, events, as_of)

    for ahead in range(1, len(outlook(state, terms).interest_minor) + 1):
        after = replay(terms, schedule, events, as_of + timedelta(days=ahead))
        assert (after.bucket, after.non_accrual_since) == (state.bucket, state.non_accrual_since)
        assert after.allowance_minor == state.allowance_minor
