"""The terms of a loan, as products offer them, lenders price them, contracts state them, the engine computes them."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

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
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class DayCount(StrEnum):
    """How days become a fraction of a year."""

    THIRTY_360_US = "30/360 US"
    THIRTY_E_360 = "30E/360"
    THIRTY_E_360_ISDA = "30E/360 ISDA"
    ACTUAL_360 = "actual/360"
    ACTUAL_364 = "actual/364"
    ACTUAL_365 = "actual/365"
    ACTUAL_ACTUAL_ISDA = "actual/actual ISDA"


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
    holidays: str | None = None  # ISO 3166 country whose calendar moves a due date to the next working day

    def __post_init__(self) -> None:
        """Raises ValueError, which reaches a caller of the API as an invalid field, for a rate that can't be one."""
        for rate in (self.annual_rate_pct, self.penalty_rate_pct):
            if not re.fullmatch(_RATE, str(rate)) or rate > MAX_RATE_PCT:
                raise ValueError(f"a rate is 0 to {MAX_RATE_PCT} per cent with at most 6 decimals")
