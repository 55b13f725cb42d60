"""What payments needs of a rail, by shape."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from msgspec import Struct

from shared.money import Money


class RailSilent(Exception):
    """No usable answer. Whether the rail has taken anything up is not known."""


# The rail knows our reference with another content. Ours are unique, so either side has gone wrong: a person must look.
REFERENCE_REUSED: Final = "reference_reused"


class RailRefused(Exception):
    """The rail says that it did not take this up and never will. `reason` is its code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class RailAccount(Struct, frozen=True, kw_only=True):
    """An account as rails want it."""

    scheme: str
    bank_code: str
    account_number: str
    holder_name: str


class OrderReport(Struct, frozen=True, kw_only=True):
    """What a rail says of an order. `settled` and `failed` are final, anything else is on its way."""

    reference: str
    amount: Money
    settled: bool
    failed: bool
    reason: str | None
    at: datetime


class OpenedAccount(Struct, frozen=True, kw_only=True):
    """A virtual account at the rail."""

    account_number: str
    bank_code: str
    bank_name: str


class ReceiptReport(Struct, frozen=True, kw_only=True):
    """Money that came in, or was taken back. `source` is the rail's own name for it."""

    source: str
    reference: str
    amount: Money
    at: datetime
    sender_name: str = ""
    narration: str = ""
    reversed: bool = False


class MandateNews(StrEnum):
    """What became of a mandate at the borrower's bank."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class MandateReport(Struct, frozen=True, kw_only=True):
    """News of a mandate; None while the bank has not decided."""

    reference: str
    news: MandateNews | None


class NoticeKind(StrEnum):
    """What a rail's webhook is about."""

    PAYOUT = "payout"
    DEBIT = "debit"
    CREDIT = "credit"
    LINK = "link"
    MANDATE = "mandate"


class Notice(Struct, frozen=True, kw_only=True):
    """A verified webhook, read. Exactly one of the reports is there."""

    kind: NoticeKind
    order: OrderReport | None = None
    receipt: ReceiptReport | None = None
    mandate: MandateReport | None = None


@runtime_checkable
class Rail(Protocol):
    """A bank or payment company. Every call raises RailSilent; those that order raise RailRefused too.

    All of them are idempotent by our reference at the rail. One that it knows with another content is refused as
    REFERENCE_REUSED.
    """

    @property
    def gives_up_after(self) -> timedelta:
        """How long after a call the rail may still take an order up; what it denies having by then never happened."""
        ...

    async def send_payout(self, reference: str, amount: Money, account: RailAccount, callback: str) -> OrderReport:
        """Orders a payout."""
        ...

    async def find_payout(self, reference: str) -> OrderReport | None:
        """What became of a payout; None when the rail does not have it."""
        ...

    async def send_debit(self, reference: str, amount: Money, mandate_reference: str, callback: str) -> OrderReport:
        """Orders a debit under a mandate."""
        ...

    async def find_debit(self, reference: str) -> OrderReport | None:
        """What became of a debit; None when the rail does not have it."""
        ...

    async def open_account(self, reference: str, holder_name: str, currency: str, callback: str) -> OpenedAccount:
        """Opens a virtual account."""
        ...

    async def make_link(self, reference: str, amount: Money, callback: str) -> str:
        """Makes a payment link and returns its address."""
        ...

    async def ask_mandate(self, reference: str, account: RailAccount, callback: str) -> MandateReport:
        """Asks the borrower's bank for a mandate."""
        ...

    async def cancel_mandate(self, reference: str) -> bool:
        """Ends a mandate, or lets it be ended; False when the rail does not have it, or not yet."""
        ...

    def verify_notice(self, callback: str, headers: Mapping[str, str], body: bytes) -> str:
        """Checks that a webhook was signed for the address `callback`; returns its event id. Raises BadSignature."""
        ...

    def read_notice(self, body: bytes) -> Notice:
        """A verified webhook. Raises ValueError when it can't be read."""
        ...
