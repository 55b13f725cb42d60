"""Which instalments a borrower is told about as the business date moves."""

from collections.abc import Iterator
from datetime import date

from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.domain.outlook import is_announced
from backend.servicing.domain.status import late_after
from shared.events.servicing import InstalmentDue, RepaymentMissed
from shared.money import Money


def reminders(file: LoanFile, state: LoanState, since: date, to: date) -> Iterator[InstalmentDue | RepaymentMissed]:
    """What to say once the date has moved from `since` to `to`: what falls due soon or today, and what was missed.

    Each instalment is missed once, on the day after its grace.
    """
    for row in state.rows:
        if row.open_minor <= 0:
            continue
        if is_announced(row, to):
            yield _due(file, row, (row.due_on - to).days)
        if since <= late_after(row.due_on, file.contract.terms.grace_days) < to:
            yield RepaymentMissed(
                loan_id=file.id,
                user_id=file.contract.user_id,
                number=row.number,
                due_on=row.due_on,
                amount=Money.of(row.open_minor, file.currency),
                days_past_due=(to - row.due_on).days,
            )


def due_today(file: LoanFile, state: LoanState) -> Iterator[InstalmentDue]:
    """What falls due on the very day of the payout: a down payment."""
    for row in state.rows:
        if row.open_minor > 0 and row.due_on == state.as_of:
            yield _due(file, row, 0)


def _due(file: LoanFile, row: Instalment, days_ahead: int) -> InstalmentDue:
    return InstalmentDue(
        loan_id=file.id,
        user_id=file.contract.user_id,
        number=row.number,
        due_on=row.due_on,
        amount=Money.of(row.open_minor, file.currency),
        days_ahead=days_ahead,
    )
