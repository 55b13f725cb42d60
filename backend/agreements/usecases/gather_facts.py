"""Gathers what an agreement states, from those who own it: the figures, the parties, the tenant's look."""

from collections.abc import Sequence
from decimal import Decimal

from backend import applications, identity, onboarding, servicing
from backend.agreements.domain.agreement import RETURN_DAYS, Agreement
from backend.agreements.domain.facts import Borrower, Brand, CoolingOff, Due, Lender, LoanFacts, StatedFee
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.offers import LenderProfile
from shared.i18n import Language
from shared.rounding import to_minor
from shared.terms import Fee, FeeWhen, LoanTerms


async def gather_facts(tx: ReadTx, vault: Vault, draft: Agreement, lenders: Sequence[LenderProfile]) -> LoanFacts:
    """The facts of a drafted agreement, as of the business date. Raises NotFound where a party was erased."""
    tenant = await identity.tenant_profile(tx)
    person = await identity.person(tx, vault, draft.user_id)
    product = await applications.product(tx, draft.product_id)
    today = await business_date.current(tx)
    price = servicing.quote(draft.terms, today)
    support = (tenant.brand.support_email, tenant.brand.support_phone)
    return LoanFacts(
        agreement_id=draft.id,
        language=Language.match(person.locale),
        drawn_up_on=today,
        payout_on=today,
        brand=Brand(name=tenant.name, accent=tenant.brand.primary_colour, support=" · ".join(filter(None, support))),
        lender=_lender(draft, lenders),
        borrower=await _borrower(tx, vault, draft, person.name or ""),
        product_name=product.name,
        terms=draft.terms,
        fees=tuple(_stated(draft.terms, fee, len(price.rows)) for fee in draft.terms.fees),
        schedule=_dues(price),
        apr_pct=Decimal(price.apr_pct),
        cooling_off=CoolingOff(days=product.cooling_off_days, return_days=RETURN_DAYS),
        credit_limit=draft.credit_limit,
        country=tenant.country,
    )


def _lender(draft: Agreement, lenders: Sequence[LenderProfile]) -> Lender:
    for known in lenders:
        if known.code == draft.lender:
            return Lender(name=known.name, licence=known.licence, address=known.address)
    return Lender(name=draft.lender_name)


async def _borrower(tx: ReadTx, vault: Vault, draft: Agreement, known_as: str) -> Borrower:
    """The borrower by the name that was verified; else by the one they are known by."""
    party = await onboarding.facts(tx, vault, draft.user_id, draft.business_id)
    name = party.legal_name
    if name is None and draft.business_id is not None:
        name = (await identity.business(tx, vault, draft.business_id)).name
    lives = party.address
    address = (lives.line_1, lives.line_2, lives.city, lives.region) if lives else ()
    return Borrower(name=name or known_as, address=", ".join(filter(None, address)))


def _dues(price: servicing.Quote) -> tuple[Due, ...]:
    return tuple(
        Due(
            number=row.number,
            due_on=row.due_on,
            principal_minor=row.principal_minor,
            interest_minor=row.interest_minor,
            fees_minor=row.fee_minor,
            balance_minor=row.balance_minor,
        )
        for row in price.rows
    )


def _stated(terms: LoanTerms, fee: Fee, instalments: int) -> StatedFee:
    """What a fee comes to over the whole loan; LoanFacts checks the sum against the schedule."""
    once = fee.fixed_minor + to_minor(Decimal(terms.principal_minor) * fee.rate_bps / 10_000, terms.rounding)
    times = instalments if fee.when is FeeWhen.INSTALMENT else 1
    return StatedFee(code=fee.code, when=fee.when, amount_minor=once * times)
