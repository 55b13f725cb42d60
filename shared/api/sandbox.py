"""What a tester does to the outside world: read the phone's inbox, pay into an account, pay a link."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.money import MAX_MINOR, CurrencyCode

PaidMinor = Annotated[int, Meta(gt=0, le=MAX_MINOR, description="Count of the currency's minor unit")]


class InboxMessage(Struct, frozen=True, kw_only=True):
    id: str
    channel: str
    to: str
    text: str
    sent_at: datetime
    subject: str | None = None
    language: str | None = None  # that a call was read out in


class CreditStatus(StrEnum):
    RECEIVED = "received"
    REVERSED = "reversed"


class CreditIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount_minor: PaidMinor
    currency: CurrencyCode
    sender_name: Annotated[str, Meta(max_length=100)] = "Ada Tester"
    narration: Annotated[
        str,
        Meta(
            max_length=200, description="DUPLICATE repeats the bank's notice three times, SLOW delays it by ten seconds"
        ),
    ] = ""


class Credit(Struct, frozen=True, kw_only=True):
    credit_id: str
    reference: str
    account_number: str
    amount_minor: int
    currency: str
    sender_name: str
    narration: str
    status: CreditStatus
    at: datetime


class LinkStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


class LinkPaymentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    payer_name: Annotated[str, Meta(max_length=100)] = "Ada Tester"


class Link(Struct, frozen=True, kw_only=True):
    id: str
    reference: str
    url: str
    amount_minor: int
    currency: str
    status: LinkStatus
    at: datetime
    description: str | None = None
    payment_id: str | None = None
    payer_name: str | None = None
