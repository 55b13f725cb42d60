"""The annual percentage rate of a loan, by the two rules that regulators prescribe, from its cash flows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import lcm

from msgspec import Struct

from backend.servicing.domain.annual_time import TimeRule, years_between
from backend.servicing.domain.calendar import add_months, is_month_end
from backend.servicing.domain.periods import PRECISION, exact
from backend.servicing.domain.rate_solver import solve_rate
from backend.servicing.domain.unit_period import DAYS_A_YEAR, UnitPeriod
from shared.rounding import Rounding, to_places
from shared.terms import Frequency


class Flow(Struct, frozen=True):
    """Money that changes hands on a day: an advance goes to the borrower, a payment comes back."""

    on: date
    advance_minor: int = 0
    payment_minor: int = 0


def effective_apr_pct(flows: Sequence[Flow], rule: TimeRule = TimeRule.DAYS) -> Decimal | None:
    """The EU and UK rate: sum of C_k (1+X)**-t_k equals sum of D_l (1+X)**-s_l, with t in years from the first advance.

    Source: Directive 2008/48/EC Annex I part I, and FCA CONC App 1.2 alike. Per cent, unrounded; None where no
    rate solves the equation.
    """
    if not flows:
        return None
    start = min(flow.on for flow in flows)
    rate = _rate_of_fractions([(years_between(start, flow.on, rule), _net(flow)) for flow in flows])
    return None if rate is None else rate * 100


def effective_rate(timed: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """X for net amounts at times in years; payments are positive, advances negative."""

    def worth(rate: Decimal) -> Decimal:
        logarithm = (1 + rate).ln()
        return sum((amount * (-years * logarithm).exp() for years, amount in timed), Decimal(0))

    return solve_rate(worth)


def _rate_of_fractions(timed: Sequence[tuple[Fraction, Decimal]]) -> Decimal | None:
    """As `effective_rate`, with one root for all times: each is a whole number of the smallest part of a year."""
    parts = lcm(*(years.denominator for years, _ in timed))
    steps = sorted((int(years * parts), amount) for years, amount in timed)

    def worth(rate: Decimal) -> Decimal:
        return _discounted(steps, (-(1 + rate).ln() / parts).exp())

    return solve_rate(worth)


def _discounted(steps: Sequence[tuple[int, Decimal]], factor: Decimal) -> Decimal:
    """The sum of amount * factor**step; steps ascend, so each power comes from the one before."""
    powers: dict[int, Decimal] = {}
    total, power, reached = Decimal(0), Decimal(1), 0
    for step, amount in steps:
        gap = step - reached
        if gap:
            if gap not in powers:
                powers[gap] = factor**gap
            power *= powers[gap]
            reached = step
        total += amount * power
    return total


def nominal_apr_pct(flows: Sequence[Flow], frequency: Frequency, every: int = 1) -> Decimal | None:
    """The US rate by the actuarial method: the rate a unit-period times the unit-periods of a year.

    Source: Regulation Z, 12 CFR 1026 Appendix J (b)(8), with the unit-period of (b)(4), and time by (b)(5). The
    unit-period is the interval of the repayments. Per cent, unrounded; None where no rate solves the equation.
    """
    if not flows:
        return None
    unit, start = UnitPeriod.of(frequency, every), min(flow.on for flow in flows)
    timed = [_timed(unit, start, flow, _day_of_month(flows)) for flow in flows]
    dates = {flow.on for flow in flows}
    if len(dates) == 2 and max(dates) < add_months(start, 12):
        # (b)(5)(vi) and (vii): one advance and one payment within a year make one unit-period.
        end = max(dates)
        months = next((count for count in range(1, 12) if add_months(end, -count) == start), None)
        per_year = Fraction(12, months) if months else Fraction(DAYS_A_YEAR, (end - start).days)
        timed = [(0 if flow.on == start else 1, Decimal(0), _net(flow)) for flow in flows]
    else:
        per_year = unit.per_year
    rate = unit_period_rate(timed)
    return None if rate is None else rate * exact(per_year) * 100


def unit_period_rate(timed: Sequence[tuple[int, Decimal, Decimal]]) -> Decimal | None:
    """The rate i of Appendix J (b)(8), for (whole unit-periods, fraction of one, net amount)."""
    parts = sorted({part for _, part, _ in timed})
    steps = [sorted((whole, amount) for whole, part, amount in timed if part == each) for each in parts]

    def worth(rate: Decimal) -> Decimal:
        factor = 1 / (1 + rate)
        sums = (_discounted(of_part, factor) / (1 + part * rate) for part, of_part in zip(parts, steps, strict=True))
        return sum(sums, Decimal(0))

    return solve_rate(worth)


def _timed(unit: UnitPeriod, start: date, flow: Flow, day: int | None) -> tuple[int, Decimal, Decimal]:
    whole, part = unit.count(start, flow.on, day=day)
    return whole, exact(part), _net(flow)


def _day_of_month(flows: Sequence[Flow]) -> int | None:
    """The day on which payments fall due: the latest of any month; None where all are at a month's end."""
    paid_on = [flow.on for flow in flows if flow.payment_minor]
    if not paid_on or all(is_month_end(day) for day in paid_on):
        return None
    return max(day.day for day in paid_on)


def _net(flow: Flow) -> Decimal:
    return Decimal(flow.payment_minor - flow.advance_minor)


def rounded_pct(rate_pct: Decimal, places: int) -> Decimal:
    """A rate for people to read; half away from zero, as both regulations give it."""
    with localcontext(prec=PRECISION):
        rounded = to_places(rate_pct, places, Rounding.HALF_UP)
        return abs(rounded) if rounded == 0 else rounded
