"""Asks for business days to be closed, and says where the tenant's business date stands."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from backend import identity
from backend.kernel import audit, business_date, jobs
from backend.kernel.db import ReadTx, Tx
from backend.servicing.errors import BusinessDateAhead, BusinessDateFar, NothingToClose
from backend.servicing.store import closing
from backend.servicing.usecases.close_business_day import CloseDays
from shared.api.business_day import BusinessDayOut, CloseBusinessDayIn

CLOSE_JOB = "servicing.close_business_days"
MAX_DAYS = 400
RUNS = 2
_DAY = timedelta(days=1)


async def read_business_day(tx: ReadTx) -> BusinessDayOut:
    """The business date, and what was asked for beyond it."""
    today = await business_date.current(tx)
    wanted = await closing.wanted_through(tx)
    return BusinessDayOut(business_date=today, closing_through=wanted)


async def request_close(tx: Tx, asked: CloseBusinessDayIn, *, may_run_ahead: bool) -> BusinessDayOut:
    """Has every day up to and including `asked.through` closed, one after the other, by a job.

    Only a sandbox may close days that have not ended. Raises NothingToClose, BusinessDateAhead, BusinessDateFar.
    """
    today = await business_date.current(tx)
    last = today + timedelta(days=MAX_DAYS - 1)
    if asked.through < today:
        raise NothingToClose(business_date=today, through=asked.through)
    ended = await _last_ended_day(tx)
    if not may_run_ahead and asked.through > ended:
        raise BusinessDateAhead(through=asked.through, last=ended)
    if asked.through > last:
        raise BusinessDateFar(business_date=today, limit=MAX_DAYS, last=last)
    await enqueue_close(tx, asked.through)
    await audit.record(tx, "business_day.close_requested", f"business_day:{asked.through}")
    return await read_business_day(tx)


async def follow_calendar(tx: Tx) -> None:
    """Has every day closed that has ended by the calendar; nothing where the tenant is there, or ahead of it."""
    ended = await _last_ended_day(tx)
    if await business_date.current(tx) <= ended:
        await enqueue_close(tx, ended)


async def _last_ended_day(tx: ReadTx) -> date:
    """Yesterday where the tenant is; in UTC while it has no profile."""
    try:
        zone = ZoneInfo((await identity.tenant_profile(tx)).time_zone)
    except identity.TenantNotFound:
        zone = ZoneInfo("UTC")
    return tx.now.astimezone(zone).date() - _DAY


async def enqueue_close(tx: Tx, through: date) -> None:
    """Notes the wish and starts RUNS jobs for it, unless they are at it: workers share the loans among them."""
    await closing.request(tx, through)
    for run in range(RUNS):
        await jobs.enqueue(tx, CLOSE_JOB, CloseDays(through=through), dedupe_key=f"{CLOSE_JOB}:{through}:{run}")
