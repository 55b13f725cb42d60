"""Years between two dates, as the rules on the annual percentage rate of charge let them be measured."""

from calendar import isleap
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from backend.servicing.domain.calendar import add_months
from backend.servicing.domain.unit_period import DAYS_A_YEAR, back, months_back


class TimeRule(StrEnum):
    """What is counted. Every rule but DAYS counts whole units first and then the days that remain.

    Directive 2008/48/EC Annex I, part I (c), with part II (o) as of Directive 2011/90/EU, counts back from the later
    date; FCA CONC App 1.1 and 1.2 count on from the earlier one.
    """

    DAYS = "days"  # days over 365 throughout
    YEARS = "years"
    MONTHS = "months"
    WEEKS = "weeks"
    CONC_MONTHS = "conc_months"
    CONC_WEEKS = "conc_weeks"


def years_between(start: date, end: date, rule: TimeRule) -> Fraction:
    """Years from `start` to `end` under `rule`, exact."""
    if rule is TimeRule.DAYS:
        return Fraction((end - start).days, DAYS_A_YEAR)
    if rule is TimeRule.CONC_MONTHS or rule is TimeRule.CONC_WEEKS:
        return _counted_on(start, end, rule)
    return _counted_back(start, end, rule)


def _counted_back(start: date, end: date, rule: TimeRule) -> Fraction:
    """Odd days are parts of the year that ends with them: 366 where that year has a 29 February."""
    if rule is TimeRule.WEEKS:
        weeks, days = divmod((end - start).days, 7)
        whole, reached = Fraction(weeks, 52), start + timedelta(days=days)
    else:
        months, _ = months_back(start, end)
        months -= months % 12 if rule is TimeRule.YEARS else 0
        whole, reached = Fraction(months, 12), back(end, months)
    return whole + Fraction((reached - start).days, (reached - add_months(reached, -12)).days)


def _counted_on(start: date, end: date, rule: TimeRule) -> Fraction:
    """Odd days are parts of the calendar years in which they begin."""
    if rule is TimeRule.CONC_WEEKS:
        weeks = (end - start).days // 7
        whole, reached = Fraction(weeks, 52), start + timedelta(days=7 * weeks)
    else:
        months = 12 * (end.year - start.year) + end.month - start.month
        months -= add_months(start, months) > end
        whole, reached = Fraction(months, 12), add_months(start, months)
    while reached.year < end.year:
        next_year = date(reached.year + 1, 1, 1)
        whole += Fraction((next_year - reached).days, _days_of_year(reached))
        reached = next_year
    return whole + Fraction((end - reached).days, _days_of_year(reached))


def _days_of_year(day: date) -> int:
    return 366 if isleap(day.year) else 365
