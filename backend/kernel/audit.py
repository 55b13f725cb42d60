"""The audit log: who did what to what, append-only, chained by hash.

`record` only appends. A tick links new entries into the tenant's chain in commit order, free of gaps, so that recording
never waits for the entry before it; `verify` finds any entry that was changed, removed, reordered or slipped in.
"""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Row, func, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx
from backend.kernel.tables import Xid8, audit_entry, audit_link
from shared.ids import new_id

GENESIS = bytes(32)
BATCH = 500
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('audit'), hashtext(:tenant))")
_FIELDS = ("id", "actor", "action", "subject", "data", "correlation_id", "at")


async def record(tx: Tx, action: str, subject: str, **data: Any) -> None:
    """Notes that the transaction's actor did `action` ("agreement.signed") to `subject` ("agreement:018f…").

    `data` holds identifiers, amounts and codes; never personal data, which could then not be erased.
    """
    await tx.execute(
        audit_entry.insert(),
        {
            "id": new_id(),
            "actor": tx.scope.actor,
            "action": action,
            "subject": subject,
            "data": msgspec.to_builtins(data),
            "correlation_id": tx.scope.correlation_id,
            "at": tx.now,
        },
    )


def link_hash(previous: bytes, entry: Row[Any]) -> bytes:
    """SHA-256 over the hash before and the entry's canonical JSON."""
    fields = {name: getattr(entry, name) for name in _FIELDS}
    return hashlib.sha256(previous + msgspec.json.encode(fields, order="deterministic")).digest()


async def link_new(tx: Tx) -> int:
    """Links up to BATCH entries that no running transaction can come before. Returns how many."""
    await tx.execute(_LOCK, {"tenant": str(tx.tenant_id)})
    last = await tx.first(
        select(audit_link.c.height, audit_link.c.hash, audit_link.c.entry_xid, audit_link.c.entry_position)
        .order_by(audit_link.c.height.desc())
        .limit(1)
    )
    height, previous, xid, position = tuple(last) if last else (0, GENESIS, 0, 0)
    after = tuple_(literal(xid, Xid8()), literal(position))
    fresh = await tx.all(
        select(audit_entry)
        .where(tuple_(audit_entry.c.xid, audit_entry.c.position) > after)
        .where(audit_entry.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()))
        .order_by(audit_entry.c.xid, audit_entry.c.position)
        .limit(BATCH)
    )
    links = []
    for entry in fresh:
        height, previous = height + 1, link_hash(previous, entry)
        links.append(
            {
                "height": height,
                "entry_id": entry.id,
                "entry_xid": entry.xid,
                "entry_position": entry.position,
                "hash": previous,
            }
        )
    if links:
        await tx.execute(insert(audit_link).values(links))
    return len(links)


async def verify(tx: ReadTx) -> list[str]:
    """Walks the whole chain; names the first break, if there is one."""
    previous, height = GENESIS, 0
    while True:
        rows = await tx.all(
            select(audit_link.c.height, audit_link.c.entry_id, audit_link.c.hash, audit_entry)
            .select_from(audit_link.outerjoin(audit_entry, audit_entry.c.id == audit_link.c.entry_id))
            .where(audit_link.c.height > height)
            .order_by(audit_link.c.height)
            .limit(BATCH)
        )
        if not rows:
            return []
        for row in rows:
            height += 1
            if row.height != height:
                return [f"audit link {height} is missing"]
            if row.id is None:
                return [f"audit entry {row.entry_id} at height {height} is missing"]
            previous = link_hash(previous, row)
            if previous != row.hash:
                return [f"audit entry {row.entry_id} at height {height} was changed"]
