"""Notifications' background work: sending what waits, and forgetting what was sent long ago."""

from datetime import timedelta
from typing import Any

from backend.identity import SEND_JOB, SealedMessage
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.vault import Vault
from backend.notifications.ports import Messenger
from backend.notifications.store import deliveries, registrations
from backend.notifications.usecases.deliver import deliver, deliver_sealed
from backend.notifications.usecases.notify import DELIVER_JOB, Deliver
from backend.notifications.usecases.nudge import ACCEPTED_FOR, UNHEARD_JOB, unheard

SETTLED_KEPT = timedelta(days=90)


def jobs(vault: Vault, messenger: Messenger) -> tuple[Job[Any], ...]:
    """The jobs, sending by `messenger`."""

    async def send(context: JobContext, order: Deliver) -> None:
        await deliver(context, vault, messenger, order)

    async def send_sealed(context: JobContext, sealed: SealedMessage) -> None:
        await deliver_sealed(context, vault, messenger, sealed)

    async def look_after(context: JobContext, order: Deliver) -> None:
        await unheard(context, vault, order)

    return (
        Job(DELIVER_JOB, Deliver, send),
        Job(SEND_JOB, SealedMessage, send_sealed),
        Job(UNHEARD_JOB, Deliver, look_after),
    )


async def forget_old(context: JobContext) -> None:
    """Drops the record of what was sent, once nobody asks for it any more; the app's own list stays."""
    async with context.write() as tx:
        await deliveries.settle_accepted(tx, tx.now - ACCEPTED_FOR)
        await deliveries.forget_settled(tx, SETTLED_KEPT)
        await registrations.forget_unseen(tx, SETTLED_KEPT)


TICKS = (Tick(name="notifications.forget_old", every=timedelta(hours=1), run=forget_old),)
