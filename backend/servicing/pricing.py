"""Schedules and prices with the holidays of the terms' country: what offers and the simulator ask for."""

from datetime import date

from backend.servicing.calendars import days_off
from backend.servicing.domain.quote import Quote, price
from backend.servicing.domain.schedule import Schedule, build_schedule
from shared.terms import LoanTerms


def quote(terms: LoanTerms, disbursed_on: date) -> Quote:
    """What a loan of `terms` costs if paid out on `disbursed_on`. Pure. Raises TermsNotServiceable."""
    return price(terms, disbursed_on, days_off(terms.holidays))


def schedule(terms: LoanTerms, disbursed_on: date) -> Schedule:
    """The rows of a loan of `terms` paid out on `disbursed_on`. Raises TermsNotServiceable."""
    return build_schedule(terms, disbursed_on, days_off(terms.holidays))
