"""Background work of support: promises of service, conversations put aside, what waits for somebody."""

from datetime import timedelta

from backend.kernel.jobs import Job, JobContext, Tick
from backend.support.store import conversations, feed, inbox
from backend.support.usecases.assign import BATCH, give_out_waiting
from backend.support.usecases.timers import BREACH_JOB, Due, note_breach

FEED_KEPT = timedelta(days=30)


async def _breach(context: JobContext, told: Due) -> None:
    async with context.write() as tx:
        await note_breach(tx, told)


async def _wake(context: JobContext) -> None:
    async with context.write() as tx:
        for conversation_id in await inbox.snoozed_past(tx, BATCH):
            locked = await conversations.lock(tx, conversation_id)
            if locked is not None and locked.snoozed_until is not None and locked.snoozed_until <= tx.now:
                await conversations.save(tx, locked.woken(tx.now))


async def _give_out(context: JobContext) -> None:
    async with context.write() as tx:
        await give_out_waiting(tx)


async def _forget(context: JobContext) -> None:
    async with context.write() as tx:
        await feed.forget_old(tx, FEED_KEPT)


JOBS = (Job(BREACH_JOB, Due, _breach),)
TICKS = (
    Tick("support.wake", timedelta(seconds=20), _wake),
    Tick("support.give_out", timedelta(seconds=10), _give_out),
    Tick("support.forget_old", timedelta(hours=1), _forget),
)
