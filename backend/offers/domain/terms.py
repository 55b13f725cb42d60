"""Holds a lender's quote to what the product allows."""

from decimal import Decimal

from shared.api.products import ProductKind, ProductTerms
from shared.money import Money
from shared.terms import Fee, LoanTerms


def amount_on_offer(product: ProductTerms, wanted_minor: int, limit_minor: int, lender_max_minor: int) -> int | None:
    """The most that fits the wish, the decision and the lender, on the product's step; None below its minimum."""
    amount = min(wanted_minor, limit_minor, lender_max_minor, product.max_amount_minor)
    amount -= amount % product.amount_step_minor
    return amount if amount >= product.min_amount_minor else None


def charged(fees: tuple[Fee, ...]) -> tuple[Fee, ...]:
    """The fees that come to something: a lender may name one that it does not charge."""
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
