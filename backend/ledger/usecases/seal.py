"""Seals journals into the tenant's chain: after the fact and in the order of commits, so that posting never waits."""

from backend.kernel.db import ReadTx, Tx
from backend.ledger import store
from backend.ledger.domain.chain import Break, Head, extend, first_break
from shared.api.ledger import BreakOut, ProofOut

BATCH = 500
MAX_CHECKED = 5_000  # seals that one request may have computed anew


async def seal(tx: Tx) -> int:
    """Seals up to BATCH journals that no running transaction can come before. Returns how many; safe to repeat."""
    end = await store.lock_chain(tx)
    fresh = await store.unsealed(tx, end, limit=BATCH)
    if not fresh:
        return 0
    seals = extend(tx.tenant_id, end.head, [posted for posted, _ in fresh])
    await store.save_seals(tx, [(seal, place) for seal, (_, place) in zip(seals, fresh, strict=True)])
    return len(seals)


async def broken(tx: ReadTx, *, above: int = 0, limit: int = MAX_CHECKED) -> tuple[Break | None, int]:
    """Computes up to `limit` seals above a height anew: the first break, if there is one, and the height reached."""
    head = Head()
    if above:
        before = await store.sealed(tx, above=above - 1, limit=1)
        if not before or before[0][0].height != above:
            return Break(height=above, journal_id=None, why=f"height {above} is missing"), above
        head = Head(height=above, hash=before[0][0].hash)
    last = above + limit
    while head.height < last:
        run = await store.sealed(tx, above=head.height, limit=min(BATCH, last - head.height))
        if not run:
            break
        if found := first_break(tx.tenant_id, head, run):
            return found, found.height
        head = Head(height=run[-1][0].height, hash=run[-1][0].hash)
    return None, head.height


async def prove(tx: ReadTx, *, above: int) -> ProofOut:
    """Where the chain ends, and whether up to MAX_CHECKED seals above a height hold when computed anew."""
    end = await store.chain_end(tx)
    found, reached = await broken(tx, above=above)
    return ProofOut(
        height=end.head.height,
        head_hash=end.head.hash.hex(),
        unsealed=await store.count_unsealed(tx, end),
        checked_from=above + 1,
        checked_to=reached,
        holds=found is None,
        first_break=None
        if found is None
        else BreakOut(height=found.height, journal_id=found.journal_id, why=found.why),
    )
