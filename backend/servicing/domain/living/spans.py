"""Days, weeks, months and years between dates, and the dates at which a loan's periods end."""

from datetime import date, timedelta

from backend.servicing.domain.calendar import add_months, days_in_month
from backend.servicing.domain.living.contract import Contract, Unit


def later(day: date, unit: Unit, count: int) -> date:
    """`count` units after `day` (before it, if negative)."""
    if unit is Unit.MONTHS:
        return add_months(day, count)
    if unit is Unit.YEARS:
        return add_months(day, 12 * count)
    return day + timedelta(days=count * (7 if unit is Unit.WEEKS else 1))


def whole_months(start: date, end: date) -> int:
    """Complete calendar months from `start` to `end`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def whole_units(start: date, end: date, unit: Unit) -> int:
    """Complete units from `start` to `end`."""
    if unit is Unit.MONTHS:
        return whole_months(start, end)
    if unit is Unit.YEARS:
        return whole_months(start, end) // 12
    return (end - start).days // (7 if unit is Unit.WEEKS else 1)


def next_due(day: date, unit: Unit, every: int, seed: date) -> date:
    """The due date after `day`; a seed late in its month pulls the date back to it where the month is long enough."""
    due = later(day, unit, every)
    if unit is Unit.MONTHS and seed.day > 28 and due.day >= 28:
        due = due.replace(day=min(days_in_month(due.year, due.month), seed.day))
    return due


def period_ends(contract: Contract, start: date, count: int) -> list[date]:
    """The due dates of `count` periods after `start`; a fixed length moves the last one."""
    ends: list[date] = []
    day = start
    for _ in range(count):
        day = next_due(day, contract.unit, contract.every, start)
        ends.append(day)
    if contract.fixed_days is not None:
        ends[-1] = later(start, contract.unit, contract.fixed_days)
    return ends


def holds_leap_day(start: date, end: date) -> bool:
    """Whether a 29 February lies after `start` and not after `end`."""
    return any(is_leap(year) and start < date(year, 2, 29) <= end for year in range(start.year, end.year + 1))


def is_leap(year: int) -> bool:
    """Whether `year` has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
