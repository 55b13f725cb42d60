"""Time as rates measure it: whole unit-periods back from the later of two dates, and the days that remain."""

from datetime import date
from fractions import Fraction

from msgspec import Struct

from backend.servicing.domain.calendar import DAYS_OF, MONTHS_OF, days_in_month, is_month_end
from shared.terms import Frequency

DAYS_A_YEAR = 365
MONTH_END = 31


class UnitPeriod(Struct, frozen=True, kw_only=True):
    """The interval between repayments, in days, months or half months; 24 half months of fifteen days make a year.

    Source: Regulation Z, 12 CFR 1026 Appendix J (b)(4).
    """

    days: int = 0
    months: int = 0
    half_months: int = 0

    @classmethod
    def of(cls, frequency: Frequency, every: int = 1) -> "UnitPeriod":
        """The interval of `every` so many days, weeks, months; never more than a year."""
        if frequency is Frequency.SEMI_MONTHLY:
            return cls(half_months=min(every, 24))
        if frequency in MONTHS_OF:
            return cls(months=min(MONTHS_OF[frequency] * every, 12))
        return cls(days=min(DAYS_OF[frequency] * every, DAYS_A_YEAR))

    @property
    def per_year(self) -> Fraction:
        """12 months, 24 half months, 52 weeks or 365 days make a year."""
        if self.half_months:
            return Fraction(24, self.half_months)
        if self.months:
            return Fraction(12, self.months)
        return Fraction(52 * 7, self.days) if self.days % 7 == 0 else Fraction(DAYS_A_YEAR, self.days)

    def count(self, start: date, end: date, *, day: int | None = None) -> tuple[int, Fraction]:
        """Whole unit-periods from `start` to `end`, and the fraction of one that remains.

        `day` is the day of the month on which repayments fall due, where `end` alone doesn't tell.
        Source: Appendix J (b)(5)(ii) to (v).
        """
        if self.days:
            whole, days = divmod((end - start).days, self.days)
            return whole, Fraction(days, self.days)
        months, days = months_back(start, end, day=day)
        if self.half_months:
            whole, days = divmod(30 * months + days, 15 * self.half_months)
            return whole, Fraction(days, 15 * self.half_months)
        whole, odd_months = divmod(months, self.months)
        if self.months < 12:
            return whole, Fraction(30 * odd_months + days, 30 * self.months)
        if days == 0:
            return whole, Fraction(odd_months, 12)
        return whole, Fraction((back(end, 12 * whole, day=day) - start).days, DAYS_A_YEAR)


def back(end: date, months: int, *, day: int | None = None) -> date:
    """`months` before `end`, on `day` of the month or its last; without a `day`, a month's end stays a month's end."""
    index = end.year * 12 + end.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day or _day_of(end), days_in_month(year, month)))


def months_back(start: date, end: date, *, day: int | None = None) -> tuple[int, int]:
    """Whole months measured back from `end` towards `start`, and the days that remain."""
    if day is not None and back(end, 0, day=day) != end:
        day = None  # this one repayment is not on the day of the others
    months = 12 * (end.year - start.year) + end.month - start.month
    if months > 0 and back(end, months, day=day) < start:
        months -= 1
    return months, (back(end, months, day=day) - start).days


def _day_of(end: date) -> int:
    return MONTH_END if is_month_end(end) else end.day
