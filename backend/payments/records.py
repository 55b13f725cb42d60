"""What payments keeps: orders, ways to pay in, and what came in."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from backend.payments.domain.mandates import MandateState
from backend.payments.domain.orders import OrderState
from backend.payments.domain.receipts import ReceiptState
from shared.api.payments import LinkStatus
from shared.events.payments import PaymentMethod
from shared.money import Money


class OrderKind(StrEnum):
    """Which way an order moves money."""

    PAYOUT = "payout"
    DEBIT = "debit"


class PayoutPurpose(StrEnum):
    """What a payout is for, and so what its settlement books."""

    DISBURSEMENT = "disbursement"
    REFUND = "refund"  # of money that nobody could match
    CREDIT_REFUND = "credit_refund"  # of what a borrower paid too much


REFUNDS = frozenset({PayoutPurpose.REFUND, PayoutPurpose.CREDIT_REFUND})


class RailOrder(Struct, frozen=True, kw_only=True):
    """An order to the rail. `subject_id` names what a refund pays back; `ask_at` is when the rail is asked next."""

    id: UUID
    kind: OrderKind
    reference: str
    purpose: str
    amount_minor: int
    currency: str
    state: OrderState
    created_at: datetime
    updated_at: datetime
    loan_id: UUID | None = None
    account_id: UUID | None = None
    mandate_id: UUID | None = None
    subject_id: UUID | None = None
    instalment: int | None = None
    taken_up_at: datetime | None = None
    ask_at: datetime | None = None
    asked: int = 0
    settled_on: date | None = None
    reason_code: str | None = None
    contradicted_at: datetime | None = None

    @property
    def amount(self) -> Money:
        """What is moved."""
        return Money.of(self.amount_minor, self.currency)


class VirtualAccount(Struct, frozen=True, kw_only=True):
    """The account number of a loan; without one until the rail has opened it."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    reference: str
    currency: str
    created_at: datetime
    account_number: str | None = None
    bank_name: str | None = None
    bank_code: str | None = None
    holder_sealed: bytes | None = None


class PaymentLink(Struct, frozen=True, kw_only=True):
    """A link to pay by; without an address until the rail has made it."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    reference: str
    amount_minor: int
    currency: str
    status: LinkStatus
    created_at: datetime
    expires_at: datetime
    url: str | None = None

    @property
    def amount(self) -> Money:
        """What the link asks for."""
        return Money.of(self.amount_minor, self.currency)


class Mandate(Struct, frozen=True, kw_only=True):
    """Permission to debit a bank account for a loan."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    bank_account_id: UUID
    reference: str
    status: MandateState
    created_at: datetime
    updated_at: datetime


class Receipt(Struct, frozen=True, kw_only=True):
    """Money that came in."""

    id: UUID
    source: str
    method: PaymentMethod
    reference: str
    amount_minor: int
    currency: str
    state: ReceiptState
    received_on: date
    created_at: datetime
    updated_at: datetime
    loan_id: UUID | None = None
    note_sealed: bytes | None = None
    reversed_on: date | None = None

    @property
    def amount(self) -> Money:
        """How much it is."""
        return Money.of(self.amount_minor, self.currency)
