"""Seals entries into the tenant's chain: after the fact and in the order of commits, so that posting never waits."""

from backend.kernel.db import Tx
from backend.ledger import store
from backend.ledger.domain.chain import extend
from backend.ledger.store import chain

BATCH = 2_000


async def seal(tx: Tx) -> int:
    """Seals up to BATCH entries that no running transaction can come before. Returns how many; safe to repeat."""
    end = await store.lock_chain(tx)
    fresh = await store.unsealed(tx, end, limit=BATCH)
    if not fresh:
        return 0
    seals = extend(tx.tenant_id, end.head, [entry for entry, _ in fresh])
    await chain.save_seals(tx, [(seal, place) for seal, (_, place) in zip(seals, fresh, strict=True)])
    return len(seals)
