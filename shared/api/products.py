"""Products, as the API takes and gives them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.onboarding import CountryCode
from shared.loss_policy import LossPolicy
from shared.money import MAX_MINOR, CurrencyCode
from shared.rounding import Rounding
from shared.terms import (
    Bps,
    DayCount,
    Fee,
    Frequency,
    InAdvance,
    InterestKind,
    Part,
    RatePct,
    RepaymentMethod,
)

ProductCode = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{2,47}$", examples=["working-capital-ngn"])]
PositiveMinor = Annotated[int, Meta(gt=0, le=MAX_MINOR, description="Count of the currency's minor unit")]
Instalments = Annotated[int, Meta(ge=1, le=520)]
Line = Annotated[
    str, Meta(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Text = Annotated[str, Meta(max_length=2_000, pattern=r"^[^\x00]*$")]


DEFAULT_ALLOCATION = (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)


class ProductKind(StrEnum):
    """The four kinds of product."""

    LINE_OF_CREDIT = "line_of_credit"
    INVOICE_FINANCING = "invoice_financing"
    BNPL = "bnpl"
    WORKING_CAPITAL = "working_capital"


class BorrowerKind(StrEnum):
    """Who borrows."""

    PERSON = "person"
    BUSINESS = "business"


class Channel(StrEnum):
    """Where an application is made. The first two are bound by the rules of an app store."""

    IOS = "ios"
    ANDROID = "android"
    WEB = "web"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    PARTNER = "partner"


class ProductState(StrEnum):
    """Whether a version of a product can be applied for."""

    ACTIVE = "active"
    RETIRED = "retired"


class AttachmentKind(StrEnum):
    """What an attached file is."""

    BANK_STATEMENT = "bank_statement"
    INVOICE = "invoice"
    PURCHASE_ORDER = "purchase_order"
    PAYSLIP = "payslip"
    ACCOUNTS = "accounts"
    OTHER = "other"


class ProductTerms(Struct, frozen=True, kw_only=True):
    """What a product lends, to whom, where and how.

    No offer dearer than `max_rate_pct` a year, or than `max_apr_pct` with all fees, is ever shown. `fees` are the
    platform's own, beside what a lender asks.
    """

    code: ProductCode
    kind: ProductKind
    name: Line
    description: Text = ""
    currency: CurrencyCode
    borrowers: Annotated[tuple[BorrowerKind, ...], Meta(min_length=1, max_length=2)]
    channels: Annotated[tuple[Channel, ...], Meta(min_length=1, max_length=6)]
    countries: Annotated[tuple[CountryCode, ...], Meta(min_length=1, max_length=60)]
    min_amount_minor: PositiveMinor
    max_amount_minor: PositiveMinor
    amount_step_minor: PositiveMinor = 1
    min_instalments: Instalments
    max_instalments: Instalments
    frequency: Frequency
    every: Annotated[int, Meta(ge=1, le=366)] = 1
    method: RepaymentMethod = RepaymentMethod.EQUAL_INSTALMENTS
    interest: InterestKind = InterestKind.DECLINING
    day_count: DayCount = DayCount.ACTUAL_365
    max_rate_pct: RatePct
    max_apr_pct: RatePct
    fees: Annotated[tuple[Fee, ...], Meta(max_length=10)] = ()
    allocation: Annotated[tuple[Part, ...], Meta(min_length=4, max_length=4)] = DEFAULT_ALLOCATION
    penalty_rate_pct: RatePct = Decimal(0)
    grace_days: Annotated[int, Meta(ge=0, le=60)] = 0
    down_payment: bool = False
    down_payment_bps: Bps = 0
    in_advance: InAdvance = InAdvance.NEXT_INSTALMENT
    rounding: Rounding = Rounding.HALF_EVEN
    instalment_step_minor: Annotated[int, Meta(ge=1)] = 1
    holidays: CountryCode | None = None
    cooling_off_days: Annotated[int, Meta(ge=0, le=60)] = 14
    min_age_years: Annotated[int, Meta(ge=16, le=30)] = 18
    min_business_months: Annotated[int, Meta(ge=0, le=120)] = 0
    required_attachments: Annotated[tuple[AttachmentKind, ...], Meta(max_length=6)] = (AttachmentKind.BANK_STATEMENT,)
    loss_policy: LossPolicy | None = None


class ProductIn(ProductTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product to be saved. A known `code` makes its next version and retires the one before."""


class ProductOut(ProductTerms, frozen=True, kw_only=True):
    """One version of a product. Its id names these very terms for ever."""

    id: UUID
    version: int
    state: ProductState
    created_at: datetime
