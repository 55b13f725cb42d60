"""The chain in the database: what is sealed, what is not yet, and the signed blocks over it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.ledger.domain.chain import Block, Entry, EntryKind, Head, Seal, entry_hash
from backend.ledger.tables import ledger_block, ledger_key

EXPORT_BATCH = 1_000

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('ledger.chain'), hashtext(CAST(:tenant AS text)))")
_HEAD = text("SELECT height, hash, moment, entry_xid, entry_position FROM ledger_seal ORDER BY height DESC LIMIT 1")
_AT = text("SELECT height, hash, moment FROM ledger_seal WHERE height = :height")
_UNSEALED = text("SELECT * FROM ledger_next_entries(CAST(:xid AS xid8), :position, :limit)")
_COUNT_UNSEALED = text("SELECT count(*) FROM ledger_entry WHERE (xid, position) > (CAST(:xid AS xid8), :position)")
_SAVE = (
    "INSERT INTO ledger_seal (height, kind, entry_id, entry_xid, entry_position, moment, hash)"
    " SELECT h, k, i, x::text::xid8, p, m, d FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::bigint[],"
    " $5::bigint[], $6::timestamptz[], $7::bytea[]) AS u (h, k, i, x, p, m, d)"
)
_ADD_DAYS = "SELECT ledger_add_days($1)"
_SEALS = text(
    "SELECT height, kind, entry_id, moment, hash FROM ledger_seal WHERE height > :above ORDER BY height LIMIT :limit"
)
_UNSIGNED = text(
    "SELECT coalesce((SELECT last_height FROM ledger_block ORDER BY number DESC LIMIT 1), 0) AS signed,"
    " coalesce((SELECT height FROM ledger_seal ORDER BY height DESC LIMIT 1), 0) AS sealed"
)
_ADD_MARKS = text("SELECT ledger_add_marks(:number, :low, :high)")
_EXPORT_SEALED = "SELECT height, line FROM ledger_export_sealed($1, $2)"
_EXPORT_BLOCKS = "SELECT last_height, line FROM ledger_export_blocks()"
_EXPORT_KEYS = "SELECT line FROM ledger_export_keys()"
_EXPORT_REST = "SELECT line FROM ledger_export_rest()"


class Place(Struct, frozen=True, kw_only=True):
    """A chain's end, and the commit-order cursor of the last entry it covers."""

    head: Head
    xid: int
    position: int


class SigningKey(Struct, frozen=True, kw_only=True):
    """A key that blocks are signed with; its private half is encrypted under the tenant's field key."""

    number: int
    public_key: bytes
    sealed_private_key: bytes
    endorsement: bytes
    made_at: datetime


class SignedBlock(Struct, frozen=True, kw_only=True):
    """A block and its signature."""

    block: Block
    signature: bytes


async def lock_chain(tx: Tx) -> Place:
    """The end of the tenant's chain, held still until the transaction ends."""
    await tx.execute(_LOCK, {"tenant": str(tx.tenant_id)})
    return await chain_end(tx)


async def chain_end(tx: ReadTx) -> Place:
    """The end of the tenant's chain."""
    row = await tx.first(_HEAD)
    if row is None:
        return Place(head=Head(), xid=0, position=0)
    return Place(head=into(row, Head), xid=row.entry_xid, position=row.entry_position)


async def head_at(tx: ReadTx, height: int) -> Head | None:
    """The chain's head as it was at a height; None where the chain does not have it."""
    row = await tx.first(_AT, {"height": height})
    return Head() if height == 0 else None if row is None else into(row, Head)


async def unsealed(tx: ReadTx, after: Place, *, limit: int) -> list[tuple[Entry, Place]]:
    """Entries after `after` in the order of their commits, none of which another can still slip in before."""
    rows = await tx.all(_UNSEALED, {"xid": after.xid, "position": after.position, "limit": limit})
    return [(_entry(row), Place(head=after.head, xid=row.xid, position=row.position)) for row in rows]


def _entry(row: Row[Any]) -> Entry:
    kind = EntryKind(row.kind)
    return Entry(
        kind=kind,
        id=row.id,
        posted_at=row.posted_at,
        position=row.position,
        content_hash=row.content_hash or entry_hash(kind, row.content),
        counts_on=row.effective_on,
    )


async def count_unsealed(tx: ReadTx, after: Place) -> int:
    """How many entries the chain has not reached yet."""
    return int(await tx.scalar(_COUNT_UNSEALED, {"xid": after.xid, "position": after.position}))


async def save_seals(tx: Tx, seals: Sequence[tuple[Seal, Place]]) -> None:
    """Appends to the chain and adds the journals to the sums a day."""
    driver = tx.driver
    await driver.execute(
        _SAVE,
        [seal.height for seal, _ in seals],
        [seal.kind.value for seal, _ in seals],
        [seal.entry_id for seal, _ in seals],
        [place.xid for _, place in seals],
        [place.position for _, place in seals],
        [seal.moment for seal, _ in seals],
        [seal.hash for seal, _ in seals],
    )
    journals = [seal.entry_id for seal, _ in seals if seal.kind is EntryKind.JOURNAL]
    if journals:
        await driver.execute(_ADD_DAYS, journals)


async def sealed(tx: ReadTx, *, above: int, limit: int) -> list[Seal]:
    """Seals above a height, from the lowest."""
    return [into(row, Seal) for row in await tx.all(_SEALS, {"above": above, "limit": limit})]


async def unsigned(tx: ReadTx) -> tuple[int, int]:
    """The height up to which the chain is signed, and the height that it has."""
    row = await tx.one(_UNSIGNED)
    return row.signed, row.sealed


async def last_block(tx: ReadTx) -> SignedBlock | None:
    """The newest block."""
    row = await tx.first(select(ledger_block).order_by(ledger_block.c.number.desc()).limit(1))
    return None if row is None else SignedBlock(block=into(row, Block), signature=row.signature)


async def save_block(tx: Tx, signed: SignedBlock) -> None:
    """Appends a block, and what had added up by its end."""
    block = signed.block
    values = {name: getattr(block, name) for name in block.__struct_fields__}
    await tx.execute(insert(ledger_block).values(**values, signature=signed.signature))
    await tx.execute(_ADD_MARKS, {"number": block.number, "low": block.first_height, "high": block.last_height})


async def keys(tx: ReadTx) -> list[SigningKey]:
    """Every key that signed this ledger, the oldest first."""
    return [into(row, SigningKey) for row in await tx.all(select(ledger_key).order_by(ledger_key.c.number))]


async def save_key(tx: Tx, key: SigningKey) -> None:
    """Appends a key."""
    await tx.execute(insert(ledger_key).values({name: getattr(key, name) for name in key.__struct_fields__}))


async def export_chain(tx: ReadTx, *, above: int = 0, limit: int | None = None) -> AsyncIterator[str]:
    """The chain above a height as lines of JSON; from its start also its keys, and its blocks where they end."""
    driver = tx.driver
    blocks: list[tuple[int, str]] = []
    if above == 0:
        for (line,) in await driver.fetch(_EXPORT_KEYS):
            yield line
        blocks = [(int(row[0]), str(row[1])) for row in reversed(await driver.fetch(_EXPORT_BLOCKS))]
    left = limit
    while left is None or left > 0:
        rows = await driver.fetch(_EXPORT_SEALED, above, min(EXPORT_BATCH, left or EXPORT_BATCH))
        for height, line in rows:
            yield line
            while blocks and blocks[-1][0] <= height:
                yield blocks.pop()[1]
        if not rows:
            break
        above, left = rows[-1][0], None if left is None else left - len(rows)
    while blocks and limit is None:
        yield blocks.pop()[1]


async def export_rest(tx: ReadTx) -> AsyncIterator[str]:
    """What the chain does not hold yet, and what is derived from all of it, as lines of JSON."""
    driver = tx.driver
    async for (line,) in driver.cursor(_EXPORT_REST):
        yield line
