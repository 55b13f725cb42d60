"""The interest periods of a loan: from when to when, how much of a year each is, and when it falls due."""

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from backend.servicing.domain.calendar import MAX_YEAR, MONTHS_OF, IsDayOff, nominal_dates, step, working_day
from backend.servicing.domain.daycount import FIXED_YEARS, THIRTY_360_FAMILY, year_fraction
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.unit_period import UnitPeriod
from shared.terms import Frequency, LoanTerms

# Digits kept between two roundings; a cent of 10**15 minor units is still 25 digits away from the last of them.
PRECISION = 40
_FREE = Decimal(0)


class Period(Struct, frozen=True, kw_only=True):
    """One interest period. Interest runs over `starts_on`..`ends_on`; a holiday moves `due_on` alone."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    rate: Decimal  # the year's rate times this part of a year; 0.01 is one per cent of the balance


def exact(value: Fraction) -> Decimal:
    """`value` to the engine's precision."""
    with localcontext(prec=PRECISION):
        return Decimal(value.numerator) / Decimal(value.denominator)


def periods_of(terms: LoanTerms, disbursed_on: date, count: int, is_day_off: IsDayOff, *, first: int) -> list[Period]:
    """`count` periods after `disbursed_on`, numbered from `first`. Raises TermsNotServiceable."""
    ends = _ends(terms, disbursed_on, count)
    regular_first = not terms.due_dates and ends[0] == step(disbursed_on, terms.frequency, terms.every, terms.month_end)
    rates = _Rates(terms, ends[-1], is_day_off)
    result: list[Period] = []
    start = disbursed_on
    for index, end in enumerate(ends):
        regular = regular_first or (index > 0 and not terms.due_dates)
        result.append(
            Period(
                number=first + index,
                starts_on=start,
                ends_on=end,
                due_on=working_day(end, is_day_off, terms.day_off_move),
                rate=rates.over(start, end, regular=regular) if index >= terms.interest_free else _FREE,
            )
        )
        start = end
    return result


class _Rates:
    """The rates of a loan's periods; periods of the same length share theirs where the convention counts days alone."""

    __slots__ = ("_annual", "_by_days", "_is_day_off", "_maturity", "_terms")

    def __init__(self, terms: LoanTerms, maturity: date, is_day_off: IsDayOff) -> None:
        self._terms, self._maturity, self._is_day_off = terms, maturity, is_day_off
        self._annual = Fraction(terms.annual_rate_pct) / 100
        self._by_days: dict[int, Decimal] | None = {} if terms.day_count in FIXED_YEARS else None

    def over(self, start: date, end: date, *, regular: bool) -> Decimal:
        """The year's rate times the part of a year from `start` to `end`, no more than the law allows a day."""
        days = (end - start).days
        if self._by_days is None:
            return self._exact(start, end, days, regular=regular)
        found = self._by_days.get(days)
        if found is None:
            found = self._by_days[days] = self._exact(start, end, days, regular=regular)
        return found

    def _exact(self, start: date, end: date, days: int, *, regular: bool) -> Decimal:
        fraction = _fraction(
            self._terms, start, end, regular=regular, maturity=self._maturity, is_day_off=self._is_day_off
        )
        return exact(_capped(self._terms, self._annual * fraction, days))


def _ends(terms: LoanTerms, disbursed_on: date, count: int) -> tuple[date, ...]:
    if terms.due_dates:
        if terms.first_due_on is not None:
            raise TermsNotServiceable(reason="due_dates already say when the first instalment falls due")
        if len(terms.due_dates) != count:
            raise TermsNotServiceable(reason=f"{len(terms.due_dates)} due_dates are agreed for {count} instalments")
        if terms.due_dates[0] < disbursed_on or any(a >= b for a, b in pairwise(terms.due_dates)):
            raise TermsNotServiceable(reason=f"due_dates must follow one another, none of them before {disbursed_on}")
        if terms.due_dates[-1].year > MAX_YEAR:
            raise TermsNotServiceable(reason=f"they run beyond {MAX_YEAR}")
        return terms.due_dates
    if terms.first_due_on is not None and terms.first_due_on <= disbursed_on:
        raise TermsNotServiceable(reason=f"first_due_on {terms.first_due_on} is not after {disbursed_on}")
    return nominal_dates(
        disbursed_on,
        terms.frequency,
        every=terms.every,
        count=count,
        first=terms.first_due_on,
        month_end=terms.month_end,
    )


def _capped(terms: LoanTerms, rate: Fraction, days: int) -> Fraction:
    """The rate of a period, no more than the law allows for each of its days."""
    if terms.cost_cap is None or terms.cost_cap.daily_bps is None:
        return rate
    return min(rate, Fraction(terms.cost_cap.daily_bps * days, 10_000))


def _fraction(
    terms: LoanTerms, start: date, end: date, *, regular: bool, maturity: date, is_day_off: IsDayOff
) -> Fraction:
    """Under 30/360 a whole month is a twelfth of a year, whichever days it runs between.

    Only a first period of another length is counted by its dates.
    """
    if regular and terms.day_count in THIRTY_360_FAMILY:
        if terms.frequency in MONTHS_OF:
            return Fraction(MONTHS_OF[terms.frequency] * terms.every, 12)
        if terms.frequency is Frequency.SEMI_MONTHLY:
            return Fraction(terms.every, 24)
    interval = UnitPeriod.of(terms.frequency, terms.every)
    return year_fraction(terms.day_count, start, end, maturity=maturity, interval=interval, is_day_off=is_day_off)
