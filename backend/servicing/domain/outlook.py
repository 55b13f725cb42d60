"""The quiet days ahead of a loan: those on which nothing happens but that interest is earned and time passes.

Close of business carries a loan over such a day without looking at its events: what the day earns was worked out when
the loan was saved last. Any event, any due date that passes unpaid, and whatever else changes more than interest ends
the outlook, and the loan is computed anew.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from backend.servicing.domain.accrual import accrued_minor
from backend.servicing.domain.impairment import changes
from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.status import OPEN, late_after
from shared.terms import DayCount, LoanTerms

# How many days ahead of a due date its borrower is told.
DAYS_AHEAD = (7, 3, 1, 0)
MAX_DAYS = 62
_DAY = timedelta(days=1)


class Outlook(Struct, frozen=True, kw_only=True):
    """What each of the days after `after` earns, in minor units, for as long as they are quiet.

    `next_number` is the instalment that reminders of these days are about; None where nothing is left to pay.
    """

    after: date
    interest_minor: tuple[int, ...] = ()
    next_number: int | None = None


def is_announced(row: Instalment, on: date) -> bool:
    """Whether a borrower is told on `on` what falls due with `row`: never before the row's own period has begun."""
    return row.open_minor > 0 and (row.due_on - on).days in DAYS_AHEAD and row.starts_on <= on


def outlook(state: LoanState, terms: LoanTerms, *, before: date | None = None) -> Outlook:
    """The quiet days that follow `state`, and lie `before` the next event where one is known: MAX_DAYS at most.

    A loan in arrears has quiet days too, each of which adds one to its days past due, unless a penalty runs.
    """
    following = state.next_row
    if following is None or state.status not in OPEN or _is_unsteady(state, following, terms):
        return Outlook(after=state.as_of, next_number=following.number if following else None)
    ends_on = min(*_ends(state, terms), *_reminded(state, following), (before or date.max) - _DAY)
    days = [state.as_of + ahead * _DAY for ahead in range(1, (ends_on - state.as_of).days + 1)]
    return Outlook(after=state.as_of, interest_minor=_earned(state, days, terms), next_number=following.number)


def _is_unsteady(state: LoanState, following: Instalment, terms: LoanTerms) -> bool:
    """Whether a day adds more than interest to one account: a penalty runs, or what is paid ahead is income at once."""
    if terms.penalty_rate_pct and following.due_on < state.as_of:
        return True
    return state.non_accrual_since is not None and any(row.earned().interest_minor < 0 for row in state.rows)


def _ends(state: LoanState, terms: LoanTerms) -> Iterator[date]:
    """The last quiet day by each reason that a later one is not."""
    grace_days = terms.grace_days
    yield state.as_of + MAX_DAYS * _DAY
    if terms.loss_policy is not None and state.suspense is not None:
        yield from (day - _DAY for day in changes(state.rows, state.suspense, terms.loss_policy))
    for row in state.rows:
        if row.open_minor > 0:
            if row.due_on >= state.as_of:
                yield row.due_on if state.credit_minor == 0 else row.due_on - _DAY
            elif late_after(row.due_on, grace_days) >= state.as_of:
                yield late_after(row.due_on, grace_days)
        if not row.final and row.earned_fee_minor != row.all_fees_minor and row.due_on > state.as_of:
            yield row.due_on - _DAY  # its fees are earned when it falls due


def _reminded(state: LoanState, following: Instalment) -> Iterator[date]:
    """The last days before one that asks for a reminder that the next row alone can't answer.

    That is any reminder of another row, and one of the next row that is not due yet because its period has not begun.
    """
    for row in state.rows:
        if row.open_minor <= 0:
            continue
        for ahead in DAYS_AHEAD:
            day = row.due_on - ahead * _DAY
            if day > state.as_of and (day < row.starts_on) == (row.number == following.number):
                yield day - _DAY


def _earned(state: LoanState, days: Sequence[date], terms: LoanTerms) -> tuple[int, ...]:
    """What each day adds to the interest of the rows."""
    if not days:
        return ()
    earning = [row for row in state.rows if _earns(row, days[-1])]
    earned = sum(row.accrued_minor for row in earning)
    by_day = []
    for day in days:
        before, earned = earned, sum(_accrued(row, day, terms.day_count) for row in earning)
        by_day.append(earned - before)
    return tuple(by_day)


def _earns(row: Instalment, through: date) -> bool:
    return not row.final and row.starts_on < through and row.accrued_minor != row.interest_minor


def _accrued(row: Instalment, day: date, day_count: DayCount) -> int:
    if day <= row.starts_on:
        return row.accrued_minor
    return accrued_minor(row.interest_minor, row.starts_on, row.ends_on, on=day, day_count=day_count)
