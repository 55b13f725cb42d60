"""The working plan of a progressive loan: periods cut into segments wherever the balance changes.

It is the scratch pad of one replay, mutable on purpose and never shared: a replay builds it anew from the contract and
throws it away. Amounts are whole minor units; factors are decimals.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.growth import CONTEXT, interest_factor, level_factor
from backend.servicing.domain.living.segment import Segment
from shared.rounding import to_minor
from shared.terms import InterestKind

_NOTHING = Decimal(0)


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
        "relevelled",
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
        self.relevelled = False  # what was paid ahead is a part of the level; interest takes the rest first
        self.drawn_before = self.capitalised_before = 0
        self.moved_credit = 0
        self.fixed_interest = 0
        self.earned = self.due_interest = self.due_principal = self.unrecognised = 0

    def copy(self) -> "Stage":
        """The same period, to be changed freely."""
        twin = Stage.__new__(Stage)
        for name in Stage.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.segments = [segment.copy() for segment in self.segments]
        return twin

    @property
    def credited_principal(self) -> int:
        """Principal that a chargeback or a refund of credit gave back here."""
        total = 0
        for segment in self.segments:
            total += segment.credited_principal
        return max(total, 0)

    @property
    def credited_interest(self) -> int:
        """Interest that a chargeback gave back here."""
        total = 0
        for segment in self.segments:
            total += segment.credited_interest
        return max(total, 0)

    @property
    def credited(self) -> int:
        """What was given back here and not moved away since."""
        return self.credited_principal + self.credited_interest - self.moved_credit

    @property
    def room(self) -> int:
        """All that can fall due here: the level, what was given back, what later days already owe."""
        principal = interest = 0
        for segment in self.segments:
            principal += segment.credited_principal
            interest += segment.credited_interest
        return self.level + max(principal, 0) + max(interest, 0) - self.moved_credit + self.deferred

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


class Plan:
    """All periods, the rates that hold, and the overdue corrections that can be taken back."""

    __slots__ = ("contract", "corrected_on", "corrections", "fixed_levels", "is_copy", "rates", "stages", "stale")

    def __init__(self, contract: Contract, stages: list[Stage]) -> None:
        """A plan without money."""
        self.contract = contract
        self.stages = stages
        self.rates: list[tuple[date, Decimal]] = []  # newest first
        self.corrections: list[tuple[date, int, date]] = []  # when, how much, the period it went to
        self.corrected_on: date | None = None
        self.is_copy = self.fixed_levels = False
        self.stale = True

    @classmethod
    def over(cls, contract: Contract, spans: Iterable[tuple[date, date]]) -> "Plan":
        """An empty plan over these periods."""
        return cls(contract, [Stage(start, end) for start, end in spans])

    def copy(self, *, is_copy: bool = False) -> "Plan":
        """The same plan, to be changed freely."""
        twin = Plan(self.contract, [stage.copy() for stage in self.stages])
        twin.rates, twin.corrections = list(self.rates), list(self.corrections)
        twin.is_copy = is_copy
        return twin

    @property
    def start(self) -> date:
        """Where the first period begins."""
        return self.stages[0].start

    @property
    def maturity(self) -> date:
        """Where the last period ends."""
        return self.stages[-1].end

    @property
    def is_empty(self) -> bool:
        """Whether no instalment was set yet."""
        return not any(stage.level for stage in self.stages)

    def rate_on(self, day: date) -> Decimal:
        """The annual rate, in per cent, that holds on `day`."""
        for since, rate in self.rates:
            if since <= day:
                return rate
        return self.contract.annual_rate_pct

    def set_rate(self, since: date, rate: Decimal) -> None:
        """Lets `rate` hold from `since`; the first rate named for a day stays."""
        if all(day != since for day, _ in self.rates):
            self.rates = sorted([*self.rates, (since, rate)], reverse=True)

    # --- what follows from the figures -------------------------------------------------------------------------

    def settle(self) -> None:
        """Derives what is earned and what falls due, period after period, where anything changed."""
        if not self.stale:
            return
        before = 0
        for stage in self.stages:
            before = self._settle(stage, before)
        self.stale = False

    def rebalance(self) -> None:
        """Carries the balance forward through every segment, and derives again."""
        previous: Stage | None = None
        before = 0
        for stage in self.stages:
            balance: int | None = None
            if previous is not None and previous.segments:
                last = previous.segments[-1]
                balance = max(last.after - previous.due_principal + previous.paid_principal, 0)
            for segment in stage.segments:
                if balance is not None:
                    segment.balance = balance
                balance = max(segment.after, 0)
            before = self._settle(stage, before)
            previous = stage
        self.stale = False

    def _settle(self, stage: Stage, before: int) -> int:
        """One period: what it earned, and how its instalment falls into interest and principal."""
        earned = stage.fixed_interest + stage.deferred + before
        if not stage.moved_up and not stage.moved_down:
            total = _NOTHING
            for segment in stage.segments:
                total += self._interest(stage, segment)
            if total:
                earned += to_minor(total)
        earned = max(earned, 0)
        room, paid, interest = stage.room, stage.paid_principal, stage.paid_interest
        left = room - paid if stage.relevelled else room
        if not stage.interest_grace and (stage.relevelled or paid <= max(room - earned, 0)):
            interest = max(min(earned, left), interest)
        stage.earned, stage.due_interest = earned, interest
        stage.due_principal = max(room - interest, 0, paid)
        stage.unrecognised = unrecognised = max(earned - interest, 0)
        return unrecognised

    def _interest(self, stage: Stage, segment: Segment) -> Decimal:
        """What one segment earns, not yet rounded."""
        if segment.paused or stage.re_aged:
            return Decimal(segment.credited_interest)
        flat = self.contract.interest is InterestKind.FLAT
        base = stage.principal_lent(segment) if flat else segment.balance
        key = (base, segment.factor, segment.start, segment.end, stage.end, segment.credited_interest)
        if segment.interest_key != key:
            segment.interest_key = key
            whole = (stage.end - segment.start).days
            value = _NOTHING
            if whole and base:
                each = CONTEXT.divide(CONTEXT.multiply(Decimal(base), segment.factor), Decimal(whole))
                value = CONTEXT.multiply(each, Decimal(segment.days))
            segment.interest_value = max(CONTEXT.add(value, Decimal(segment.credited_interest)), _NOTHING)
        return segment.interest_value

    def refactor(self, stages: Iterable[Stage]) -> None:
        """Computes the factors of these periods anew."""
        contract, seed = self.contract, self.start
        for stage in stages:
            period = (stage.start, stage.end)
            for segment in stage.segments:
                rate = self.rate_on(segment.start)
                key = (rate, period, segment.start, segment.end, seed)
                if segment.factor_key == key:
                    continue
                segment.factor_key = key
                segment.level = level_factor(contract, rate, period, segment.start, segment.end)
                segment.factor = interest_factor(contract, rate, period, segment.start, seed)
        self.stale = True

    def balance_after(self, stage: Stage) -> int:
        """The principal left once this period is paid."""
        self.settle()
        return max(stage.segments[-1].after + stage.paid_principal - stage.due_principal, 0)
