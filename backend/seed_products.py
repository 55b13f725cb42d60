"""The four products of a demo tenant, in its own currency."""

from decimal import Decimal

from shared.api.products import AttachmentKind, BorrowerKind, Channel, ProductIn, ProductKind
from shared.terms import Frequency, RepaymentMethod

_EVERYWHERE = (Channel.IOS, Channel.ANDROID, Channel.WEB, Channel.WHATSAPP, Channel.PARTNER)
# What app stores do not allow, for its rate or its short term, is offered on the other channels.
_OUTSIDE_STORES = (Channel.WEB, Channel.WHATSAPP, Channel.PARTNER)


def demo_products(currency: str, country: str, *, unit_minor: int, ceiling_pct: Decimal) -> tuple[ProductIn, ...]:
    """A line of credit, invoice financing, BNPL and working capital.

    `unit_minor` is a round amount of the currency, a two-hundredth of a small loan; no rate passes `ceiling_pct`.
    """
    suffix = currency.lower()
    store_ready = ceiling_pct <= 36
    return (
        ProductIn(
            code=f"line-of-credit-{suffix}",
            kind=ProductKind.LINE_OF_CREDIT,
            name="Line of credit",
            description="Draw what you need up to your limit; each draw is paid back in equal instalments.",
            currency=currency,
            borrowers=(BorrowerKind.PERSON, BorrowerKind.BUSINESS),
            channels=_EVERYWHERE if store_ready else _OUTSIDE_STORES,
            countries=(country,),
            min_amount_minor=20 * unit_minor,
            max_amount_minor=4_000 * unit_minor,
            min_instalments=3,
            max_instalments=12,
            frequency=Frequency.MONTHLY,
            max_rate_pct=ceiling_pct,
            max_apr_pct=ceiling_pct,
            penalty_rate_pct=Decimal(12),
            grace_days=3,
        ),
        ProductIn(
            code=f"invoice-financing-{suffix}",
            kind=ProductKind.INVOICE_FINANCING,
            name="Invoice financing",
            description="Money for an invoice today, paid back when your customer pays.",
            currency=currency,
            borrowers=(BorrowerKind.BUSINESS,),
            channels=_EVERYWHERE,
            countries=(country,),
            min_amount_minor=50 * unit_minor,
            max_amount_minor=20_000 * unit_minor,
            min_instalments=1,
            max_instalments=4,
            frequency=Frequency.MONTHLY,
            method=RepaymentMethod.BULLET,
            max_rate_pct=2 * ceiling_pct,
            max_apr_pct=3 * ceiling_pct,
            penalty_rate_pct=Decimal(12),
            grace_days=5,
            cooling_off_days=0,
            required_attachments=(AttachmentKind.INVOICE, AttachmentKind.BANK_STATEMENT),
        ),
        ProductIn(
            code=f"pay-in-4-{suffix}",
            kind=ProductKind.BNPL,
            name="Pay in 4",
            description="Four equal parts, the first one today, the others two weeks apart, without interest.",
            currency=currency,
            borrowers=(BorrowerKind.PERSON,),
            channels=_OUTSIDE_STORES,
            countries=(country,),
            min_amount_minor=4 * unit_minor,
            max_amount_minor=400 * unit_minor,
            min_instalments=4,
            max_instalments=4,
            frequency=Frequency.FORTNIGHTLY,
            method=RepaymentMethod.PAY_IN_N,
            down_payment=True,
            max_rate_pct=Decimal(0),
            max_apr_pct=Decimal(100),
            cooling_off_days=14,
        ),
        ProductIn(
            code=f"working-capital-{suffix}",
            kind=ProductKind.WORKING_CAPITAL,
            name="Working capital",
            description="A fixed sum for your business, paid back in equal monthly instalments.",
            currency=currency,
            borrowers=(BorrowerKind.BUSINESS,),
            channels=_EVERYWHERE,
            countries=(country,),
            min_amount_minor=100 * unit_minor,
            max_amount_minor=40_000 * unit_minor,
            min_instalments=3,
            max_instalments=24,
            frequency=Frequency.MONTHLY,
            max_rate_pct=2 * ceiling_pct,
            max_apr_pct=3 * ceiling_pct,
            penalty_rate_pct=Decimal(12),
            grace_days=3,
            cooling_off_days=0,
        ),
    )
