"""What it costs to close a loan on a day: all principal, the interest earned by then, fees and penalties."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backend.servicing.domain.accrual import accrued_minor
from backend.servicing.domain.instalment import Instalment
from shared.terms import DayCount


class Payoff(Struct, frozen=True, kw_only=True):
    """The parts of a payoff, in minor units; interest is below zero where more was paid ahead than is earned."""

    on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int
    penalty_minor: int
    credit_minor: int  # the borrower's own money already held, which counts towards the payoff

    @property
    def total_minor(self) -> int:
        """What has to be paid; never below zero."""
        parts = self.principal_minor + self.interest_minor + self.fee_minor + self.penalty_minor
        return max(parts - self.credit_minor, 0)


def closing(row: Instalment, on: date, day_count: DayCount) -> Instalment:
    """The row as a payoff on `on` leaves it: no interest of days to come, no fees of periods that have not begun.

    Fees at maturity stay: they are the price of leaving, whenever that is.
    """
    if row.final:
        return row
    interest = accrued_minor(row.interest_minor, row.starts_on, row.ends_on, on=on, day_count=day_count)
    begun = row.starts_on < on or row.due_on <= on
    return replace(
        row, interest_minor=interest, fee_minor=row.fee_minor if begun else row.maturity_fee_minor, final=True
    )


def payoff_of(rows: Sequence[Instalment], credit_minor: int, on: date, day_count: DayCount) -> Payoff:
    """What closes a loan of `rows` on `on`; `rows` must hold the penalties up to that day."""
    owed = [closing(row, on, day_count).due() for row in rows]
    return Payoff(
        on=on,
        principal_minor=sum(due.principal_minor for due in owed),
        interest_minor=sum(due.interest_minor for due in owed),
        fee_minor=sum(due.fee_minor for due in owed),
        penalty_minor=sum(due.penalty_minor for due in owed),
        credit_minor=credit_minor,
    )


def expires_at(quoted_at: datetime, hours: int) -> datetime:
    """Until when a quote holds."""
    assert quoted_at.tzinfo is not None, "instants are aware"
    return quoted_at + timedelta(hours=hours)
