"""A stretch of a period over which the balance stands still: what a plan is cut into."""

from datetime import date
from decimal import Decimal

_NOTHING = Decimal(0)


class Segment:
    """A stretch of one period over which the balance stands still; its amounts take effect at its end."""

    __slots__ = (
        "balance",
        "capitalised",
        "correction",
        "credited_interest",
        "credited_principal",
        "drawn",
        "end",
        "factor",
        "factor_key",
        "interest_key",
        "interest_value",
        "level",
        "paused",
        "start",
    )

    def __init__(self, start: date, end: date, *, paused: bool = False) -> None:
        """An empty segment."""
        self.start, self.end, self.paused = start, end, paused
        self.level = self.factor = _NOTHING
        self.credited_principal = self.credited_interest = 0
        self.drawn = self.capitalised = self.correction = self.balance = 0
        self.factor_key: tuple[object, ...] = ()
        self.interest_key: tuple[object, ...] = ()
        self.interest_value = _NOTHING

    def copy(self) -> "Segment":
        """The same segment, to be changed freely."""
        twin = Segment(self.start, self.end, paused=self.paused)
        twin.level, twin.factor, twin.factor_key = self.level, self.factor, self.factor_key
        twin.credited_principal, twin.credited_interest = self.credited_principal, self.credited_interest
        twin.drawn, twin.capitalised = self.drawn, self.capitalised
        twin.correction, twin.balance = self.correction, self.balance
        twin.interest_key, twin.interest_value = self.interest_key, self.interest_value
        return twin

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days

    @property
    def raised(self) -> int:
        """All that raised the principal here."""
        return self.drawn + self.credited_principal + self.capitalised

    @property
    def after(self) -> int:
        """The balance behind it, before the period's principal falls due."""
        return self.balance + self.correction + self.capitalised + self.drawn
