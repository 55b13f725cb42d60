"""What one unit of principal earns between two dates: the factor that interest is computed with.

Two factors matter. `level_factor` enters the level instalment and treats every period as regular; `interest_factor`
is what really accrues from a date to the end of its period, so that an irregular period costs its real length.
Both keep 19 significant digits and then 19 decimals, as the published schedules do.
"""

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from backend.servicing.domain.calendar import is_month_end
from backend.servicing.domain.living.contract import Contract, Unit
from backend.servicing.domain.living.spans import holds_leap_day, is_leap, later, whole_months, whole_units
from shared.rounding import to_places

DIGITS = 19
CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_WIDE = Context(prec=2 * DIGITS + 10, rounding=ROUND_HALF_EVEN)
_ONE = Decimal(1)


def level_factor(contract: Contract, rate_pct: Decimal, period: tuple[date, date], start: date, end: date) -> Decimal:
    """The growth of one unit over `start`..`end` within `period`, a period of regular length assumed."""
    return _factor(contract, rate_pct, period, (start, end), Decimal(contract.every))


def interest_factor(
    contract: Contract, rate_pct: Decimal, period: tuple[date, date], start: date, seed: date
) -> Decimal:
    """The growth of one unit from `start` to the end of `period`; `seed` is where the first period began."""
    ratio = _ONE
    if contract.month_days is not None:
        ratio = _period_ratio(contract, period, seed)
    return _factor(contract, rate_pct, period, (start, period[1]), ratio)


def _factor(
    contract: Contract, rate_pct: Decimal, period: tuple[date, date], span: tuple[date, date], ratio: Decimal
) -> Decimal:
    start, end = span
    rate = CONTEXT.divide(rate_pct, Decimal(100))
    days, whole = Decimal((end - start).days), Decimal((period[1] - period[0]).days)
    if not contract.daily_interest and contract.unit in {Unit.MONTHS, Unit.WEEKS}:
        per_year = Decimal(12 if contract.unit is Unit.MONTHS else 52)
        return _scaled(rate, Decimal(contract.every), per_year, days, whole)
    if contract.year_days is None and end.year > start.year and _splits_years(contract, period):
        fraction = _year_parts(start, end, first_day_counts=contract.first_day_counts)
        return _quantized(CONTEXT.multiply(rate, fraction))
    in_year = Decimal(_days_in_year(contract, start, period))
    if contract.month_days is None:
        return _scaled(rate, days, in_year, _ONE, _ONE)
    if contract.unit is Unit.YEARS:
        return _scaled(rate, CONTEXT.multiply(ratio, Decimal(12 * contract.month_days)), in_year, days, whole)
    unit_days = Decimal({Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: contract.month_days}[contract.unit])
    return _scaled(rate, CONTEXT.multiply(unit_days, ratio), in_year, days, whole)


def _scaled(rate: Decimal, numerator: Decimal, in_year: Decimal, days: Decimal, whole: Decimal) -> Decimal:
    """Rate * numerator / in_year * days / whole, rounded after each step."""
    if not whole:
        return Decimal(0)
    part = CONTEXT.divide(numerator, in_year)
    return _quantized(CONTEXT.divide(CONTEXT.multiply(CONTEXT.multiply(rate, part), days), whole))


def _quantized(factor: Decimal) -> Decimal:
    return to_places(factor, DIGITS, context=_WIDE)


def _splits_years(contract: Contract, period: tuple[date, date]) -> bool:
    return not contract.leap_period_only or holds_leap_day(*period)


def _days_in_year(contract: Contract, start: date, period: tuple[date, date]) -> int:
    if contract.year_days is not None:
        return contract.year_days
    if not is_leap(start.year):
        return 365
    return 366 if not contract.leap_period_only or holds_leap_day(*period) else 365


def _year_parts(start: date, end: date, *, first_day_counts: bool) -> Decimal:
    """Actual/actual over a turn of the year: each year's days over its own length."""
    total, day = Decimal(0), start
    for year in range(start.year, end.year + 1):
        turn = date(year + 1, 1, 1) if first_day_counts else date(year, 12, 31)
        until = end if year == end.year else turn
        part = CONTEXT.divide(Decimal((until - day).days), Decimal(366 if is_leap(year) else 365))
        total = CONTEXT.add(total, part)
        day = until
    return total


def _period_ratio(contract: Contract, period: tuple[date, date], seed: date) -> Decimal:
    """How many units of the calendar a period holds, the broken rest by its days."""
    start, end = period
    unit = contract.unit
    if unit is Unit.DAYS or start >= end:
        return Decimal((end - start).days)
    origin = _origin(contract, period, seed)
    if unit is Unit.MONTHS and is_month_end(start) and origin.day > start.day:
        before = whole_months(origin, later(start, Unit.DAYS, 1))
    else:
        before = whole_units(origin, start, unit)
    count = 0
    while True:
        following = later(origin, unit, before + count + 1)
        if following > end:
            break
        count += 1
        if following == end:
            return Decimal(count)
    base = later(origin, unit, count)
    rest = CONTEXT.divide(Decimal((end - base).days), Decimal((following - base).days))
    return rest + count


def _origin(contract: Contract, period: tuple[date, date], seed: date) -> date:
    """The loan's first day where the period lies on its grid, else the period's own first day."""
    start, end = period
    count = max(whole_units(seed, end, contract.unit) - 1, 1)
    while (day := later(seed, contract.unit, count)) < end:
        count += 1
    regular = day == end and later(day, contract.unit, -contract.every) == start
    return seed if regular else start
