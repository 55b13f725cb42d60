"""The annual percentage rate of a loan, by the two rules that regulators prescribe, from its cash flows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from backend.servicing.domain.calendar import DAYS_OF, MONTHS_OF, add_months, is_month_end
from backend.servicing.domain.periods import PRECISION, exact
from backend.servicing.domain.rate_solver import solve_rate
from shared.rounding import Rounding, to_places
from shared.terms import Frequency

_DAYS_A_YEAR = 365


class Flow(Struct, frozen=True):
    """Money that changes hands on a day: an advance goes to the borrower, a payment comes back."""

    on: date
    advance_minor: int = 0
    payment_minor: int = 0


class TimeRule(StrEnum):
    """How Annex I of Directive 2008/48/EC, (c), lets years between two dates be measured."""

    DAYS = "days"  # days over 365 throughout
    MONTHS = "months"  # whole months over 12, measured back from the later date, then days over 365 or 366
    WEEKS = "weeks"  # whole weeks over 52, then days over 365 or 366


def effective_apr_pct(flows: Sequence[Flow], rule: TimeRule = TimeRule.DAYS) -> Decimal | None:
    """The EU and UK rate: sum of C_k (1+X)**-t_k equals sum of D_l (1+X)**-s_l, with t in years from the first advance.

    Source: Directive 2008/48/EC Annex I part I, and FCA CONC App 1.2 alike. Per cent, unrounded; None where no
    rate solves the equation.
    """
    if not flows:
        return None
    start = min(flow.on for flow in flows)
    rate = effective_rate([(exact(years_between(start, flow.on, rule)), _net(flow)) for flow in flows])
    return None if rate is None else rate * 100


def effective_rate(timed: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """X for net amounts at times in years; payments are positive, advances negative."""

    def worth(rate: Decimal) -> Decimal:
        logarithm = (1 + rate).ln()
        return sum((amount * (-years * logarithm).exp() for years, amount in timed), Decimal(0))

    return solve_rate(worth)


def nominal_apr_pct(flows: Sequence[Flow], frequency: Frequency, every: int = 1) -> Decimal | None:
    """The US rate by the actuarial method: the rate a unit-period times the unit-periods of a year.

    Source: Regulation Z, 12 CFR 1026 Appendix J (b)(8), with the unit-period of (b)(4), and time by (b)(5). The
    unit-period is the interval of the repayments. Per cent, unrounded; None where no rate solves the equation.
    """
    if not flows:
        return None
    unit, start = UnitPeriod.of(frequency, every), min(flow.on for flow in flows)
    timed = [(*unit.count(start, flow.on), _net(flow)) for flow in flows]
    dates = {flow.on for flow in flows}
    if len(dates) == 2 and max(dates) < add_months(start, 12):
        # (b)(5)(vi) and (vii): one advance and one payment within a year make one unit-period.
        end = max(dates)
        months = next((count for count in range(1, 12) if add_months(end, -count) == start), None)
        per_year = Fraction(12, months) if months else Fraction(_DAYS_A_YEAR, (end - start).days)
        timed = [(0 if flow.on == start else 1, Decimal(0), _net(flow)) for flow in flows]
    else:
        per_year = unit.per_year
    rate = unit_period_rate(timed)
    return None if rate is None else rate * exact(per_year) * 100


def unit_period_rate(timed: Sequence[tuple[int, Decimal, Decimal]]) -> Decimal | None:
    """The rate i of Appendix J (b)(8), for (whole unit-periods, fraction of one, net amount)."""

    def worth(rate: Decimal) -> Decimal:
        growth = 1 + rate
        return sum((amount / ((1 + part * rate) * growth**whole) for whole, part, amount in timed), Decimal(0))

    return solve_rate(worth)


class UnitPeriod(Struct, frozen=True, kw_only=True):
    """Appendix J (b)(4): a number of days or of months, and how many of them make a year."""

    days: int = 0
    months: int = 0

    @classmethod
    def of(cls, frequency: Frequency, every: int) -> "UnitPeriod":
        """The interval between repayments; never more than a year."""
        if frequency in MONTHS_OF:
            return cls(months=min(MONTHS_OF[frequency] * every, 12))
        return cls(days=min(DAYS_OF[frequency] * every, _DAYS_A_YEAR))

    @property
    def per_year(self) -> Fraction:
        """12 months, 52 weeks or 365 days make a year."""
        if self.months:
            return Fraction(12, self.months)
        return Fraction(52 * 7, self.days) if self.days % 7 == 0 else Fraction(_DAYS_A_YEAR, self.days)

    def count(self, start: date, end: date) -> tuple[int, Decimal]:
        """Whole unit-periods from `start` to `end`, and the fraction of one that remains: (b)(5)(ii) to (v)."""
        if self.days:
            whole, days = divmod((end - start).days, self.days)
            return whole, exact(Fraction(days, self.days))
        months, days = months_back(start, end)
        whole, odd_months = divmod(months, self.months)
        if self.months == 12:
            part = Fraction((end_of_months(end, whole * 12) - start).days, _DAYS_A_YEAR)
            return whole, exact(Fraction(odd_months, 12) if days == 0 else part)
        return whole, exact(Fraction(30 * odd_months + days, 30 * self.months))


def end_of_months(end: date, months: int) -> date:
    """`months` before `end`."""
    return add_months(end, -months)


def months_back(start: date, end: date) -> tuple[int, int]:
    """Whole months measured back from `end` towards `start`, and the days that remain.

    Between the last days of two months only whole months lie.
    """
    months = 12 * (end.year - start.year) + end.month - start.month
    if is_month_end(start) and is_month_end(end):
        return months, 0
    if add_months(end, -months) < start:
        months -= 1
    return months, (add_months(end, -months) - start).days


def years_between(start: date, end: date, rule: TimeRule) -> Fraction:
    """Years from `start` to `end` under `rule`; odd days belong to the year in which they begin."""
    if rule is TimeRule.DAYS:
        return Fraction((end - start).days, _DAYS_A_YEAR)
    if rule is TimeRule.WEEKS:
        weeks, days = divmod((end - start).days, 7)
        return Fraction(weeks, 52) + _odd_days(start, days)
    months, days = months_back(start, end)
    return Fraction(months, 12) + _odd_days(start, days)


def _odd_days(start: date, days: int) -> Fraction:
    stop = date.fromordinal(start.toordinal() + days)
    result = Fraction(0)
    while start.year < stop.year:
        next_year = date(start.year + 1, 1, 1)
        result += Fraction((next_year - start).days, (next_year - date(start.year, 1, 1)).days)
        start = next_year
    return result + Fraction((stop - start).days, (date(start.year + 1, 1, 1) - date(start.year, 1, 1)).days)


def _net(flow: Flow) -> Decimal:
    return Decimal(flow.payment_minor - flow.advance_minor)


def rounded_pct(rate_pct: Decimal, places: int) -> Decimal:
    """A rate for people to read; half away from zero, as both regulations give it."""
    with localcontext(prec=PRECISION):
        rounded = to_places(rate_pct, places, Rounding.HALF_UP)
        return abs(rounded) if rounded == 0 else rounded
