"""Applications for credit, as the API takes and gives them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.api.products import AttachmentKind, Channel, Instalments, Line, PositiveMinor, ProductKind
from shared.money import MAX_MINOR, CurrencyCode, Money


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFERRED = "referred"  # a person decides
    MORE_INFO = "more_info"  # the applicant has to add something and submit again
    APPROVED = "approved"
    DECLINED = "declined"
    NO_OFFERS = "no_offers"  # approved, but no lender quoted
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREEMENT_READY = "agreement_ready"
    SIGNED = "signed"
    DISBURSEMENT_FAILED = "disbursement_failed"
    DISBURSED = "disbursed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """What the money is for."""

    STOCK = "stock"
    EQUIPMENT = "equipment"
    PAYROLL = "payroll"
    EXPANSION = "expansion"
    BRIDGE_RECEIVABLES = "bridge_receivables"
    PURCHASE = "purchase"
    EDUCATION = "education"
    MEDICAL = "medical"
    HOUSING = "housing"
    DEBT_CONSOLIDATION = "debt_consolidation"
    EMERGENCY = "emergency"
    OTHER = "other"


class Invoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice to be financed."""

    number: Annotated[str, Meta(min_length=1, max_length=60)]
    debtor: Line
    amount_minor: PositiveMinor
    issued_on: date
    due_on: date


class Purchase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A purchase to be paid in parts."""

    merchant: Line
    order_reference: Annotated[str, Meta(min_length=1, max_length=80)]
    amount_minor: PositiveMinor


class ApplicationDetails(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the applicant tells beyond the figures; kept encrypted."""

    declared_monthly_income_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] | None = None
    note: Annotated[str, Meta(max_length=1_000)] | None = None
    invoice: Invoice | None = None
    purchase: Purchase | None = None


class ApplicationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new draft. Only the product and the channel are needed to begin."""

    product_id: UUID
    channel: Channel
    business_id: UUID | None = None
    amount_minor: PositiveMinor | None = None
    instalments: Instalments | None = None
    purpose: Purpose | None = None
    payout_account_id: UUID | None = None
    details: ApplicationDetails | None = None


class ApplicationPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes to a draft: a field that is left out stays as it is, null empties it.

    `updated_at`, when given, must be the value last read, so that two devices don't overwrite each other.
    """

    amount_minor: PositiveMinor | UnsetType | None = UNSET
    instalments: Instalments | UnsetType | None = UNSET
    purpose: Purpose | UnsetType | None = UNSET
    payout_account_id: UUID | UnsetType | None = UNSET
    details: ApplicationDetails | UnsetType | None = UNSET
    updated_at: datetime | UnsetType = UNSET


class AttachmentOut(Struct, frozen=True, kw_only=True):
    """A file that was attached. For a bank statement, what was read from it."""

    id: UUID
    kind: AttachmentKind
    filename: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    starts_on: date | None = None
    ends_on: date | None = None
    transactions: int | None = None


class ApplicationOut(Struct, frozen=True, kw_only=True):
    """An application. `missing` names what a submission still lacks; it is empty once it can be submitted."""

    id: UUID
    status: ApplicationStatus
    user_id: UUID
    business_id: UUID | None
    product_id: UUID
    product_kind: ProductKind
    product_name: str
    channel: Channel
    currency: CurrencyCode
    amount: Money | None
    instalments: int | None
    purpose: Purpose | None
    payout_account_id: UUID | None
    details: ApplicationDetails | None
    attachments: list[AttachmentOut]
    missing: list[str]
    revision: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None
    loan_id: UUID | None = None


class ApplicationSummary(Struct, frozen=True, kw_only=True):
    """An application in a list."""

    id: UUID
    status: ApplicationStatus
    user_id: UUID
    business_id: UUID | None
    product_kind: ProductKind
    product_name: str
    amount: Money | None
    created_at: datetime
    updated_at: datetime


class StatusStepOut(Struct, frozen=True, kw_only=True):
    """One step of an application's history. `actor` is who, or which part of the system, made it."""

    at: datetime
    status: ApplicationStatus
    actor: str
    reasons: list[str] = []


class WithdrawIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an application is taken back, if one wants to say."""

    reason: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,59}$")] | None = None
