"""Servicing's background work: closing business days, when asked and as the calendar goes."""

from datetime import timedelta

from backend.kernel.jobs import Job, JobContext, Tick
from backend.servicing.usecases.close_business_day import CloseDays, close_business_days
from backend.servicing.usecases.request_close import CLOSE_JOB, follow_calendar


async def _follow(context: JobContext) -> None:
    async with context.write() as tx:
        await follow_calendar(tx)


JOBS = (Job(CLOSE_JOB, CloseDays, close_business_days),)
TICKS = (Tick("servicing.follow_calendar", timedelta(minutes=1), _follow),)
