"""The interest periods of a loan: from when to when, how much of a year each is, and when it falls due."""

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from msgspec import Struct

from backend.servicing.domain.calendar import MONTHS_OF, IsDayOff, next_working_day, nominal_dates, step
from backend.servicing.domain.daycount import THIRTY_360_FAMILY, year_fraction
from backend.servicing.domain.errors import TermsNotServiceable
from shared.terms import LoanTerms

# Digits kept between two roundings; a cent of 10**15 minor units is still 25 digits away from the last of them.
PRECISION = 40


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
    if terms.first_due_on is not None and terms.first_due_on <= disbursed_on:
        raise TermsNotServiceable(reason=f"first_due_on {terms.first_due_on} is not after {disbursed_on}")
    ends = nominal_dates(disbursed_on, terms.frequency, every=terms.every, count=count, first=terms.first_due_on)
    regular_first = terms.first_due_on in {None, step(disbursed_on, terms.frequency, terms.every)}
    annual = Fraction(terms.annual_rate_pct) / 100
    result: list[Period] = []
    start = disbursed_on
    for index, end in enumerate(ends):
        regular = regular_first or index > 0
        fraction = _fraction(terms, start, end, regular=regular, maturity=ends[-1])
        due_on = next_working_day(end, is_day_off)
        result.append(
            Period(number=first + index, starts_on=start, ends_on=end, due_on=due_on, rate=exact(annual * fraction))
        )
        start = end
    return result


def _fraction(terms: LoanTerms, start: date, end: date, *, regular: bool, maturity: date) -> Fraction:
    """Under 30/360 a whole month is a twelfth of a year, whichever days it runs between.

    Only a first period of another length is counted by its dates.
    """
    if regular and terms.day_count in THIRTY_360_FAMILY and terms.frequency in MONTHS_OF:
        return Fraction(MONTHS_OF[terms.frequency] * terms.every, 12)
    return year_fraction(terms.day_count, start, end, maturity=maturity)
