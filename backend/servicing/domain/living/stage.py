"""One period of a working plan, and the segments into which changes of balance cut it."""

from datetime import date
from decimal import Decimal
from operator import attrgetter

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
        self.interest_key: tuple[object, ...] = ()
        self.interest_value = _NOTHING

    def copy(self) -> "Segment":
        """The same segment, to be changed freely."""
        twin = Segment.__new__(Segment)
        for name, value in zip(_SEGMENT_FIELDS, _segment_values(self), strict=True):
            setattr(twin, name, value)
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


class Stage:
    """One period of the plan: its instalment, what was paid of it, and what the plan derives from both."""

    __slots__ = (
        "capitalised_before",
        "deferred",
        "drawn_before",
        "due_interest",
        "due_principal",
        "earned",
        "end",
        "exact",
        "fixed_interest",
        "holder",
        "interest_grace",
        "level",
        "moved_credit",
        "moved_down",
        "moved_up",
        "original_level",
        "paid_interest",
        "paid_principal",
        "re_aged",
        "rounded",
        "segments",
        "start",
        "unrecognised",
    )

    def __init__(self, start: date, end: date, level: int = 0) -> None:
        """A period of one empty segment."""
        self.start, self.end = start, end
        self.segments = [Segment(start, end)]
        self.level = self.original_level = level
        self.paid_principal = self.paid_interest = 0
        self.deferred = 0  # interest of later days that already falls due here
        self.moved_up = self.moved_down = self.re_aged = self.holder = self.interest_grace = False
        self.drawn_before = self.capitalised_before = 0
        self.moved_credit = 0
        self.fixed_interest = 0
        self.exact, self.rounded = _NOTHING, 0  # interest before it is rounded, and after
        self.earned = self.due_interest = self.due_principal = self.unrecognised = 0

    def copy(self) -> "Stage":
        """The same period, to be changed freely."""
        twin = Stage.__new__(Stage)
        for name, value in zip(_STAGE_FIELDS, _stage_values(self), strict=True):
            setattr(twin, name, value)
        twin.segments = [segment.copy() for segment in self.segments]
        return twin

    @property
    def credited_principal(self) -> int:
        """Principal that a chargeback or a refund of credit gave back here."""
        total = 0
        for segment in self.segments:
            total += segment.credited_principal
        return max(0, total)

    @property
    def credited_interest(self) -> int:
        """Interest that a chargeback gave back here."""
        total = 0
        for segment in self.segments:
            total += segment.credited_interest
        return max(0, total)

    @property
    def credited(self) -> int:
        """What was given back here and not moved away since."""
        principal = interest = 0
        for segment in self.segments:
            principal += segment.credited_principal
            interest += segment.credited_interest
        return max(0, principal) + max(0, interest) - self.moved_credit

    @property
    def room(self) -> int:
        """All that can fall due here: the level, what was given back, what later days already owe."""
        return self.level + self.credited + self.deferred

    @property
    def paid(self) -> int:
        """All that was paid here."""
        return self.paid_principal + self.paid_interest

    @property
    def settled(self) -> bool:
        """Whether everything that can fall due here was paid."""
        return self.room == self.paid

    def principal_lent(self, until: Segment | None) -> int:
        """What was lent up to a segment (to the end of the period, if None): the base of flat interest."""
        total = self.drawn_before + self.capitalised_before
        for segment in self.segments:
            if segment is until:
                break
            if segment.end != self.start:
                total += segment.drawn + segment.capitalised
        return total


# Plans are copied for every look ahead: all fields at once are read faster than one by one.
_SEGMENT_FIELDS, _STAGE_FIELDS = tuple(Segment.__slots__), tuple(Stage.__slots__)
_segment_values, _stage_values = attrgetter(*_SEGMENT_FIELDS), attrgetter(*_STAGE_FIELDS)
