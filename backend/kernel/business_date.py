"""The tenant's business date: set when the tenant begins, and moved by close of business only."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx
from backend.kernel.tables import business_calendar


async def current(tx: ReadTx) -> date:
    """The day that the tenant's business is on."""
    day: date | None = await tx.scalar(select(business_calendar.c.business_date))
    return day if day is not None else tx.now.date()


async def begin(tx: Tx, on: date) -> None:
    """Starts a new tenant's calendar; does nothing to one that has begun."""
    await tx.execute(insert(business_calendar).values(business_date=on).on_conflict_do_nothing())


async def lock(tx: Tx) -> date:
    """The business date, held still until the transaction ends: for whoever is about to move it."""
    return (await tx.one(select(business_calendar.c.business_date).with_for_update())).business_date  # type: ignore[no-any-return]


async def move(tx: Tx, to: date) -> None:
    """Moves the business date; forward only."""
    moved = update(business_calendar).where(business_calendar.c.business_date < to).values(business_date=to)
    changed = await tx.execute(moved)
    assert changed == 1, "a business date only moves forward"
