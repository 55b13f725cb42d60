"""Turns a lender's quote into the terms of a loan, inside what the product allows."""

from decimal import Decimal

from backend.offers.domain.asking import Quoted
from shared.api.products import ProductKind, ProductTerms
from shared.money import Money
from shared.terms import Fee, LoanTerms


def amount_on_offer(product: ProductTerms, wanted_minor: int, limit_minor: int, lender_max_minor: int) -> int | None:
    """The most that fits the wish, the decision and the lender, on the product's step; None below its minimum."""
    amount = min(wanted_minor, limit_minor, lender_max_minor, product.max_amount_minor)
    amount -= amount % product.amount_step_minor
    return amount if amount >= product.min_amount_minor else None


def terms_of(product: ProductTerms, quoted: Quoted, amount_minor: int, instalments: int) -> LoanTerms:
    """The loan's terms: the price is the lender's, the platform's fees come on top, all else is the product's."""
    return LoanTerms(
        currency=product.currency,
        principal_minor=amount_minor,
        annual_rate_pct=quoted.rate_pct,
        instalments=instalments,
        frequency=product.frequency,
        every=product.every,
        method=product.method,
        interest=product.interest,
        day_count=product.day_count,
        fees=_without_empty((*product.fees, *quoted.fees)),
        allocation=product.allocation,
        penalty_rate_pct=product.penalty_rate_pct,
        grace_days=product.grace_days,
        down_payment=product.down_payment,
        down_payment_bps=product.down_payment_bps,
        in_advance=product.in_advance,
        rounding=product.rounding,
        instalment_step_minor=product.instalment_step_minor,
        holidays=product.holidays,
    )


def _without_empty(fees: tuple[Fee, ...]) -> tuple[Fee, ...]:
    return tuple(fee for fee in fees if fee.fixed_minor or fee.rate_bps)


def too_dear(product: ProductTerms, terms: LoanTerms, apr_pct: Decimal) -> str | None:
    """The code of the cap that an offer breaks, if it breaks one: such an offer is never shown."""
    if terms.annual_rate_pct > product.max_rate_pct:
        return "rate_above_product_maximum"
    if apr_pct > product.max_apr_pct:
        return "apr_above_product_maximum"
    return None


def credit_limit(product: ProductTerms, limit_minor: int, lender_max_minor: int) -> Money | None:
    """For a line of credit: how much may be drawn in all. The loan of the offer is its first draw."""
    if product.kind is not ProductKind.LINE_OF_CREDIT:
        return None
    return Money.of(min(limit_minor, lender_max_minor, product.max_amount_minor), product.currency)
