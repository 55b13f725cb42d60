"""What a draft still lacks, what does not fit its product, and who may have the product."""

from datetime import date

from backend.applications.domain.application import Application
from shared.api.applications import ApplicationDetails
from shared.api.products import AttachmentKind, BorrowerKind, Channel, ProductKind, ProductTerms
from shared.money import Money


def missing(
    draft: Application,
    product: ProductTerms,
    details: ApplicationDetails | None,
    attached: frozenset[AttachmentKind],
) -> tuple[str, ...]:
    """The fields and attachments that a submission still lacks, in the order in which one is asked for them."""
    lacking = [
        name for name in ("amount_minor", "instalments", "purpose", "payout_account_id") if getattr(draft, name) is None
    ]
    if product.kind is ProductKind.INVOICE_FINANCING and (details is None or details.invoice is None):
        lacking.append("details.invoice")
    if product.kind is ProductKind.BNPL and (details is None or details.purchase is None):
        lacking.append("details.purchase")
    lacking += [f"attachments.{kind}" for kind in product.required_attachments if kind not in attached]
    return tuple(lacking)


def misfits(draft: Application, product: ProductTerms, details: ApplicationDetails | None, on: date) -> dict[str, str]:
    """What is given but does not fit the product, by field."""
    found: dict[str, str] = {}
    amount, instalments = draft.amount_minor, draft.instalments
    if amount is not None:
        if not product.min_amount_minor <= amount <= product.max_amount_minor:
            least, most = (
                Money.of(edge, product.currency) for edge in (product.min_amount_minor, product.max_amount_minor)
            )
            found["amount_minor"] = f"it lies between {least} and {most}"
        elif amount % product.amount_step_minor:
            found["amount_minor"] = f"it is a whole multiple of {Money.of(product.amount_step_minor, product.currency)}"
    if instalments is not None and not product.min_instalments <= instalments <= product.max_instalments:
        found["instalments"] = f"there are {product.min_instalments} to {product.max_instalments} of them"
    if details is not None and amount is not None:
        found |= _of_details(amount, product, details, on)
    return found


def _of_details(amount: int, product: ProductTerms, details: ApplicationDetails, on: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if product.kind is ProductKind.INVOICE_FINANCING and (invoice := details.invoice) is not None:
        if amount > invoice.amount_minor:
            found["details.invoice.amount_minor"] = "no more is lent than the invoice is worth"
        if invoice.due_on <= on:
            found["details.invoice.due_on"] = "the invoice is due already"
        if invoice.issued_on > on:
            found["details.invoice.issued_on"] = "the invoice is not issued yet"
    purchase = details.purchase if product.kind is ProductKind.BNPL else None
    if purchase is not None and amount > purchase.amount_minor:
        found["details.purchase.amount_minor"] = "no more is lent than the purchase costs"
    return found


def unavailable(product: ProductTerms, *, channel: Channel, business: bool) -> str | None:
    """Why the product is not offered there or to such a borrower, None when it is."""
    if channel not in product.channels:
        return f"it is not offered on {channel}"
    borrower = BorrowerKind.BUSINESS if business else BorrowerKind.PERSON
    if borrower not in product.borrowers:
        return f"it is not for a {borrower}"
    return None


def ineligible(
    product: ProductTerms, on: date, *, country: str | None, born_on: date | None, registered_on: date | None
) -> str | None:
    """Why a verified party may not have the product, None when it may. `registered_on` is a business'."""
    if country is not None and country not in product.countries:
        return "it is not offered in your country"
    if born_on is not None and years_between(born_on, on) < product.min_age_years:
        return f"you must be at least {product.min_age_years} years old"
    if registered_on is not None and months_between(registered_on, on) < product.min_business_months:
        return f"the business must be at least {product.min_business_months} months old"
    return None


def years_between(born_on: date, on: date) -> int:
    """Completed years; somebody born on 29 February is a year older on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def months_between(since: date, on: date) -> int:
    """Completed months."""
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
