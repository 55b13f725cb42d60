"""Journals: balanced sets of postings, never changed once posted, corrected only by reversal."""

import hashlib
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.ledger.domain.chart import Side
from backend.ledger.domain.errors import JournalMalformed, JournalUnbalanced
from shared.money import MAX_MINOR

MAX_POSTINGS = 200
MAX_JOURNALS = 500  # in one call of `post_many`
MAX_METADATA_BYTES = 4_000
_CONTENT_TAG = b"caas.journal.v1\n"

AccountCode = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,47}$")]
IdempotencyKey = Annotated[str, Meta(min_length=1, max_length=200)]
UnitCode = Annotated[
    str, Meta(pattern="^[A-Z][A-Z0-9]{2,11}$", description="An ISO 4217 currency, or a token that an account declares")
]
PostedMinor = Annotated[int, Meta(ge=1, le=MAX_MINOR, description="Minor units; the side says the direction")]


class Posting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One line: an amount on one side of one account, for a loan and a party where it concerns any."""

    account: AccountCode
    side: Side
    amount_minor: PostedMinor
    currency: UnitCode
    loan_id: UUID | None = None
    party_id: UUID | None = None

    @property
    def signed_minor(self) -> int:
        """The amount as the database keeps it: debits above zero, credits below."""
        return self.side.sign * self.amount_minor

    def swapped(self) -> "Posting":
        """The same line on the other side."""
        return Posting(
            account=self.account,
            side=self.side.opposite,
            amount_minor=self.amount_minor,
            currency=self.currency,
            loan_id=self.loan_id,
            party_id=self.party_id,
        )


class Journal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What is asked of the ledger. `key` makes it happen once; `effective_on` is the day it counts for.

    `kind` says what happened ("payout_sent"); `source` and `source_id` say in whose records: "payments.payout", its id.
    `metadata` is the poster's own, for people and reports: identifiers and codes, never personal data.
    """

    key: IdempotencyKey
    kind: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,47}$")]
    effective_on: date
    postings: Annotated[tuple[Posting, ...], Meta(min_length=2, max_length=MAX_POSTINGS)]
    description: Annotated[str, Meta(max_length=200)] = ""
    source: Annotated[str, Meta(max_length=64)] = ""
    source_id: UUID | None = None
    reverses: UUID | None = None
    metadata: dict[str, str] | UnsetType = UNSET

    def checked(self) -> "Journal":
        """Itself, once it is known to be well formed.

        Raises JournalMalformed, and JournalUnbalanced naming the first currency whose debits and credits differ.
        """
        if not 2 <= len(self.postings) <= MAX_POSTINGS:
            raise JournalMalformed(key=self.key, why=f"it has {len(self.postings)} postings, not 2 to {MAX_POSTINGS}")
        if not 1 <= len(self.key) <= 200:
            raise JournalMalformed(key=self.key, why="its key is not 1 to 200 characters long")
        for posting in self.postings:
            if not 1 <= posting.amount_minor <= MAX_MINOR:
                raise JournalMalformed(key=self.key, why=f"{posting.amount_minor} is not 1 to {MAX_MINOR} minor units")
        if self.metadata and len(msgspec.json.encode(self.metadata)) > MAX_METADATA_BYTES:
            raise JournalMalformed(key=self.key, why=f"its metadata has more than {MAX_METADATA_BYTES} bytes")
        for currency, difference in imbalance(self.postings).items():
            if difference:
                raise JournalUnbalanced(key=self.key, currency=currency, difference_minor=difference)
        return self

    @property
    def content_hash(self) -> bytes:
        """SHA-256 of the canonical bytes: two journals are the same request exactly when these agree."""
        return hashlib.sha256(canonical_bytes(self)).digest()


class PostedJournal(Struct, frozen=True, kw_only=True, gc=False):
    """A journal as it stands in the books.

    `moved_to` is the open day that an entry into a closed period counts for instead of its own. `replayed` tells that
    it already stood there before this call.
    """

    id: UUID
    posted_at: datetime
    journal: Journal
    content_hash: bytes
    moved_to: date | None = None
    replayed: bool = False

    @property
    def effective_on(self) -> date:
        """The day that it counts for."""
        return self.moved_to or self.journal.effective_on


def debit(
    account: str,
    amount_minor: int,
    currency: str,
    *,
    loan_id: UUID | None = None,
    party_id: UUID | None = None,
) -> Posting:
    """A debit of `amount_minor` minor units."""
    return Posting(
        account=str(account),
        side=Side.DEBIT,
        amount_minor=amount_minor,
        currency=currency,
        loan_id=loan_id,
        party_id=party_id,
    )


def credit(
    account: str,
    amount_minor: int,
    currency: str,
    *,
    loan_id: UUID | None = None,
    party_id: UUID | None = None,
) -> Posting:
    """A credit of `amount_minor` minor units."""
    return Posting(
        account=str(account),
        side=Side.CREDIT,
        amount_minor=amount_minor,
        currency=currency,
        loan_id=loan_id,
        party_id=party_id,
    )


def imbalance(postings: tuple[Posting, ...]) -> dict[str, int]:
    """Debits less credits in minor units, for each currency that occurs."""
    sums: dict[str, int] = {}
    for posting in postings:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.signed_minor
    return sums


def reversal(posted: PostedJournal, *, key: str, effective_on: date, description: str = "") -> Journal:
    """The journal that undoes `posted`: every posting on the other side, in the same order.

    Raises JournalMalformed when `posted` is itself a reversal: post the original journal anew instead.
    """
    if posted.journal.reverses is not None:
        raise JournalMalformed(key=key, why="a reversal can't be reversed; post the original anew")
    return Journal(
        key=key,
        kind=f"{posted.journal.kind}_reversed"[:48],
        effective_on=effective_on,
        postings=tuple(posting.swapped() for posting in posted.journal.postings),
        description=description or posted.journal.description,
        source=posted.journal.source,
        source_id=posted.journal.source_id,
        reverses=posted.id,
    )


def canonical_bytes(journal: Journal) -> bytes:
    """The one byte string that stands for `journal`'s content: a tag, then its JSON by RFC 8785 (JCS).

    Amounts stay below 2^53, so that the JSON is the same in every language. Metadata is left out where there is none.
    """
    return _CONTENT_TAG + msgspec.json.encode(journal, order="sorted")
