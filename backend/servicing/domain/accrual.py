"""What each day adds to a loan: interest along the schedule, and a penalty on what is late."""

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

from backend.servicing.domain.daycount import THIRTY_360_FAMILY, year_fraction
from backend.servicing.domain.periods import PRECISION, exact
from shared.rounding import Rounding, to_minor
from shared.terms import DayCount

# Single days can be added up under these; months that are all alike, periods that are and working days can't.
_BY_DAYS = {
    **dict.fromkeys(THIRTY_360_FAMILY, DayCount.ACTUAL_360),
    DayCount.ACTUAL_365_LEAP: DayCount.ACTUAL_365,
    DayCount.BUSINESS_252: DayCount.ACTUAL_365,
    DayCount.ACTUAL_ACTUAL_ICMA: DayCount.ACTUAL_ACTUAL_ISDA,
    DayCount.ACTUAL_ACTUAL_AFB: DayCount.ACTUAL_ACTUAL_ISDA,
}


def accrued_minor(interest_minor: int, starts_on: date, ends_on: date, *, on: date, day_count: DayCount) -> int:
    """The part of a row's interest earned by the end of `on`.

    Cumulative and then rounded, so the days of a period add up to the row exactly. Under 30/360 the days of a period
    weigh the same, which keeps the 31st from being free and the end of February from counting three times.
    """
    if on <= starts_on:
        return 0
    if on >= ends_on:
        return interest_minor
    if day_count is DayCount.ACTUAL_ACTUAL_ISDA:
        share = year_fraction(day_count, starts_on, on) / year_fraction(day_count, starts_on, ends_on)
    else:
        share = Fraction((on - starts_on).days, (ends_on - starts_on).days)
    with localcontext(prec=PRECISION):
        return to_minor(exact(interest_minor * share))


def interest_of_day_minor(interest_minor: int, starts_on: date, ends_on: date, *, on: date, day_count: DayCount) -> int:
    """The part of a row's interest that `on` alone earns."""
    before = accrued_minor(interest_minor, starts_on, ends_on, on=on - timedelta(days=1), day_count=day_count)
    return accrued_minor(interest_minor, starts_on, ends_on, on=on, day_count=day_count) - before


def penalty_exact(
    base_minor: int, rate_pct: Decimal, *, late_after: date, start: date, end: date, day_count: DayCount
) -> Decimal:
    """The penalty, not yet rounded, on `base_minor` for the days of `start`..`end` that lie after `late_after`.

    The day on which grace ends is free; grace is not charged afterwards. Days are always counted as they are, also
    under conventions that don't, over a year of the same length.
    """
    begin = max(start, late_after)
    if end <= begin or not rate_pct or base_minor <= 0:
        return Decimal(0)
    convention = _BY_DAYS.get(day_count, day_count)
    with localcontext(prec=PRECISION):
        return base_minor * rate_pct / 100 * exact(year_fraction(convention, begin, end))


def penalty_minor(running: Decimal, rounding: Rounding) -> int:
    """A running penalty as money."""
    return to_minor(running, rounding)
