"""Two-phase money: a hold reserves an amount on an account, and ends once, by being posted, voided or expired."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.ledger.domain.chart import Side
from backend.ledger.domain.errors import JournalMalformed
from backend.ledger.domain.journal import AccountCode, IdempotencyKey, Journal, PostedMinor, UnitCode

_HOLD_TAG = b"caas.hold.v1\n"


class HoldKind(StrEnum):
    """A reservation whose amount or fate is open, or a debit that is decided and waits for its turn."""

    HOLD = "hold"
    QUEUED_DEBIT = "queued_debit"


class Outcome(StrEnum):
    """How a hold ended."""

    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class Hold(Struct, frozen=True, kw_only=True):
    """What is asked of the ledger: reserve `amount_minor` of what a loan and party have on an account with a floor.

    `key` makes it happen once. From `expires_at` on it can't be posted any more and is freed (None: never).
    """

    key: IdempotencyKey
    account: AccountCode
    amount_minor: PostedMinor
    currency: UnitCode
    kind: HoldKind = HoldKind.HOLD
    loan_id: UUID | None = None
    party_id: UUID | None = None
    expires_at: datetime | None = None
    description: Annotated[str, Meta(max_length=200)] = ""
    source: Annotated[str, Meta(max_length=64)] = ""
    source_id: UUID | None = None

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of its JSON: two holds are the same request exactly when these agree."""
        return hashlib.sha256(_HOLD_TAG + msgspec.json.encode(self, order="sorted")).digest()

    def taken_by(self, journal: Journal, normal: Side) -> int:
        """How much `journal` takes from what is held, the account growing on its `normal` side.

        Raises JournalMalformed when it takes nothing.
        """
        taken = -normal.sign * sum(
            posting.signed_minor
            for posting in journal.postings
            if (posting.account, posting.currency, posting.loan_id, posting.party_id)
            == (self.account, self.currency, self.loan_id, self.party_id)
        )
        if taken <= 0:
            raise JournalMalformed(key=journal.key, why=f"it takes nothing from what is held on {self.account}")
        return taken


class HoldEnd(Struct, frozen=True, kw_only=True):
    """How and when a hold ended. `posted_minor` went out by the journal with `journal_key`; the rest was freed."""

    outcome: Outcome
    posted_minor: int
    journal_key: str | None
    posted_at: datetime


class PlacedHold(Struct, frozen=True, kw_only=True):
    """A hold as it stands in the books; `end` is None while it is open."""

    id: UUID
    posted_at: datetime
    hold: Hold
    end: HoldEnd | None = None
    replayed: bool = False
