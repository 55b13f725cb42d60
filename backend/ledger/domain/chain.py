"""The chain of proof: each sealed journal carries the hash of the one before it, so that none can be changed unseen."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend.ledger.domain.journal import PostedJournal

_LINK_TAG = b"caas.chain.v1\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GENESIS = bytes(32)


class Seal(Struct, frozen=True, kw_only=True):
    """A journal's place in its tenant's chain; heights count from one, without gaps."""

    height: int
    journal_id: UUID
    hash: bytes


class Head(Struct, frozen=True, kw_only=True):
    """Where a chain ends; height zero and thirty-two zero bytes before the first journal."""

    height: int = 0
    hash: bytes = GENESIS


class Break(Struct, frozen=True, kw_only=True):
    """The first place at which a chain does not hold, and why."""

    height: int
    journal_id: UUID | None
    why: str


def link_hash(tenant_id: UUID, height: int, previous: bytes, posted: PostedJournal) -> bytes:
    """SHA-256 over tenant, height, the previous hash, the journal's id, its posting instant and its content hash.

    Integers are big-endian; the instant counts microseconds since 1970. Every part has a fixed length, so that no two
    different inputs share their bytes.
    """
    assert len(previous) == 32, "a link holds on to a whole SHA-256"
    assert len(posted.content_hash) == 32, "a journal's content hash is a whole SHA-256"
    parts = (
        _LINK_TAG,
        tenant_id.bytes,
        height.to_bytes(8, "big"),
        previous,
        posted.id.bytes,
        _microseconds(posted.posted_at).to_bytes(8, "big", signed=True),
        posted.content_hash,
    )
    return hashlib.sha256(b"".join(parts)).digest()


def extend(tenant_id: UUID, head: Head, journals: Iterable[PostedJournal]) -> list[Seal]:
    """Seals for `journals`, in their order, continuing from `head`."""
    seals: list[Seal] = []
    for posted in journals:
        height = head.height + 1
        head = Head(height=height, hash=link_hash(tenant_id, height, head.hash, posted))
        seals.append(Seal(height=height, journal_id=posted.id, hash=head.hash))
    return seals


def first_break(tenant_id: UUID, head: Head, sealed: Iterable[tuple[Seal, PostedJournal | None]]) -> Break | None:
    """The first sealed journal that does not follow from `head`, or None when the whole run holds.

    Everything is computed anew from the journal's content; what the database says its hash is counts for nothing.
    """
    for seal, posted in sealed:
        why = "the journal is gone" if posted is None else _why_broken(tenant_id, head, seal, posted)
        if why:
            return Break(height=seal.height, journal_id=seal.journal_id, why=why)
        head = Head(height=seal.height, hash=seal.hash)
    return None


def _why_broken(tenant_id: UUID, head: Head, seal: Seal, posted: PostedJournal) -> str | None:
    if seal.height != head.height + 1:
        return f"height {head.height + 1} is missing"
    if seal.journal_id != posted.id:
        return "the seal names another journal"
    if posted.journal.content_hash != posted.content_hash:
        return "the journal's content does not match its hash"
    if seal.hash != link_hash(tenant_id, seal.height, head.hash, posted):
        return "the journal does not follow from the one before it"
    return None


def _microseconds(instant: datetime) -> int:
    assert instant.tzinfo is not None, "instants are aware"
    return (instant - _EPOCH) // timedelta(microseconds=1)
