"""Days off by country, for due dates that the terms move to a working day."""

from datetime import date
from functools import lru_cache

import holidays

from backend.servicing.domain.calendar import IsDayOff, never_off
from backend.servicing.domain.errors import TermsNotServiceable


def days_off(country: str | None) -> IsDayOff:
    """Whether a day is a weekend or a public holiday in `country` (ISO 3166-1 alpha-2); never, where that is None.

    Raises TermsNotServiceable for a country that has no calendar.
    """
    if country is None:
        return never_off
    calendar = _calendar(country)
    if calendar is None:
        raise TermsNotServiceable(reason=f"there is no calendar of holidays for {country!r}")

    def is_day_off(day: date) -> bool:
        return not calendar.is_working_day(day)

    return is_day_off


@lru_cache(maxsize=64)
def _calendar(country: str) -> holidays.HolidayBase | None:
    return holidays.country_holidays(country) if country in holidays.list_supported_countries() else None
