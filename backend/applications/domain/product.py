"""What a product's terms must hold to, the app stores' rules included, and the terms of a loan under it."""

from decimal import Decimal
from types import MappingProxyType

from shared.api.products import BorrowerKind, Channel, ProductKind, ProductTerms
from shared.currency import exponent_of
from shared.errors import UnknownCurrency
from shared.terms import MAX_RATE_PCT, Fee, Frequency, LoanTerms, Part, RepaymentMethod

# Apple, App Review Guideline 3.2.2(ix): loans to people carry at most 36 % APR with all costs, and more than 60 days
# to repay. Google Play, Financial services policy, "Personal loans": not in full within 60 days; in the United States,
# below 36 % APR. Google leaves out revolving lines of credit; Apple does not.
STORE_APR_PCT = Decimal(36)
STORE_TERM_DAYS = 60

_SHORTEST_DAYS: MappingProxyType[Frequency, tuple[int, int]] = MappingProxyType(
    {  # the shortest first period, and the fewest days that each further one adds
        Frequency.DAILY: (1, 1),
        Frequency.WEEKLY: (7, 7),
        Frequency.FORTNIGHTLY: (14, 14),
        Frequency.SEMI_MONTHLY: (13, 14),
        Frequency.MONTHLY: (28, 30),
        Frequency.QUARTERLY: (89, 90),
        Frequency.YEARLY: (365, 365),
    }
)
_SHARED_KINDS = frozenset({RepaymentMethod.PAY_IN_N})


def shortest_term_days(product: ProductTerms) -> int:
    """The fewest days from disbursement to the last instalment that the product allows, never too many."""
    first, further = _SHORTEST_DAYS[product.frequency]
    periods = (product.min_instalments - (1 if product.down_payment else 0)) * product.every
    return 0 if periods <= 0 else first + further * (periods - 1)


def problems(product: ProductTerms) -> dict[str, str]:
    """What contradicts itself or breaks a rule, by field; empty when the product can be offered."""
    rates = _of_rates(product)
    return _of_figures(product) | (rates or _of_stores(product))


def _of_figures(product: ProductTerms) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        exponent_of(product.currency)
    except UnknownCurrency as unknown:
        found["currency"] = unknown.detail
    if product.min_amount_minor > product.max_amount_minor:
        found["max_amount_minor"] = "the most is at least the least"
    elif product.min_amount_minor % product.amount_step_minor or product.max_amount_minor % product.amount_step_minor:
        found["amount_step_minor"] = "the least and the most amount are whole multiples of the step"
    if product.min_instalments > product.max_instalments:
        found["max_instalments"] = "the most is at least the least"
    if product.frequency is Frequency.SEMI_MONTHLY and product.every != 1:
        found["every"] = "semi-monthly instalments are half a month apart"
    if set(product.allocation) != set(Part):
        found["allocation"] = "each part stands once"
    for name in ("borrowers", "channels", "countries", "required_attachments"):
        values = getattr(product, name)
        if len(values) != len(set(values)):
            found[name] = "each value stands once"
    codes = [fee.code for fee in product.fees]
    if len(codes) != len(set(codes)):
        found["fees"] = "each fee has a code of its own"
    return found


def _of_rates(product: ProductTerms) -> dict[str, str]:
    found = {
        name: f"a rate lies between 0 and {MAX_RATE_PCT} per cent"
        for name in ("max_rate_pct", "max_apr_pct", "penalty_rate_pct")
        if not getattr(product, name).is_finite() or not 0 <= getattr(product, name) <= MAX_RATE_PCT
    }
    if found:
        return found
    if product.max_rate_pct > product.max_apr_pct:
        found["max_apr_pct"] = "a rate alone already costs more than the highest APR; raise it or lower the rate"
    if product.method in _SHARED_KINDS and product.max_rate_pct:
        found["max_rate_pct"] = "paying in parts bears no interest"
    if product.kind is ProductKind.BNPL and product.method is RepaymentMethod.BULLET:
        found["method"] = "a purchase is paid in parts"
    return found


def _of_stores(product: ProductTerms) -> dict[str, str]:
    """App stores bind loans to people, not to businesses."""
    if BorrowerKind.PERSON not in product.borrowers:
        return {}
    found: dict[str, str] = {}
    short = shortest_term_days(product) <= STORE_TERM_DAYS
    if Channel.IOS in product.channels:
        if product.max_apr_pct > STORE_APR_PCT:
            found["channels.ios"] = (
                "Apple allows loans to people up to 36 % APR only; lower max_apr_pct or leave out ios"
            )
        elif short:
            found["channels.ios"] = "Apple asks for more than 60 days to repay; raise min_instalments or leave out ios"
    if Channel.ANDROID in product.channels and product.kind is not ProductKind.LINE_OF_CREDIT:
        if short:
            found["channels.android"] = (
                "Google Play asks for more than 60 days to repay; raise min_instalments or leave out android"
            )
        elif "US" in product.countries and product.max_apr_pct >= STORE_APR_PCT:
            found["channels.android"] = "Google Play asks for less than 36 % APR in the United States"
    return found


def terms(
    product: ProductTerms,
    *,
    principal_minor: int,
    instalments: int,
    annual_rate_pct: Decimal,
    fees: tuple[Fee, ...] = (),
) -> LoanTerms:
    """The terms of a loan under `product`: the product's own fees first, then `fees`."""
    return LoanTerms(
        currency=product.currency,
        principal_minor=principal_minor,
        annual_rate_pct=annual_rate_pct,
        instalments=instalments,
        frequency=product.frequency,
        every=product.every,
        method=product.method,
        interest=product.interest,
        day_count=product.day_count,
        fees=(*product.fees, *fees),
        allocation=product.allocation,
        penalty_rate_pct=product.penalty_rate_pct,
        grace_days=product.grace_days,
        returned_payment_fee_minor=product.returned_payment_fee_minor,
        down_payment=product.down_payment,
        down_payment_bps=product.down_payment_bps,
        in_advance=product.in_advance,
        rounding=product.rounding,
        instalment_step_minor=product.instalment_step_minor,
        holidays=product.holidays,
    )
