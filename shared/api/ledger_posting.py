"""What is asked of the ledger: accounts, journals, holds and closings; and its answers."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from shared.api.ledger import AccountKind, LedgerAmount, Side, UnitCode
from shared.money import MAX_MINOR

MAX_BULK = 5_000  # journals in one call

_LINES = [
    {"account": "rail_cash", "side": "debit", "amount_minor": 250_000, "currency": "NGN"},
    {"account": "capital", "side": "credit", "amount_minor": 250_000, "currency": "NGN"},
]
_JOURNAL = {"key": "invoice-2026-0017", "kind": "invoice_paid", "effective_on": "2026-12-01", "postings": _LINES}

AccountCode = Annotated[
    str, Meta(pattern="^[a-z][a-z0-9_]{1,47}$", max_length=48, description="Code of an account", examples=["rail_cash"])
]
# The platform's own keys have colons.
JournalKey = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern="^[^:\\x00]+$",
        description="Your name for this event: it is posted once for it, however often it is sent",
        examples=["invoice-2026-0017"],
    ),
]
PostedMinor = Annotated[
    int, Meta(ge=1, le=MAX_MINOR, description="Count of the unit's smallest part; the side says the direction")
]
Text200 = Annotated[str, Meta(max_length=200, pattern="^[^\\x00]*$")]
KindName = Annotated[
    str, Meta(pattern="^[a-z][a-z0-9_]{1,47}$", max_length=48, description="What happened", examples=["invoice_paid"])
]


class AccountIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to open. It is never changed or removed afterwards.

    `normal_side` is the side on which it grows, by default that of its kind; the other one makes a contra account.
    `parent` is a heading of the same kind. `unit` limits it to one currency or token, which has `exponent` decimals.
    With `floor_minor` no loan or party on it may fall below that.
    """

    code: AccountCode
    number: Annotated[int, Meta(ge=1, le=999_999, description="Orders statements")]
    name: Annotated[str, Meta(min_length=1, max_length=100, pattern="^[^\\x00]*$")]
    kind: AccountKind
    normal_side: Side | None = None
    parent: AccountCode | None = None
    postable: bool = True
    floor_minor: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR)] | None = None
    unit: UnitCode | None = None
    exponent: Annotated[int, Meta(ge=0, le=12)] | None = None


class ChartAccountOut(Struct, frozen=True, kw_only=True):
    """An account of the chart as it was opened."""

    code: str
    number: int
    name: str
    kind: AccountKind
    normal_side: Side
    parent: str | None
    postable: bool
    floor_minor: int | None
    unit: UnitCode | None
    exponent: int | None


class PostingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a journal."""

    account: AccountCode
    side: Side
    amount_minor: PostedMinor
    currency: UnitCode
    loan_id: UUID | None = None
    party_id: UUID | None = None


class JournalIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A journal to post: debits equal credits in each currency. `effective_on` is the day it counts for."""

    key: JournalKey
    kind: KindName
    effective_on: date
    postings: Annotated[list[PostingIn], Meta(min_length=2, max_length=200, examples=[_LINES])]
    description: Text200 = ""
    source_id: UUID | None = None
    metadata: dict[str, Text200] | msgspec.UnsetType = msgspec.UNSET


class ReversalIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Undoes a journal by another one, on its day."""

    key: JournalKey
    effective_on: date
    description: Text200 = ""


class BulkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Journals to post, each for itself; each is read as a JournalIn and answered in its place."""

    journals: Annotated[
        list[msgspec.Raw],
        Meta(
            min_length=1,
            max_length=MAX_BULK,
            description="Each a journal as it is posted alone; one that can't be read is refused by itself",
            examples=[[_JOURNAL]],
        ),
    ]


def bulk(journals: Sequence[JournalIn]) -> BulkIn:
    """The body that posts `journals` in one call."""
    return BulkIn(journals=[msgspec.Raw(msgspec.json.encode(journal)) for journal in journals])


class BulkOutcome(StrEnum):
    """What became of one journal of many."""

    POSTED = "posted"
    REPLAYED = "replayed"  # it had been posted under its key before
    REFUSED = "refused"


class BulkAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one journal. A refused one has the code and detail of its problem."""

    outcome: BulkOutcome
    journal_id: UUID | None = None
    code: str | None = None
    detail: str | None = None


class BulkOut(Struct, frozen=True, kw_only=True):
    """An answer for each journal, in the order asked."""

    posted: int
    replayed: int
    refused: int
    answers: list[BulkAnswer]


class HoldKind(StrEnum):
    """A reservation whose fate is open, or a debit that is decided and waits for its turn."""

    HOLD = "hold"
    QUEUED_DEBIT = "queued_debit"


class HoldStatus(StrEnum):
    """How a hold stands."""

    OPEN = "open"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class HoldIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reserves an amount of what a loan and party have on an account with a floor."""

    key: JournalKey
    account: AccountCode
    amount: LedgerAmount
    kind: HoldKind = HoldKind.HOLD
    loan_id: UUID | None = None
    party_id: UUID | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None
    description: Text200 = ""


class HoldOut(Struct, frozen=True, kw_only=True):
    """A hold as it stands. Of a posted one `posted_minor` went out by `journal_key`; the rest was freed."""

    id: UUID
    key: str
    kind: HoldKind
    status: HoldStatus
    account: str
    amount: LedgerAmount
    loan_id: UUID | None
    party_id: UUID | None
    expires_at: datetime | None
    description: str
    placed_at: datetime
    ended_at: datetime | None = None
    posted_minor: int | None = None
    journal_key: str | None = None


class LateEntries(StrEnum):
    """What becomes of an entry into a closed period: it is refused, or counts for the first open day."""

    REFUSE = "refuse"
    MOVE = "move"


class ClosingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Closes the books through a day; an earlier day than the last time opens them again from there."""

    closed_through: date
    late_entries: LateEntries = LateEntries.REFUSE


class ClosingOut(Struct, frozen=True, kw_only=True):
    """A closing of the books; the one with the highest number counts."""

    number: int
    closed_through: date
    late_entries: LateEntries
    closed_at: datetime
    actor: str


class SigningKeyOut(Struct, frozen=True, kw_only=True):
    """A public key that the chain's blocks are signed with, and the signature of the key before it."""

    number: int
    public_key: Annotated[str, Meta(description="Ed25519, in hexadecimal")]
    endorsement: str
    made_at: datetime
