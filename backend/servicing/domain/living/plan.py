"""The working plan of a progressive loan: periods cut into segments wherever the balance changes.

It is the scratch pad of one replay, mutable on purpose and never shared: a replay builds it anew from the contract and
throws it away. Amounts are whole minor units; factors are decimals.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.growth import CONTEXT, interest_factor, level_factor
from backend.servicing.domain.living.stage import Segment, Stage
from shared.rounding import to_minor
from shared.terms import InterestKind

__all__ = ["Plan", "Segment", "Stage"]

_NOTHING = Decimal(0)


class Plan:
    """All periods, the rates that hold, and the overdue corrections that can be taken back."""

    __slots__ = (
        "contract",
        "corrected_on",
        "corrections",
        "factors",
        "fixed_levels",
        "is_copy",
        "rates",
        "stages",
        "stale",
    )

    def __init__(self, contract: Contract, stages: list[Stage]) -> None:
        """A plan without money."""
        self.contract = contract
        self.factors: dict[
            tuple[Decimal | date, ...], tuple[Decimal, Decimal]
        ] = {}  # by rate and dates, shared by copies
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
        twin.factors = self.factors
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
        earned = 0
        if not stage.moved_up and not stage.moved_down:
            total = _NOTHING
            for segment in stage.segments:
                total += self._interest(stage, segment)
            if total != stage.exact:
                stage.exact, stage.rounded = total, to_minor(total)
            earned = stage.rounded
        earned = max(earned + stage.fixed_interest + stage.deferred + before, 0)
        room = stage.room
        if stage.interest_grace or stage.paid_principal > max(room - earned, 0):
            interest = stage.paid_interest
        else:
            interest = max(min(earned, room), stage.paid_interest)
        stage.earned, stage.due_interest = earned, interest
        stage.due_principal = max(room - interest, 0, stage.paid_principal)
        stage.unrecognised = max(earned - interest, 0)
        return stage.unrecognised

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
                key = (rate, *period, segment.start, segment.end, seed)
                known = self.factors.get(key)
                if known is None:
                    known = self.factors[key] = (
                        level_factor(contract, rate, period, segment.start, segment.end),
                        interest_factor(contract, rate, period, segment.start, seed),
                    )
                segment.level, segment.factor = known
        self.stale = True

    def balance_after(self, stage: Stage) -> int:
        """The principal left once this period is paid."""
        self.settle()
        return max(stage.segments[-1].after + stage.paid_principal - stage.due_principal, 0)
