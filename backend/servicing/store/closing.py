"""Requests to close business days, in SQL."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx
from backend.servicing.tables import business_day_close


async def request(tx: Tx, through: date) -> bool:
    """Notes that every day up to `through` is to be closed; False where that was asked for before."""
    asked = insert(business_day_close).values(through=through, requested_by=tx.scope.actor, requested_at=tx.now)
    return await tx.execute(asked.on_conflict_do_nothing()) == 1


async def finish(tx: Tx, through: date) -> None:
    """Notes that every request up to `through` is done."""
    done = business_day_close.update().where(
        business_day_close.c.through <= through, business_day_close.c.finished_at.is_(None)
    )
    await tx.execute(done.values(finished_at=tx.now))


async def wanted_through(tx: ReadTx) -> date | None:
    """The furthest day that was asked for and is not closed."""
    furthest = select(func.max(business_day_close.c.through)).where(business_day_close.c.finished_at.is_(None))
    day: date | None = await tx.scalar(furthest)
    return day
