"""What a living loan was agreed on: the figures and rules that every replay starts from."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from shared.terms import InterestKind, Part


class Unit(StrEnum):
    """What periods are counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Build(StrEnum):
    """How a schedule comes about and lives on."""

    PROGRESSIVE = "progressive"  # one level instalment over rate factors, recomputed from what was really paid
    CUMULATIVE = "cumulative"  # written period after period when the loan is paid out


class Rest(StrEnum):
    """How often interest is recomputed from what was really paid."""

    DAILY = "daily"
    EACH_PERIOD = "each_period"


class Spread(StrEnum):
    """Which instalments a payment ahead of its time pays."""

    NEXT = "next"
    LAST = "last"
    ALL = "all"  # evenly over all to come
    CURRENT_THEN_LAST = "current_then_last"


class Timing(StrEnum):
    """Where an instalment stands against the day of a payment."""

    PAST_DUE = "past_due"
    DUE = "due"
    IN_ADVANCE = "in_advance"


class Direction(StrEnum):
    """Whether one instalment is paid whole before the next, or one part on all instalments before the next part."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class ChargeOffRule(StrEnum):
    """What a charge-off does to the interest that is yet to come."""

    KEEP = "keep"
    NO_INTEREST = "no_interest"  # all of it becomes principal
    ACCELERATE = "accelerate"  # everything falls due on the day of charge-off


class Target(Struct, frozen=True):
    """One step of an order of allocation."""

    timing: Timing
    part: Part


class Order(Struct, frozen=True):
    """In which order a payment is allocated, and how the part ahead of its time is spread."""

    targets: tuple[Target, ...]
    spread: Spread = Spread.NEXT


class Strategy(StrEnum):
    """The classic orders: the four parts one after another, whatever the timing, or another order for early money."""

    PENALTY_FEE_INTEREST_PRINCIPAL = "penalty_fee_interest_principal"
    INTEREST_PRINCIPAL_PENALTY_FEE = "interest_principal_penalty_fee"
    PRINCIPAL_INTEREST_PENALTY_FEE = "principal_interest_penalty_fee"
    DUE_PENALTY_FEE_INTEREST_PRINCIPAL_EARLY_PRINCIPAL = "due_penalty_fee_interest_principal_early_principal"
    DUE_PENALTY_INTEREST_PRINCIPAL_FEE = "due_penalty_interest_principal_fee"
    BY_ORDER = "by_order"  # `Contract.orders`


class Contract(Struct, frozen=True, kw_only=True):
    """The agreed terms of one living loan. Amounts are minor units of a currency with `exponent` decimals."""

    build: Build = Build.PROGRESSIVE
    exponent: int = 2
    submitted_on: date
    principal_minor: int
    annual_rate_pct: Decimal = Decimal(0)
    interest: InterestKind = InterestKind.DECLINING
    daily_interest: bool = True  # days are counted; otherwise each period of months or weeks is its part of a year
    partial_periods: bool = True  # interest runs from the day of a draw, not from the start of its period
    year_days: int | None = None  # None counts the days of the calendar year
    month_days: int | None = None  # 30 makes all months alike
    leap_period_only: bool = False  # 366 days only for the period that holds 29 February
    every: int = 1
    unit: Unit = Unit.MONTHS
    instalments: int = 1
    grace_principal: int = 0
    grace_interest: int = 0
    interest_free: int = 0
    step_minor: int = 0  # instalments are multiples of it; 0 is no multiple
    recalculates: bool = False
    rest: Rest = Rest.DAILY
    payoff_to_period_end: bool = False  # paying off costs the interest of the whole current period
    past_due_bears_interest: bool = True
    first_day_counts: bool = False  # the last day of a year belongs to the year that it ends
    full_term_tranches: bool = False
    down_payment_pct: Decimal | None = None
    down_payment_auto: bool = False
    counts_from_submission: bool = False
    fixed_days: int | None = None
    multi_draw: bool = False
    expected_draws: tuple[tuple[date, int], ...] = ()  # agreed but not made yet; what is written once counts on them
    direction: Direction = Direction.HORIZONTAL
    strategy: Strategy = Strategy.BY_ORDER
    orders: dict[str, Order] = {}
    credit_order: tuple[Part, ...] = ()  # how a chargeback takes back; empty means principal alone
    charge_off: ChargeOffRule = ChargeOffRule.KEEP
    refunds_interest: frozenset[str] = frozenset()
    arrears_grace_days: int = 0

    @property
    def bears_interest(self) -> bool:
        """Whether interest can arise at all."""
        return self.annual_rate_pct > 0

    @property
    def recalculates_interest(self) -> bool:
        """Whether interest follows what was really paid; flat interest is one sum that payments never move."""
        return self.recalculates and self.bears_interest and self.interest is not InterestKind.FLAT

    def order_for(self, kind: str) -> Order:
        """The order for a kind of payment, or the default one."""
        return self.orders.get(kind) or self.orders["default"]
