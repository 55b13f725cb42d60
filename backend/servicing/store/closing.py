"""Requests to close business days, and the loans that a close had to set aside, in SQL."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx
from backend.servicing.store.loans import OPEN
from backend.servicing.tables import business_day_close, loan, loan_set_aside


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


async def set_aside(tx: Tx, loan_id: UUID, day: date, reason: str) -> bool:
    """Notes that a loan could not be carried over the end of `day`; False where that, for this reason, is known."""
    known = loan_set_aside.c
    noted = insert(loan_set_aside).values(loan_id=loan_id, since=day, day=day, reason=reason, noted_at=tx.now)
    anew = noted.on_conflict_do_update(
        index_elements=[known.tenant_id, known.loan_id],
        set_={"day": day, "reason": reason, "noted_at": tx.now},
        where=or_(known.day < day, and_(known.day == day, known.reason != reason)),
    )
    return await tx.execute(anew) == 1


async def take_up_again(tx: Tx, loan_id: UUID, day: date) -> bool:
    """Forgets that a loan failed on `day` or before; False where it had not."""
    known = loan_set_aside.c
    return await tx.execute(loan_set_aside.delete().where(known.loan_id == loan_id, known.day <= day)) == 1


async def set_aside_ids(tx: ReadTx, *, limit: int) -> list[UUID]:
    """Loans that the last close could not carry."""
    wanted = select(loan_set_aside.c.loan_id).order_by(loan_set_aside.c.loan_id).limit(limit)
    return [found.loan_id for found in await tx.all(wanted)]


async def left_behind(tx: ReadTx, before: date, *, limit: int) -> list[str]:
    """Loans that were set aside, with the reason, and open ones that stand on a day earlier than `before`."""
    wanted = (
        select(loan.c.id, loan.c.as_of, loan_set_aside.c.since, loan_set_aside.c.reason)
        .outerjoin_from(loan, loan_set_aside, loan_set_aside.c.loan_id == loan.c.id)
        .where(loan.c.status.in_(OPEN), or_(loan_set_aside.c.loan_id.is_not(None), loan.c.as_of < before))
    )
    return [
        f"loan {found.id} can't be closed since {found.since}: {found.reason}"
        if found.since
        else f"loan {found.id} stands on {found.as_of}, and no close of business has dealt with it since"
        for found in await tx.all(wanted.order_by(loan.c.id).limit(limit))
    ]
