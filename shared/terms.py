"""The terms of a loan, as products offer them, lenders price them, contracts state them, the engine computes them."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.loss_policy import LossPolicy
from shared.money import MAX_MINOR, CurrencyCode
from shared.rounding import Rounding

MAX_RATE_PCT = 1000
_RATE = r"\d{1,4}(\.\d{1,6})?"
# msgspec can't limit a Decimal; `LoanTerms` does.
RatePct = Annotated[
    Decimal,
    Meta(
        description=f"Per cent a year, exact, as a string; 0 to {MAX_RATE_PCT}, at most 6 decimals",
        examples=["24.5"],
        extra_json_schema={"pattern": f"^{_RATE}$"},
    ),
]
Bps = Annotated[int, Meta(ge=0, le=10_000, description="Basis points: 100 is one per cent")]


class RepaymentMethod(StrEnum):
    """How principal comes back."""

    EQUAL_INSTALMENTS = "equal_instalments"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_ONLY = "interest_only"  # interest each period, principal with the last
    BULLET = "bullet"  # everything at the end
    PAY_IN_N = "pay_in_n"  # equal parts without interest, the first one as a down payment when so set


class InterestKind(StrEnum):
    """What interest is charged on."""

    DECLINING = "declining"
    FLAT = "flat"


class Frequency(StrEnum):
    """How far apart instalments are."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    SEMI_MONTHLY = "semi_monthly"  # two days a month, fifteen days apart: the 1st and 16th, the 15th and the last
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class DayCount(StrEnum):
    """How days become a fraction of a year; each rule and its source are in the engine's `daycount`."""

    THIRTY_360 = "30/360"
    THIRTY_360_US = "30/360 US"
    THIRTY_U_360 = "30U/360"
    THIRTY_E_360 = "30E/360"
    THIRTY_E_360_ISDA = "30E/360 ISDA"
    ACTUAL_360 = "actual/360"
    ACTUAL_364 = "actual/364"
    ACTUAL_365 = "actual/365"
    ACTUAL_365_LEAP = "actual/365L"
    ACTUAL_ACTUAL_ISDA = "actual/actual ISDA"
    ACTUAL_ACTUAL_ICMA = "actual/actual ICMA"
    ACTUAL_ACTUAL_AFB = "actual/actual AFB"
    BUSINESS_252 = "business/252"


class MonthEnd(StrEnum):
    """Where an instalment of the 29th, 30th or 31st falls in a shorter month."""

    LAST_DAY = "last_day"  # 31 January, 28 February, 31 March
    NEXT_MONTH = "next_month"  # 31 January, 1 March, 31 March
    ALWAYS_LAST = "always_last"  # 28 February, 31 March: what begins at a month's end stays there


class DayOffMove(StrEnum):
    """Where a due date goes that is a day off in the country of `holidays`. Interest never moves with it."""

    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"  # back instead, where the following working day is in the next month
    PRECEDING = "preceding"


class LastInstalment(StrEnum):
    """How the level of equal instalments is chosen where no level repays the loan to the last minor unit."""

    SMOOTHED = "smoothed"  # the exact level, moved once by its share of what is left over, where that helps
    SIMILAR = "similar"  # the last is lower by up to one minor unit an instalment, or else differs least
    LOWER = "lower"  # the last is no higher than the others
    HIGHER = "higher"  # the last is no lower than the others


class Remainder(StrEnum):
    """Which instalment takes what rounding left of equal parts."""

    LAST = "last"
    FIRST = "first"


class Part(StrEnum):
    """What a payment can be allocated to."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class InAdvance(StrEnum):
    """What becomes of a payment that is more than what has fallen due, and less than what closes the loan."""

    NEXT_INSTALMENT = "next_instalment"  # pays the instalments to come, the nearest first
    LAST_INSTALMENT = "last_instalment"  # pays the instalments to come, the furthest first
    CREDIT = "credit"  # is kept as the borrower's credit and pays each instalment on its due date


class FeeWhen(StrEnum):
    """When a fee falls due."""

    DISBURSEMENT = "disbursement"  # deducted from what is paid out
    INSTALMENT = "instalment"  # on each instalment
    MATURITY = "maturity"  # with the last instalment


class Fee(Struct, frozen=True, kw_only=True):
    """A charge in minor units, a share of the principal, or both added together."""

    code: str
    when: FeeWhen
    fixed_minor: Annotated[int, Meta(ge=0)] = 0
    rate_bps: Bps = 0


class EarlyRepayment(StrEnum):
    """What becomes cheaper for a borrower who pays more than what is due."""

    REDUCE_INSTALMENT = "reduce_instalment"  # the same number of lower instalments
    REDUCE_TERM = "reduce_term"  # fewer of the same instalments
    REDUCE_NEXT = "reduce_next"  # the instalments that follow are paid in part


class CostCap(Struct, frozen=True, kw_only=True):
    """The most that a loan may cost by law; a rate above it is lowered, and what would go beyond it is not charged.

    FCA CONC 5A.2 for high-cost short-term credit: 80 a day, 10,000 in all.
    """

    daily_bps: Bps | None = None  # of the principal outstanding, for each day
    total_bps: Annotated[int, Meta(ge=0, le=100_000)] | None = None  # interest and fees, of the principal


class LoanTerms(Struct, frozen=True, kw_only=True):
    """Everything the engine needs to compute a loan, once it knows the day of disbursement."""

    currency: CurrencyCode
    principal_minor: Annotated[int, Meta(ge=1, le=MAX_MINOR)]
    annual_rate_pct: RatePct
    instalments: Annotated[int, Meta(ge=1, le=520)]
    frequency: Frequency
    method: RepaymentMethod = RepaymentMethod.EQUAL_INSTALMENTS
    interest: InterestKind = InterestKind.DECLINING
    day_count: DayCount = DayCount.ACTUAL_365
    fees: tuple[Fee, ...] = ()
    allocation: tuple[Part, ...] = (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)
    penalty_rate_pct: RatePct = Decimal(0)  # a year, on principal and interest past due, after the days of grace
    grace_days: Annotated[int, Meta(ge=0, le=60)] = 0
    down_payment: bool = False  # the first instalment falls due on the day of disbursement
    first_due_on: date | None = None  # otherwise one period after disbursement
    rounding: Rounding = Rounding.HALF_EVEN
    instalment_step_minor: Annotated[int, Meta(ge=1)] = 1
    every: Annotated[int, Meta(ge=1, le=366)] = 1  # instalments are this many days, weeks, months … apart
    down_payment_bps: Bps = 0  # the down payment as a share of the principal; 0 makes it an equal part
    in_advance: InAdvance = InAdvance.NEXT_INSTALMENT
    holidays: str | None = None  # ISO 3166 country whose calendar moves a due date to a working day
    day_off_move: DayOffMove = DayOffMove.FOLLOWING
    month_end: MonthEnd = MonthEnd.LAST_DAY
    due_dates: Annotated[tuple[date, ...], Meta(max_length=520)] = ()  # agreed one by one; as many as instalments
    principal_grace: Annotated[int, Meta(ge=0, le=519)] = 0  # first instalments that repay no principal
    interest_grace: Annotated[int, Meta(ge=0, le=519)] = 0  # first instalments whose interest falls due after them
    interest_free: Annotated[int, Meta(ge=0, le=520)] = 0  # first instalments for which no interest is charged
    principal_share_bps: Bps = 0  # equal_principal: each repays this share, and the last what is left; 0 is even parts
    fixed_instalment_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] = 0  # equal_instalments: the level itself
    last_instalment: LastInstalment = LastInstalment.SMOOTHED
    remainder: Remainder = Remainder.LAST
    instalment_rounding: Rounding | None = None  # of the level; otherwise as `rounding`, which is that of interest
    amount_step_minor: Annotated[int, Meta(ge=1)] = 1  # every amount is a multiple, as where small coins are gone
    cost_cap: CostCap | None = None
    loss_policy: LossPolicy | None = None  # how the lender's books judge the loan; changes nothing that is owed

    def __post_init__(self) -> None:
        """Raises ValueError, which reaches a caller of the API as an invalid field, for a rate that can't be one."""
        for rate in (self.annual_rate_pct, self.penalty_rate_pct):
            if not re.fullmatch(_RATE, str(rate)) or rate > MAX_RATE_PCT:
                raise ValueError(f"a rate is 0 to {MAX_RATE_PCT} per cent with at most 6 decimals")
