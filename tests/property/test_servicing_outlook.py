"""A quiet day is just that: computed from its events, the loan is what the outlook said it would be."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.servicing.domain.events import LoanEvent
from backend.servicing.domain.journals import Account, books, difference
from backend.servicing.domain.loan import LoanState, replay
from backend.servicing.domain.outlook import Outlook, is_announced, outlook
from backend.servicing.domain.schedule import build_schedule
from backend.servicing.domain.status import late_after
from shared.terms import LoanTerms
from tests.property.test_servicing_engine import START, histories


def at_a_glance(state: LoanState) -> tuple[object, ...]:
    following = state.next_row
    return (
        state.status,
        state.principal_outstanding_minor,
        state.outstanding_minor,
        state.past_due_minor,
        state.credit_minor,
        state.bucket,
        state.allowance_minor,
        state.non_accrual_since,
        following and (following.number, following.due_on, following.open_minor),
    )


def coming(events: list[LoanEvent], as_of: date) -> date | None:
    return min((event.effective_on for event in events if event.effective_on > as_of), default=None)


@settings(max_examples=60)
@given(histories(), st.data())
def test_a_quiet_day_earns_what_was_said_and_changes_nothing_else(
    history: tuple[LoanTerms, list[LoanEvent], date], data: st.DataObject
) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)
    before = replay(terms, schedule, events, as_of)
    ahead = outlook(before, terms, before=coming(events, as_of))
    assume(ahead.interest_minor)

    days = data.draw(st.integers(1, len(ahead.interest_minor)))
    day = as_of + timedelta(days=days)
    after = replay(terms, schedule, events, day)

    assert at_a_glance(after) == at_a_glance(before)
    assert after.days_past_due == (before.days_past_due + days if before.days_past_due else 0)
    moved = {leg.account: leg.debit_minor for leg in difference(books(before), books(after))}
    earned = sum(ahead.interest_minor[:days])
    earned_on = Account.IN_SUSPENSE if before.non_accrual_since else Account.INTEREST_INCOME
    assert moved == ({Account.INTEREST_RECEIVABLE: earned, earned_on: -earned} if earned else {})
    announced = {row.number for row in after.rows if is_announced(row, day)}
    assert announced <= {ahead.next_number}
    assert not any(
        row.open_minor > 0 and late_after(row.due_on, terms.grace_days) == day - timedelta(days=1) for row in after.rows
    )


@given(histories())
def test_a_reminder_of_a_quiet_day_can_be_told_from_its_date_alone(
    history: tuple[LoanTerms, list[LoanEvent], date],
) -> None:
    terms, events, as_of = history
    before = replay(terms, build_schedule(terms, START), events, as_of)
    ahead: Outlook = outlook(before, terms, before=coming(events, as_of))
    following = before.next_row

    for number in range(1, len(ahead.interest_minor) + 1):
        day = as_of + timedelta(days=number)
        assert following is not None
        assert is_announced(following, day) == ((following.due_on - day).days in (7, 3, 1, 0))
