"""The states of a loan and the ways between them, in one table."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from backend.servicing.domain.instalment import Instalment
from shared.api.servicing import LoanStatus

_S = LoanStatus
TRANSITIONS: dict[LoanStatus, frozenset[LoanStatus]] = {
    _S.PENDING_DISBURSEMENT: frozenset({_S.ACTIVE, _S.OVERDUE, _S.CLOSED, _S.OVERPAID, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.OVERDUE, _S.CLOSED, _S.OVERPAID, _S.WRITTEN_OFF}),
    _S.OVERDUE: frozenset({_S.ACTIVE, _S.CLOSED, _S.OVERPAID, _S.WRITTEN_OFF}),
    # A payment that bounces afterwards opens a loan again.
    _S.CLOSED: frozenset({_S.ACTIVE, _S.OVERDUE, _S.OVERPAID}),
    _S.OVERPAID: frozenset({_S.ACTIVE, _S.OVERDUE, _S.CLOSED, _S.WRITTEN_OFF}),
    # More than was lost may come in, and a payment from before the write-off may turn up and have closed the loan.
    _S.WRITTEN_OFF: frozenset({_S.ACTIVE, _S.OVERDUE, _S.CLOSED, _S.OVERPAID}),
    # The payout may have been under way when the contract was cancelled: then the borrower has the money.
    _S.CANCELLED: frozenset({_S.ACTIVE, _S.OVERDUE, _S.CLOSED, _S.OVERPAID}),
}
# Loans that close of business has work with.
OPEN = frozenset({_S.ACTIVE, _S.OVERDUE})


def may_become(before: LoanStatus, after: LoanStatus) -> bool:
    """Whether the table lets a loan go from `before` to `after` (or stay)."""
    return before is after or after in TRANSITIONS[before]


def status_of(
    rows: Sequence[Instalment], credit_minor: int, as_of: date, grace_days: int, *, is_written_off: bool = False
) -> LoanStatus:
    """Where a loan that was paid out stands on `as_of`: late means unpaid after the days of grace."""
    unpaid = [row for row in rows if row.open_minor > 0]
    if not unpaid and credit_minor >= 0:
        if credit_minor:
            return LoanStatus.OVERPAID
        return LoanStatus.WRITTEN_OFF if is_written_off else LoanStatus.CLOSED
    if any(late_after(row.due_on, grace_days) < as_of for row in unpaid):
        return LoanStatus.OVERDUE
    return LoanStatus.ACTIVE


def late_after(due_on: date, grace_days: int) -> date:
    """The last day on which paying costs no penalty."""
    return due_on + timedelta(days=grace_days)


def days_past_due(rows: Iterable[Instalment], as_of: date) -> int:
    """Days since the oldest unpaid instalment fell due; grace does not stop this count."""
    oldest = min((row.due_on for row in rows if row.open_minor > 0), default=as_of)
    return max((as_of - oldest).days, 0)
