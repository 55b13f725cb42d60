"""The four products of a demo tenant, in its own currency."""

from dataclasses import dataclass
from decimal import Decimal

from shared.api.products import AttachmentKind, BorrowerKind, Channel, ProductIn, ProductKind
from shared.terms import Frequency, RepaymentMethod

_EVERYWHERE = (Channel.IOS, Channel.ANDROID, Channel.WEB, Channel.WHATSAPP, Channel.PARTNER)
# What app stores do not allow, for its rate or its short term, is offered on the other channels.
_OUTSIDE_STORES = (Channel.WEB, Channel.WHATSAPP, Channel.PARTNER)


@dataclass(frozen=True, slots=True)
class Market:
    """Where a demo tenant lends. `unit_minor` is a round amount, a two-hundredth of a small loan."""

    currency: str
    country: str
    unit_minor: int
    ceiling_pct: Decimal  # no rate passes it


def demo_products(market: Market) -> tuple[ProductIn, ...]:
    """A line of credit, invoice financing, BNPL and working capital."""
    return (_line_of_credit(market), _invoice_financing(market), _pay_in_4(market), _working_capital(market))


def _line_of_credit(market: Market) -> ProductIn:
    """A line for people and businesses; on the app stores where its rate allows it."""
    return ProductIn(
        code=f"line-of-credit-{market.currency.lower()}",
        kind=ProductKind.LINE_OF_CREDIT,
        name="Line of credit",
        description="Draw what you need up to your limit; each draw is paid back in equal instalments.",
        currency=market.currency,
        borrowers=(BorrowerKind.PERSON, BorrowerKind.BUSINESS),
        channels=_EVERYWHERE if market.ceiling_pct <= 36 else _OUTSIDE_STORES,
        countries=(market.country,),
        min_amount_minor=20 * market.unit_minor,
        max_amount_minor=4_000 * market.unit_minor,
        min_instalments=3,
        max_instalments=12,
        frequency=Frequency.MONTHLY,
        max_rate_pct=market.ceiling_pct,
        max_apr_pct=market.ceiling_pct,
        penalty_rate_pct=Decimal(12),
        grace_days=3,
    )


def _invoice_financing(market: Market) -> ProductIn:
    """Money for an invoice until the customer pays."""
    return ProductIn(
        code=f"invoice-financing-{market.currency.lower()}",
        kind=ProductKind.INVOICE_FINANCING,
        name="Invoice financing",
        description="Money for an invoice today, paid back when your customer pays.",
        currency=market.currency,
        borrowers=(BorrowerKind.BUSINESS,),
        channels=_EVERYWHERE,
        countries=(market.country,),
        min_amount_minor=50 * market.unit_minor,
        max_amount_minor=20_000 * market.unit_minor,
        min_instalments=1,
        max_instalments=4,
        frequency=Frequency.MONTHLY,
        method=RepaymentMethod.BULLET,
        max_rate_pct=2 * market.ceiling_pct,
        max_apr_pct=3 * market.ceiling_pct,
        penalty_rate_pct=Decimal(12),
        grace_days=5,
        cooling_off_days=0,
        required_attachments=(AttachmentKind.INVOICE, AttachmentKind.BANK_STATEMENT),
    )


def _pay_in_4(market: Market) -> ProductIn:
    """A purchase in four parts without interest."""
    return ProductIn(
        code=f"pay-in-4-{market.currency.lower()}",
        kind=ProductKind.BNPL,
        name="Pay in 4",
        description="Four equal parts, the first one today, the others two weeks apart, without interest.",
        currency=market.currency,
        borrowers=(BorrowerKind.PERSON,),
        channels=_OUTSIDE_STORES,
        countries=(market.country,),
        min_amount_minor=4 * market.unit_minor,
        max_amount_minor=400 * market.unit_minor,
        min_instalments=4,
        max_instalments=4,
        frequency=Frequency.FORTNIGHTLY,
        method=RepaymentMethod.PAY_IN_N,
        down_payment=True,
        max_rate_pct=Decimal(0),
        max_apr_pct=Decimal(100),
        cooling_off_days=14,
    )


def _working_capital(market: Market) -> ProductIn:
    """A fixed sum for a business."""
    return ProductIn(
        code=f"working-capital-{market.currency.lower()}",
        kind=ProductKind.WORKING_CAPITAL,
        name="Working capital",
        description="A fixed sum for your business, paid back in equal monthly instalments.",
        currency=market.currency,
        borrowers=(BorrowerKind.BUSINESS,),
        channels=_EVERYWHERE,
        countries=(market.country,),
        min_amount_minor=100 * market.unit_minor,
        max_amount_minor=40_000 * market.unit_minor,
        min_instalments=3,
        max_instalments=24,
        frequency=Frequency.MONTHLY,
        max_rate_pct=2 * market.ceiling_pct,
        max_apr_pct=3 * market.ceiling_pct,
        penalty_rate_pct=Decimal(12),
        grace_days=3,
        cooling_off_days=0,
    )
