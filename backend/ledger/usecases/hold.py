"""Two-phase money: reserves an amount, then posts it in whole or in part, voids it, or lets it expire."""

from uuid import UUID

from msgspec.structs import replace

from backend.kernel.db import Tx
from backend.ledger.domain.holds import Hold, Outcome, PlacedHold
from backend.ledger.domain.journal import Journal, PostedJournal
from backend.ledger.errors import AccountNotFound, HoldEnded, HoldKeyReused, HoldNotFound
from backend.ledger.store import chart, holds
from backend.ledger.usecases.post import post

EXPIRED_AT_ONCE = 200


async def place_hold(tx: Tx, hold: Hold) -> PlacedHold:
    """Reserves what `hold` asks for; from then on it is not available to anything else. Idempotent by (tenant, key).

    Raises BalanceTooLow (less is available), HoldKeyReused, AccountUnfit (the account has no floor), AccountNotFound.
    """
    placed = await holds.place(tx, hold)
    if placed is not None:
        return PlacedHold(id=placed, posted_at=tx.now, hold=hold)
    stored = await holds.by_key(tx, hold.key)
    if stored is None or stored[1] != hold.content_hash:
        raise HoldKeyReused(key=hold.key)
    return replace(stored[0], replayed=True)


async def post_hold(tx: Tx, hold_id: UUID, journal: Journal) -> PostedJournal:
    """Ends the hold and posts `journal`, which takes from it in whole or in part; what is left of it is free again.

    Idempotent by the journal's key. Raises HoldNotFound, HoldEnded (voided, expired, or posted by another journal),
    HoldTooSmall, JournalMalformed (it takes nothing of what is held), and what `post` raises.
    """
    placed = await _found(tx, hold_id)
    hold = placed.hold
    entry = await chart.account(tx, hold.account)
    if entry is None:
        raise AccountNotFound(account=hold.account)
    taken = hold.taken_by(journal.checked(), entry.normal_side)
    await holds.lock(tx, hold, journal.postings)
    if not await holds.end(tx, hold_id, Outcome.POSTED, posted_minor=taken, journal_key=journal.key):
        ended = (await _found(tx, hold_id)).end
        if ended is None or ended.journal_key != journal.key:
            raise HoldEnded(outcome=ended.outcome if ended else Outcome.EXPIRED)
    return await post(tx, journal)


async def void_hold(tx: Tx, hold_id: UUID) -> PlacedHold:
    """Frees what the hold reserves. Idempotent. Raises HoldNotFound, HoldEnded (posted or expired)."""
    await holds.end(tx, hold_id, Outcome.VOIDED) if (await _found(tx, hold_id)).end is None else None
    placed = await _found(tx, hold_id)
    if placed.end is None or placed.end.outcome is not Outcome.VOIDED:
        raise HoldEnded(outcome=placed.end.outcome if placed.end else Outcome.EXPIRED)
    return placed


async def expire_holds(tx: Tx) -> int:
    """Frees up to EXPIRED_AT_ONCE holds that are past their time. Returns how many; safe to repeat."""
    return await holds.expire(tx, limit=EXPIRED_AT_ONCE)


async def _found(tx: Tx, hold_id: UUID) -> PlacedHold:
    placed = await holds.by_id(tx, hold_id)
    if placed is None:
        raise HoldNotFound(hold_id=hold_id)
    return placed
