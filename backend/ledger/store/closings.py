"""Closings of accounting periods in the database."""

from datetime import date

from sqlalchemy import Date, Text, Uuid, bindparam, select, text

from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.tables import Instant
from backend.ledger.domain.closing import Closing, Late
from backend.ledger.tables import ledger_closing
from shared.ids import new_id

_CLOSE = text("SELECT ledger_close(:id, :through, :late, :actor, :at)").bindparams(
    bindparam("id", type_=Uuid),
    bindparam("through", type_=Date),
    bindparam("late", type_=Text),
    bindparam("actor", type_=Text),
    bindparam("at", type_=Instant),
)


async def close(tx: Tx, through: date, late: Late) -> Closing:
    """Writes the next closing down. Waits for postings under way; new ones wait for the end of the transaction."""
    row = {"id": new_id(), "through": through, "late": late.value, "actor": tx.scope.actor, "at": tx.now}
    number = await tx.scalar(_CLOSE, row)
    return Closing(number=number, closed_through=through, late=late, actor=tx.scope.actor, posted_at=tx.now)


async def closings(tx: ReadTx, *, before: int | None = None, limit: int) -> list[Closing]:
    """Closings from the newest to the oldest, `before` a number that was seen."""
    chosen = select(ledger_closing).order_by(ledger_closing.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(ledger_closing.c.number < before)
    return [into(row, Closing) for row in await tx.all(chosen)]
