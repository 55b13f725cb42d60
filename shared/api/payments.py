"""Money in and out, as the API takes and gives it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.events.payments import PaymentMethod
from shared.money import MAX_MINOR, Money

PayMinor = Annotated[int, Meta(gt=0, le=MAX_MINOR, description="Count of the loan's currency's minor unit")]


class VirtualAccountOut(Struct, frozen=True, kw_only=True):
    """The account number that belongs to one loan: what is sent to it is a repayment."""

    loan_id: UUID
    account_number: str
    bank_name: str
    bank_code: str
    holder_name: str
    currency: str


class LinkStatus(StrEnum):
    """Where a payment link stands."""

    REQUESTED = "requested"  # the rail is being asked; the address comes within seconds
    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"


class PaymentLinkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link to pay `amount_minor` of a loan by."""

    loan_id: UUID
    amount_minor: PayMinor


class PaymentLinkOut(Struct, frozen=True, kw_only=True):
    """A payment link. `url` is there once the rail has made it; the repayment by it bears its `reference`."""

    id: UUID
    loan_id: UUID
    reference: str = ""
    amount: Money
    status: LinkStatus
    url: str | None
    created_at: datetime
    expires_at: datetime


class MandateStatus(StrEnum):
    """What a mandate permits: only an active one permits a debit."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class MandateIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Permission to debit a bank account of the borrower's for a loan, on each due date."""

    loan_id: UUID
    bank_account_id: UUID


class MandateOut(Struct, frozen=True, kw_only=True):
    """A mandate."""

    id: UUID
    loan_id: UUID
    bank_account_id: UUID
    status: MandateStatus
    created_at: datetime
    updated_at: datetime


class OrderStatus(StrEnum):
    """How far an order to a rail has come. Unknown is not failed: the rail is being asked."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DebitIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payment by mandate, now."""

    amount_minor: PayMinor


class OrderOut(Struct, frozen=True, kw_only=True):
    """An order to a rail: a payout, or a debit under a mandate."""

    id: UUID
    kind: str
    reference: str
    amount: Money
    status: OrderStatus
    loan_id: UUID | None
    created_at: datetime
    updated_at: datetime
    settled_on: date | None = None
    reason_code: str | None = None


class PaymentStatus(StrEnum):
    """Where money that came in stands."""

    RECEIVED = "received"
    MATCHED = "matched"
    SUSPENSE = "suspense"
    ASSIGNED = "assigned"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class PaymentOut(Struct, frozen=True, kw_only=True):
    """Money that came in. `reversed_on` is set where the bank took it back."""

    id: UUID
    loan_id: UUID | None
    amount: Money
    method: PaymentMethod
    status: PaymentStatus
    reference: str
    received_on: date
    created_at: datetime
    reversed_on: date | None = None


class AssignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The loan that money in suspense is for."""

    loan_id: UUID


class RefundIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bank account that money in suspense goes back to."""

    bank_account_id: UUID
