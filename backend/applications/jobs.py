"""What applications looks for again and again."""

from datetime import timedelta

from backend.applications.usecases.expire_stale import expire_stale
from backend.kernel.jobs import JobContext, Tick


async def _expire(context: JobContext) -> None:
    async with context.write() as tx:
        await expire_stale(tx)


EXPIRY = Tick(name="applications.expire_stale", every=timedelta(minutes=10), run=_expire)
