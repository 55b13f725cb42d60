"""Close of business: carries every open loan to the next day, batch by batch, and then moves the tenant's date.

A batch is one transaction that posts, saves and marks its loans together, so a loan is never accrued twice nor passed
over, whenever the process dies: started again, the run finds the loans that are still to do, and goes on. One pass in
the order of ids carries the loans for which the day is quiet, and computes the others among them anew. Runs side by
side pass over each other's batches, and wait for them only at the end. A batch that fails is done again loan by loan,
and only what can't be computed is set aside.
"""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import structlog
from msgspec import Struct

from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.servicing.errors import TooManyLoansFailed
from backend.servicing.store import closing, loans
from backend.servicing.store.failures import is_of_the_loan
from backend.servicing.usecases.carry_batch import carry_batch
from backend.servicing.usecases.carry_quiet import carry_quiet
from backend.servicing.usecases.close_alone import close_alone
from shared.events.servicing import BusinessDayClosed

log = structlog.get_logger(__name__)

BATCH = 200
# More than so many are not about single loans any more: the day stays open, and a person looks for the common cause.
MAX_SET_ASIDE = 200
_DAY = timedelta(days=1)


class CloseDays(Struct, frozen=True, kw_only=True):
    """Told to the job: close every day up to and including `through`."""

    through: date


async def close_business_days(context: JobContext, order: CloseDays) -> None:
    """Closes day after day until `order.through` is closed. Safe to run again and beside itself.

    A loan that can't be computed is set aside for the day and tried again with the next. Raises TooManyLoansFailed.
    """
    while (day := await _next_day(context)) <= order.through:
        await _close_day(context, day)
    async with context.write() as tx:
        await closing.finish(tx, order.through)


async def _next_day(context: JobContext) -> date:
    async with context.read() as tx:
        return await business_date.current(tx)


async def _close_day(context: JobContext, day: date) -> None:
    """Carries every open loan over the end of `day`, those that failed before first and each by itself."""
    async with context.read() as tx:
        failed_before = await closing.set_aside_ids(tx, limit=MAX_SET_ASIDE + 1)
    set_aside = await close_alone(context, failed_before, day)
    # Once every loan was come by, what is left is held by runs beside this one, which are waited for.
    pass_over_locked = not await _pass_all(context, day, set_aside)
    while True:
        found, failed = await _close_batch(context, day, set_aside, pass_over_locked=pass_over_locked)
        set_aside |= failed
        if len(set_aside) > MAX_SET_ASIDE:
            raise TooManyLoansFailed(count=len(set_aside), day=day)
        if not found and not pass_over_locked:
            break
        pass_over_locked = found == BATCH
    async with context.write() as tx:
        await _move(tx, day, set_aside)


async def _pass_all(context: JobContext, day: date, set_aside: set[UUID]) -> bool:
    """Comes by every loan once, in the order of ids: carries the quiet ones, and then the others among them.

    Adds to `set_aside` what failed. False where quiet loans failed, which leaves the rest to be found and computed.
    """
    last: UUID | None = UUID(int=0)
    others: list[UUID] = []
    while last is not None:
        try:
            async with context.write() as tx:
                passed = await carry_quiet(tx, day + _DAY, after=last)
        except Exception as failure:
            if not is_of_the_loan(failure):
                raise
            log.warning("quiet_batch_not_closed", business_date=str(day), exc_info=failure)
            return False
        last = passed.last
        others += passed.others
        while len(others) >= BATCH or (others and last is None):
            _, failed = await _close_batch(context, day, set_aside, pass_over_locked=True, among=others[:BATCH])
            set_aside |= failed
            del others[:BATCH]
            if len(set_aside) > MAX_SET_ASIDE:
                raise TooManyLoansFailed(count=len(set_aside), day=day)
    return True


async def _close_batch(
    context: JobContext,
    day: date,
    set_aside: Collection[UUID],
    *,
    pass_over_locked: bool,
    among: Collection[UUID] | None = None,
) -> tuple[int, set[UUID]]:
    """Carries one batch of loans, without those set aside. Returns how many it found, and which of them failed."""
    opening = day + _DAY
    try:
        async with context.write() as tx:
            files = await loans.lock_to_close(
                tx, opening, without=set_aside, limit=BATCH, pass_over_locked=pass_over_locked, among=among
            )
            await carry_batch(tx, files, opening)
            return len(files), set()
    except Exception as failure:
        if not is_of_the_loan(failure):
            raise
        log.warning("batch_not_closed", business_date=str(day), exc_info=failure)
    async with context.read() as tx:
        ids = await loans.ids_to_close(tx, opening, without=set_aside, limit=BATCH, among=among)
    return len(ids), await close_alone(context, ids, day)


async def _move(tx: Tx, day: date, set_aside: Collection[UUID]) -> None:
    """Opens the next day, unless another run did so, or a loan has turned up that is still to do."""
    opening = day + _DAY
    if await business_date.lock(tx) != day:
        return
    count, left = await loans.count_open(tx, opening, without=set_aside)
    if left:
        return
    await business_date.move(tx, opening)
    closed = BusinessDayClosed(closed=day, opened=opening, loans=count, set_aside=len(set_aside))
    await outbox.add(tx, closed)
    figures = {"loans": count, "set_aside": len(set_aside)}
    await audit.record(tx, "business_day.closed", f"business_day:{day}", opened=opening, **figures)
