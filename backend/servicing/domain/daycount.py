"""How many years lie between two dates, as an exact fraction, by the convention that a contract names."""

from calendar import isleap
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from backend.servicing.domain.calendar import is_month_end
from shared.terms import DayCount


def year_fraction(convention: DayCount, start: date, end: date, *, maturity: date | None = None) -> Fraction:
    """The exact part of a year from `start` to `end` (`start <= end`).

    `maturity` matters to 30E/360 ISDA alone: the last day of February is not made the 30th where the contract ends.
    """
    assert start <= end, "a period runs forward"
    if convention is DayCount.THIRTY_E_360_ISDA:
        return _thirty_e_360_isda(start, end, maturity)
    return _RULES[convention](start, end)


def _thirty_360(start: date, end: date, first: int, last: int) -> Fraction:
    days = 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
    return Fraction(max(days, 0), 360)


def _is_end_of_february(day: date) -> bool:
    return day.month == 2 and is_month_end(day)


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


_RULES: dict[DayCount, Callable[[date, date], Fraction]] = {
    DayCount.THIRTY_360_US: _thirty_360_us,
    DayCount.THIRTY_E_360: _thirty_e_360,
    DayCount.ACTUAL_360: _actual(360),
    DayCount.ACTUAL_364: _actual(364),
    DayCount.ACTUAL_365: _actual(365),
    DayCount.ACTUAL_ACTUAL_ISDA: _actual_actual_isda,
}
THIRTY_360_FAMILY = frozenset({DayCount.THIRTY_360_US, DayCount.THIRTY_E_360, DayCount.THIRTY_E_360_ISDA})
