"""How many years lie between two dates, as an exact fraction, by the convention that a contract names."""

from calendar import isleap
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from backend.servicing.domain.calendar import IsDayOff, is_month_end, never_off
from backend.servicing.domain.unit_period import UnitPeriod, back, months_back
from shared.terms import DayCount

MONTH = UnitPeriod(months=1)


def year_fraction(
    convention: DayCount,
    start: date,
    end: date,
    *,
    maturity: date | None = None,
    interval: UnitPeriod = MONTH,
    is_day_off: IsDayOff = never_off,
) -> Fraction:
    """The exact part of a year from `start` to `end` (`start <= end`).

    `maturity` matters to 30E/360 ISDA alone: the last day of February is not made the 30th where the contract ends.
    `interval`, that of the regular interest periods, matters to actual/actual ICMA, and `is_day_off` to business/252.
    """
    assert start <= end, "a period runs forward"
    if convention is DayCount.THIRTY_E_360_ISDA:
        return _thirty_e_360_isda(start, end, maturity)
    if convention is DayCount.ACTUAL_ACTUAL_ICMA:
        return _actual_actual_icma(start, end, interval)
    if convention is DayCount.BUSINESS_252:
        return _business_252(start, end, is_day_off)
    return _RULES[convention](start, end)


def _thirty_360(start: date, end: date, first: int, last: int) -> Fraction:
    days = 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
    return Fraction(max(days, 0), 360)


def _is_end_of_february(day: date) -> bool:
    return day.month == 2 and is_month_end(day)


def _thirty_360_bond_basis(start: date, end: date) -> Fraction:
    """2006 ISDA Definitions 4.16(f), "Bond basis": a 31st counts as the 30th, at the end only if so at the start."""
    first = min(start.day, 30)
    last = 30 if end.day == 31 and first == 30 else end.day
    return _thirty_360(start, end, first, last)


def _thirty_u_360(start: date, end: date) -> Fraction:
    """30U/360: the last day of February stands for every day from itself to the 30th, so that months stay whole.

    A period from the 28th, 29th or 30th of a month to the end of February is thus a month like any other.
    """
    first, last = min(start.day, 30), min(end.day, 30)
    if _is_end_of_february(start):
        first = last if last >= first else 30
    elif _is_end_of_february(end):
        last = first if first >= last else 30
    return _thirty_360(start, end, first, last)


def _thirty_360_us(start: date, end: date) -> Fraction:
    """SIFMA Standard Securities Calculation Methods, "30/360 US": end of February counts as the 30th."""
    first, last = start.day, end.day
    if _is_end_of_february(start):
        if _is_end_of_february(end):
            last = 30
        first = 30
    if last == 31 and first >= 30:
        last = 30
    return _thirty_360(start, end, min(first, 30), last)


def _thirty_e_360(start: date, end: date) -> Fraction:
    """2006 ISDA Definitions 4.16(g), "Eurobond basis": the 31st counts as the 30th."""
    return _thirty_360(start, end, min(start.day, 30), min(end.day, 30))


def _thirty_e_360_isda(start: date, end: date, maturity: date | None) -> Fraction:
    """2006 ISDA Definitions 4.16(h): the last day of any month counts as the 30th, but for a maturity in February."""
    first = 30 if is_month_end(start) else start.day
    ends_in_february = _is_end_of_february(end)
    last = 30 if is_month_end(end) and not (ends_in_february and end == maturity) else end.day
    return _thirty_360(start, end, min(first, 30), min(last, 30))


def _actual(days_of_year: int) -> Callable[[date, date], Fraction]:
    """2006 ISDA Definitions 4.16(d) and (e) for 365 and 360; 364 makes a week exactly a 52nd."""
    return lambda start, end: Fraction((end - start).days, days_of_year)


def _actual_actual_isda(start: date, end: date) -> Fraction:
    """2006 ISDA Definitions 4.16(b): days in a leap year over 366, all others over 365."""
    result = Fraction(0)
    while start.year < end.year:
        next_year = date(start.year + 1, 1, 1)
        result += Fraction((next_year - start).days, 366 if isleap(start.year) else 365)
        start = next_year
    return result + Fraction((end - start).days, 366 if isleap(start.year) else 365)


def _actual_actual_afb(start: date, end: date) -> Fraction:
    """FBF Master Agreement, "Exact/Exact": whole years back from the end, then days over 366 if there is a 29 February.

    A year that goes back from the end of February goes back to the end of February.
    """
    months, _ = months_back(start, end, day=None if _is_end_of_february(end) else end.day)
    years = months // 12
    reached = back(end, 12 * years, day=None if _is_end_of_february(end) else end.day)
    return years + _over_leap_aware_year(start, reached)


def _over_leap_aware_year(start: date, end: date) -> Fraction:
    """ICMA "Actual/365L" for a period of its own: over 366 where a 29 February lies after `start` up to `end`."""
    return Fraction((end - start).days, 366 if _has_leap_day(start, end) else 365)


def _has_leap_day(start: date, end: date) -> bool:
    return any(isleap(year) and start < date(year, 2, 29) <= end for year in range(start.year, end.year + 1))


def _actual_actual_icma(start: date, end: date, interval: UnitPeriod) -> Fraction:
    """ICMA Rule 251.1: days over those of the regular period they lie in, times the regular periods of a year.

    A longer or shorter period is measured in regular periods back from its end.
    """
    result, upper, number = Fraction(0), end, 0
    while upper > start:
        number += 1
        lower = (
            back(end, number * interval.months)
            if interval.months
            else upper - timedelta(days=interval.days or 15 * interval.half_months)
        )
        result += Fraction((upper - max(lower, start)).days, (upper - lower).days) / interval.per_year
        upper = lower
    return result


def _business_252(start: date, end: date, is_day_off: IsDayOff) -> Fraction:
    """ANBIMA: working days over 252; the first day counts and the last does not."""
    days = (start + timedelta(days=ahead) for ahead in range((end - start).days))
    return Fraction(sum(not is_day_off(day) for day in days), 252)


_RULES: dict[DayCount, Callable[[date, date], Fraction]] = {
    DayCount.THIRTY_360: _thirty_360_bond_basis,
    DayCount.THIRTY_360_US: _thirty_360_us,
    DayCount.THIRTY_U_360: _thirty_u_360,
    DayCount.THIRTY_E_360: _thirty_e_360,
    DayCount.ACTUAL_360: _actual(360),
    DayCount.ACTUAL_364: _actual(364),
    DayCount.ACTUAL_365: _actual(365),
    DayCount.ACTUAL_365_LEAP: _over_leap_aware_year,
    DayCount.ACTUAL_ACTUAL_ISDA: _actual_actual_isda,
    DayCount.ACTUAL_ACTUAL_AFB: _actual_actual_afb,
}
THIRTY_360_FAMILY = frozenset(
    {
        DayCount.THIRTY_360,
        DayCount.THIRTY_360_US,
        DayCount.THIRTY_U_360,
        DayCount.THIRTY_E_360,
        DayCount.THIRTY_E_360_ISDA,
    }
)
# Under these only the number of days matters.
FIXED_YEARS = frozenset({DayCount.ACTUAL_360, DayCount.ACTUAL_364, DayCount.ACTUAL_365})
