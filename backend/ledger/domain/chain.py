"""The chain of proof: each sealed entry carries the hash of the one before it, so that none can be changed unseen.

Signed blocks make the chain provable to a stranger: whoever holds the public key needs no trust in the database.
"""

import hashlib
import struct
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

_LINK_TAG = b"caas.chain.v2\n"
_ENTRY_TAG = b"caas.entry.v1\n"
_BLOCK_TAG = b"caas.block.v1\n"
_KEY_TAG = b"caas.key.v1\n"
_LINK = struct.Struct(">16sQ32sB16sqqi32s")
_BLOCK = struct.Struct(">16sQQQ32s32sQq")
_KEY = struct.Struct(">16sQ32s32sq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GENESIS = bytes(32)


class EntryKind(StrEnum):
    """What the books consist of. Its place in this list stands for it in the chain."""

    ACCOUNT = "account"
    JOURNAL = "journal"
    HOLD = "hold"
    HOLD_END = "hold_end"
    CLOSING = "closing"


_PLACE = {kind: place for place, kind in enumerate(EntryKind, start=1)}


class Entry(Struct, frozen=True, kw_only=True):
    """What the chain holds on to of one entry. `counts_on` is a journal's day; `position` its place among writers."""

    kind: EntryKind
    id: UUID
    posted_at: datetime
    position: int
    content_hash: bytes
    counts_on: date | None = None


class Seal(Struct, frozen=True, kw_only=True):
    """An entry's place in its tenant's chain; heights count from one, without gaps. `moment` never goes back."""

    height: int
    kind: EntryKind
    entry_id: UUID
    moment: datetime
    hash: bytes


class Head(Struct, frozen=True, kw_only=True):
    """Where a chain ends; height zero and thirty-two zero bytes before the first entry."""

    height: int = 0
    hash: bytes = GENESIS
    moment: datetime = _EPOCH


class Block(Struct, frozen=True, kw_only=True):
    """A run of the chain that one signature vouches for. `previous_hash` is SHA-256 of the block before, or zeros."""

    number: int
    first_height: int
    last_height: int
    head_hash: bytes
    previous_hash: bytes
    key_number: int
    signed_at: datetime

    def message(self, tenant_id: UUID) -> bytes:
        """The bytes that are signed: a tag and fixed-length fields, integers big-endian."""
        return _BLOCK_TAG + _BLOCK.pack(
            tenant_id.bytes,
            self.number,
            self.first_height,
            self.last_height,
            self.head_hash,
            self.previous_hash,
            self.key_number,
            microseconds(self.signed_at),
        )


def key_message(tenant_id: UUID, number: int, public_key: bytes, previous_key: bytes, made_at: datetime) -> bytes:
    """What the key before signs to vouch for `public_key`; the first follows 32 zero bytes, and signs itself."""
    return _KEY_TAG + _KEY.pack(tenant_id.bytes, number, public_key, previous_key, microseconds(made_at))


def entry_hash(kind: EntryKind, content: dict[str, Any]) -> bytes:
    """SHA-256 of what an entry other than a journal says: a tag, its kind, and its JSON with sorted keys."""
    return hashlib.sha256(
        _ENTRY_TAG + kind.value.encode() + b"\n" + msgspec.json.encode(content, order="sorted")
    ).digest()


def link_hash(tenant_id: UUID, height: int, previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over tenant, height, the previous hash, and everything that the chain holds on to of the entry.

    Integers are big-endian, instants count microseconds since 1970, a day counts from 0001-01-01 as 1 (0 for none).
    Every part has a fixed length, so that no two different inputs share their bytes.
    """
    assert len(previous) == 32, "a link holds on to a whole SHA-256"
    assert len(entry.content_hash) == 32, "a content hash is a whole SHA-256"
    parts = _LINK.pack(
        tenant_id.bytes,
        height,
        previous,
        _PLACE[entry.kind],
        entry.id.bytes,
        entry.position,
        microseconds(entry.posted_at),
        0 if entry.counts_on is None else entry.counts_on.toordinal(),
        entry.content_hash,
    )
    return hashlib.sha256(_LINK_TAG + parts).digest()


def extend(tenant_id: UUID, head: Head, entries: Iterable[Entry]) -> list[Seal]:
    """Seals for `entries`, in their order, continuing from `head`."""
    seals: list[Seal] = []
    for entry in entries:
        height = head.height + 1
        moment = max(head.moment, entry.posted_at)
        head = Head(height=height, hash=link_hash(tenant_id, height, head.hash, entry), moment=moment)
        seals.append(Seal(height=height, kind=entry.kind, entry_id=entry.id, moment=moment, hash=head.hash))
    return seals


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970."""
    assert instant.tzinfo is not None, "instants are aware"
    return (instant - _EPOCH) // timedelta(microseconds=1)
