"""The ledger's answers: accounts, trial balance, journals, proof."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.money import MAX_MINOR

UnitCode = Annotated[
    str,
    Meta(
        pattern="^[A-Z][A-Z0-9]{2,11}$",
        max_length=12,
        description="ISO 4217 code, or a token that an account of the chart declares with its decimals",
        examples=["NGN", "USDC"],
    ),
]
# Totals may exceed what a single amount may be, so they are plain counts of minor units beside their currency.
VolumeMinor = Annotated[int, Meta(description="Count of the currency's minor unit")]


class AccountKind(StrEnum):
    """The five elements of financial statements."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Side(StrEnum):
    """The two sides of a posting."""

    DEBIT = "debit"
    CREDIT = "credit"


class LedgerAmount(Struct, frozen=True, kw_only=True):
    """An amount in the minor unit of a currency or token."""

    amount_minor: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR, description="Count of the unit's smallest part")]
    currency: UnitCode


class BalanceOut(Struct, frozen=True, kw_only=True):
    """All debits and credits of an account in one currency; `balance_minor` counts on the account's normal side."""

    currency: UnitCode
    debit_minor: VolumeMinor
    credit_minor: VolumeMinor
    balance_minor: VolumeMinor


class AccountOut(Struct, frozen=True, kw_only=True):
    """An account of the chart with its balance in each currency that was posted to it."""

    code: str
    number: int
    name: str
    kind: AccountKind
    normal_side: Side
    balances: list[BalanceOut]


class TrialLineOut(Struct, frozen=True, kw_only=True):
    """An account's net balance, on the side where it stands; the other side is zero."""

    account: str
    number: int
    name: str
    kind: AccountKind
    debit_minor: VolumeMinor
    credit_minor: VolumeMinor


class CurrencyTrialOut(Struct, frozen=True, kw_only=True):
    """The trial balance in one currency. `difference_minor` is zero while the books are whole."""

    currency: UnitCode
    lines: list[TrialLineOut]
    total_debit_minor: VolumeMinor
    total_credit_minor: VolumeMinor
    difference_minor: VolumeMinor


class TrialBalanceOut(Struct, frozen=True, kw_only=True):
    """Every account in every currency, of all that counts up to and including `as_of`."""

    as_of: date | None
    balanced: bool
    currencies: list[CurrencyTrialOut]


class PostingOut(Struct, frozen=True, kw_only=True):
    """One line of a journal."""

    account: str
    side: Side
    amount: LedgerAmount
    loan_id: UUID | None = None
    party_id: UUID | None = None


class JournalOut(Struct, frozen=True, kw_only=True):
    """A journal. `effective_on` is the day it counts for, `posted_at` when it was written down.

    `asked_on` is the day that it was dated, where a closed period moved it to the first open day.
    """

    id: UUID
    key: str
    kind: str
    effective_on: date
    posted_at: datetime
    description: str
    source: str
    source_id: UUID | None
    reverses: UUID | None
    content_hash: Annotated[str, Meta(description="SHA-256 of the journal's canonical bytes, in hexadecimal")]
    postings: list[PostingOut]
    asked_on: date | None = None
    metadata: dict[str, str] = {}


class BreakOut(Struct, frozen=True, kw_only=True):
    """The first place at which the chain does not hold."""

    height: int
    journal_id: UUID | None
    why: str


class ProofOut(Struct, frozen=True, kw_only=True):
    """The chain's end, and the outcome of computing a part of it anew.

    Heights count the entries of the books: accounts, journals, holds and their ends, closings. `unsealed` ones are
    written and wait for their seal. Go on from `checked_to` until it equals `height`. Up to `signed_height` the chain
    is signed in blocks, the newest with `public_key` (Ed25519, in hexadecimal).
    """

    height: int
    head_hash: str
    unsealed: int
    checked_from: int
    checked_to: int
    holds: bool
    first_break: BreakOut | None = None
    signed_height: int = 0
    public_key: str | None = None
