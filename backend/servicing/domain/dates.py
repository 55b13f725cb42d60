"""On which day something counts, where the calendar, the rail and the tenant's business date differ."""

from datetime import date, timedelta


def counts_on(day: date, *, business_date: date, today: date) -> date:
    """The day on which an event dated `day` counts for a loan.

    A tenant may run ahead of the calendar (a sandbox does); a calendar date says nothing to it, so its own date holds.
    Otherwise the event's own date holds, but never a date that has not begun anywhere on earth.
    """
    if business_date > today and day <= today:
        return business_date
    return min(day, max(business_date, today + timedelta(days=1)))
