"""Background work of arrears: what the end of a business day means for promises, cases and stages."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from msgspec import Struct

from backend.arrears import store
from backend.arrears.usecases.follow_stage import follow_stage
from backend.arrears.usecases.judge import judge_loan
from backend.arrears.usecases.work_case import end_case
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import Job, JobContext
from shared.api.arrears import CloseReason, HardshipStatus

BATCH = 100
DAY_JOB = "arrears.day"
_FIRST = UUID(int=0)
Find = Callable[[ReadTx, UUID], Awaitable[list[UUID]]]


class DayOpened(Struct, frozen=True, kw_only=True):
    """Told to the job: the business date is `on` now."""

    on: date


async def open_day(context: JobContext, told: DayOpened) -> None:
    """Breaks promises whose day is over, ends cases that nobody took further, and looks at every late loan.

    Safe to run again: each loan is judged anew from what is stored.
    """

    async def with_promises(tx: ReadTx, after: UUID) -> list[UUID]:
        return await store.loans_with_promises_before(tx, told.on, after=after, limit=BATCH)

    async def late(tx: ReadTx, after: UUID) -> list[UUID]:
        return await store.late_loan_ids(tx, after=after, limit=BATCH)

    await _each(context, with_promises, judge_loan)
    await _each(context, late, follow_stage)
    while True:
        async with context.write() as tx:
            found = await store.open_past_review(tx, told.on, BATCH)
            for case_id in found:
                case = await store.lock_case(tx, case_id)
                if case is not None and case.status is HardshipStatus.OPEN:
                    await end_case(tx, case, CloseReason.LAPSED)
        if len(found) < BATCH:
            return


async def _each(context: JobContext, find: Find, work: Callable[[Tx, UUID], Awaitable[None]]) -> None:
    """Does `work` for every loan that `find` gives, a batch of them in one transaction."""
    after = _FIRST
    while True:
        async with context.write() as tx:
            found = await find(tx, after)
            for loan_id in found:
                await work(tx, loan_id)
        if len(found) < BATCH:
            return
        after = found[-1]


JOBS = (Job(DAY_JOB, DayOpened, open_day),)
