"""What a loan would cost each month, for the decision only: lenders price the real schedule later."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType
from typing import Annotated

from msgspec import Meta, Struct

from shared.money import MAX_MINOR, CurrencyCode
from shared.rounding import Rounding, to_minor, to_places
from shared.terms import Frequency, RatePct, RepaymentMethod

PERIODS_A_YEAR: MappingProxyType[Frequency, int] = MappingProxyType(
    {
        Frequency.DAILY: 365,
        Frequency.WEEKLY: 52,
        Frequency.FORTNIGHTLY: 26,
        Frequency.SEMI_MONTHLY: 24,
        Frequency.MONTHLY: 12,
        Frequency.QUARTERLY: 4,
        Frequency.YEARLY: 1,
    }
)
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_PLACES = 6  # of a minor unit; the factor is exact to far more


class LoanRequest(Struct, frozen=True, kw_only=True):
    """What is asked for, on the product's own terms; `annual_rate_pct` is the highest rate the product may carry."""

    product: str
    currency: CurrencyCode
    amount_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)]
    minimum_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)]
    maximum_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)]
    annual_rate_pct: RatePct
    instalments: Annotated[int, Meta(ge=1, le=520)]
    frequency: Frequency
    every: Annotated[int, Meta(ge=1, le=366)] = 1
    method: RepaymentMethod = RepaymentMethod.EQUAL_INSTALMENTS


def monthly_cost_factor(request: LoanRequest) -> Decimal:
    """What one minor unit of principal costs a month.

    Level instalments follow the annuity formula i / (1 - (1 + i)^-n) at the period's rate i. Equal principal counts
    its first, highest instalment. Methods that repay at the end are spread evenly: (1 + i * n) / n. What one period
    costs is then brought to a month by periods a year / 12.
    """
    periods = _EXACT.divide(Decimal(PERIODS_A_YEAR[request.frequency]), Decimal(request.every))
    n = Decimal(request.instalments)
    i = _EXACT.divide(request.annual_rate_pct, _EXACT.multiply(Decimal(100), periods))
    match request.method:
        case RepaymentMethod.PAY_IN_N:
            factor = _EXACT.divide(Decimal(1), n)
        case RepaymentMethod.EQUAL_INSTALMENTS if i > 0:
            discount = _EXACT.divide(Decimal(1), _EXACT.power(1 + i, n))
            factor = _EXACT.divide(i, _EXACT.subtract(Decimal(1), discount))
        case RepaymentMethod.EQUAL_PRINCIPAL:
            factor = _EXACT.add(_EXACT.divide(Decimal(1), n), i)
        case _:
            factor = _EXACT.divide(_EXACT.add(Decimal(1), _EXACT.multiply(i, n)), n)
    assert factor > 0, "a loan costs something each month"
    return _EXACT.divide(_EXACT.multiply(factor, periods), Decimal(12))


def monthly_cost_minor(request: LoanRequest) -> int:
    """The monthly cost of the amount asked for, in minor units, rounded up: a borrower must afford all of it."""
    return _whole(_EXACT.multiply(Decimal(request.amount_minor), monthly_cost_factor(request)), Rounding.UP)


def affordable_minor(request: LoanRequest, available_monthly_minor: int) -> int:
    """The largest principal in minor units whose monthly cost stays within `available_monthly_minor`; at least 0."""
    if available_monthly_minor <= 0:
        return 0
    return _whole(_EXACT.divide(Decimal(available_monthly_minor), monthly_cost_factor(request)), Rounding.DOWN)


def _whole(value: Decimal, rounding: Rounding) -> int:
    """`value` in whole minor units. A third is no decimal: what is within the noise of the factor is no part of one."""
    return to_minor(to_places(value, _PLACES, context=_EXACT), rounding)


def round_down(amount_minor: int, digits: int) -> int:
    """`amount_minor` cut to its `digits` leading digits, so that a limit reads 183,000.00 rather than 183,421.37."""
    assert digits >= 1, "at least one digit stays"
    if amount_minor <= 0:
        return 0
    step: int = 10 ** max(0, len(str(amount_minor)) - digits)
    return amount_minor - amount_minor % step
