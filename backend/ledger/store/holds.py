"""Holds in the database. What they reserve is kept by triggers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Text, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.tables import Instant
from backend.ledger.domain.holds import Hold, HoldEnd, Outcome, PlacedHold
from backend.ledger.domain.journal import Posting
from backend.ledger.store.refusals import told
from backend.ledger.tables import ledger_hold, ledger_hold_end
from shared.ids import new_id

_LOCK = text("SELECT ledger_lock(:accounts, :currencies, :loans, :parties)").bindparams(
    bindparam("accounts", type_=ARRAY(Text)),
    bindparam("currencies", type_=ARRAY(Text)),
    bindparam("loans", type_=ARRAY(Uuid)),
    bindparam("parties", type_=ARRAY(Uuid)),
)
_EXPIRE = text(
    "INSERT INTO ledger_hold_end (hold_id, id, outcome, posted_minor, posted_at)"
    " SELECT h.id, uuidv7(), 'expired', 0, :now FROM ledger_open_hold o JOIN ledger_hold h ON h.id = o.hold_id"
    " AND h.tenant_id = o.tenant_id WHERE o.expires_at <= :now ORDER BY h.account, h.currency, h.loan_id, h.party_id"
    " LIMIT :limit ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=Instant))


def _holds() -> Select[Any]:
    end = ledger_hold_end
    ended = (end.c.outcome, end.c.posted_minor, end.c.journal_key, end.c.posted_at.label("ended_at"))
    joined = ledger_hold.outerjoin(
        end, (end.c.hold_id == ledger_hold.c.id) & (end.c.tenant_id == ledger_hold.c.tenant_id)
    )
    return select(ledger_hold, *ended).select_from(joined)


async def place(tx: Tx, hold: Hold) -> UUID | None:
    """Writes the hold down; its id, or None where its key is taken. Raises BalanceTooLow, AccountUnfit."""
    row = {name: getattr(hold, name) for name in hold.__struct_fields__} | {"kind": hold.kind.value}
    row |= {"id": new_id(), "content_hash": hold.content_hash, "posted_at": tx.now}
    statement = insert(ledger_hold).values(row).on_conflict_do_nothing(constraint="uq_ledger_hold_key")
    async with told():
        return row["id"] if await tx.execute(statement) else None


async def by_key(tx: ReadTx, key: str) -> tuple[PlacedHold, bytes] | None:
    """The hold with this key, and the hash of what was asked for."""
    row = await tx.first(_holds().where(ledger_hold.c.key == key))
    return None if row is None else (_placed(row), row.content_hash)


async def by_id(tx: ReadTx, hold_id: UUID) -> PlacedHold | None:
    """The hold with this id."""
    row = await tx.first(_holds().where(ledger_hold.c.id == hold_id))
    return None if row is None else _placed(row)


async def of_account(
    tx: ReadTx, account: str | None, *, is_open: bool, before: UUID | None, limit: int
) -> list[PlacedHold]:
    """Holds from the newest to the oldest, `before` an id that was seen; with `is_open` only those that stand."""
    chosen = _holds().order_by(ledger_hold.c.id.desc()).limit(limit)
    if account is not None:
        chosen = chosen.where(ledger_hold.c.account == account)
    if is_open:
        chosen = chosen.where(ledger_hold_end.c.outcome.is_(None))
    if before is not None:
        chosen = chosen.where(ledger_hold.c.id < before)
    return [_placed(row) for row in await tx.all(chosen)]


async def lock(tx: Tx, hold: Hold, postings: Iterable[Posting]) -> None:
    """Takes the balances of the hold and of what is about to be posted, in the one order that everybody keeps."""
    cells: list[Hold | Posting] = [hold, *postings]
    await tx.execute(
        _LOCK,
        {
            "accounts": [cell.account for cell in cells],
            "currencies": [cell.currency for cell in cells],
            "loans": [cell.loan_id for cell in cells],
            "parties": [cell.party_id for cell in cells],
        },
    )


async def end(
    tx: Tx, hold_id: UUID, outcome: Outcome, *, posted_minor: int = 0, journal_key: str | None = None
) -> bool:
    """Ends a hold; False where it has ended already. Raises HoldTooSmall, HoldEnded (it has expired)."""
    row = {
        "hold_id": hold_id,
        "id": new_id(),
        "outcome": outcome.value,
        "posted_minor": posted_minor,
        "journal_key": journal_key,
        "posted_at": tx.now,
    }
    async with told():
        return await tx.execute(insert(ledger_hold_end).values(row).on_conflict_do_nothing()) == 1


async def expire(tx: Tx, *, limit: int) -> int:
    """Frees up to `limit` holds that are past their time. Returns how many."""
    return await tx.execute(_EXPIRE, {"now": tx.now, "limit": limit})


def _placed(row: Row[Any]) -> PlacedHold:
    ended = None
    if row.outcome is not None:
        ended = HoldEnd(
            outcome=Outcome(row.outcome),
            posted_minor=row.posted_minor,
            journal_key=row.journal_key,
            posted_at=row.ended_at,
        )
    return PlacedHold(id=row.id, posted_at=row.posted_at, hold=into(row, Hold), end=ended)
