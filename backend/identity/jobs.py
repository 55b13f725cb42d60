"""Identity's background work: forgetting what has served its time."""

from datetime import timedelta

from backend.identity.store import ceremonies, challenges, channels, sessions
from backend.kernel.jobs import JobContext, Tick

CHALLENGES_KEPT = timedelta(days=2)


async def forget_old(context: JobContext) -> None:
    """Drops challenges that no limit counts any more, and sessions that ended long ago."""
    async with context.write() as tx:
        await challenges.forget_old(tx, CHALLENGES_KEPT)
        await channels.forget_old(tx, CHALLENGES_KEPT)
        await sessions.forget_old(tx)
        await ceremonies.forget_old(tx, CHALLENGES_KEPT)


TICKS = (Tick(name="identity.forget_old", every=timedelta(hours=1), run=forget_old),)
