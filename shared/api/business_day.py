"""The business date and its closing, as the API takes and gives them."""

from datetime import date

from msgspec import Struct


class CloseBusinessDayIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Closes every business day up to and including `through`."""

    through: date


class BusinessDayOut(Struct, frozen=True, kw_only=True):
    """The day that business is on, and the day through which closing was asked for and is not done."""

    business_date: date
    closing_through: date | None
