"""What happens to money on the rails."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money


class PaymentMethod(StrEnum):
    """How money came in."""

    VIRTUAL_ACCOUNT = "virtual_account"
    LINK = "link"
    MANDATE = "mandate"
    MANUAL = "manual"


class PayoutSettled(Event, frozen=True, kw_only=True):
    """A payout has arrived."""

    topic: ClassVar[str] = "payments.payout_settled"
    payout_id: UUID
    reference: str
    amount: Money
    settled_on: date


class PayoutFailed(Event, frozen=True, kw_only=True):
    """A payout did not arrive and never will; its money is back. Another attempt is another payout."""

    topic: ClassVar[str] = "payments.payout_failed"
    payout_id: UUID
    reason_code: str


class PaymentReceived(Event, frozen=True, kw_only=True):
    """Money for a loan is here and known to be for it; it waits in unallocated receipts, marked with the loan."""

    topic: ClassVar[str] = "payments.payment_received"
    payment_id: UUID
    loan_id: UUID
    amount: Money
    method: PaymentMethod
    received_on: date
    reference: str


class PaymentReversed(Event, frozen=True, kw_only=True):
    """A payment that had been received for a loan was taken back by the rail."""

    topic: ClassVar[str] = "payments.payment_reversed"
    payment_id: UUID
    loan_id: UUID
    amount: Money
    on: date


class DebitFailed(Event, frozen=True, kw_only=True):
    """A debit under a mandate brought no money."""

    topic: ClassVar[str] = "payments.debit_failed"
    debit_id: UUID
    loan_id: UUID
    amount: Money
    reason_code: str
    user_id: UUID | None = None
