"""What the tenant promises a conversation, in its own hours of service."""

from datetime import datetime

from backend import identity
from backend.kernel.db import ReadTx
from backend.support.domain.conversation import Targets
from backend.support.domain.hours import Clockwork, due
from backend.support.store import desk
from shared.api.conversations import Priority
from shared.api.desk import DeskSettings, ServiceLevel


async def clock_of(tx: ReadTx) -> Clockwork:
    """The tenant's hours of service."""
    settings = await desk.settings(tx)
    return Clockwork(zone=(await identity.tenant_profile(tx)).time_zone, hours=settings.hours)


async def targets(tx: ReadTx, priority: Priority) -> Targets:
    """By when a conversation that is handed over now is answered first, and ended."""
    settings, clock = await desk.settings(tx), await clock_of(tx)
    level = level_of(settings, priority)
    return Targets(
        first_due_at=due(clock, tx.now, level.first_minutes),
        resolve_due_at=due(clock, tx.now, level.resolve_minutes),
    )


async def next_due_at(tx: ReadTx, priority: Priority) -> datetime:
    """By when a further word of the borrower's is answered."""
    settings, clock = await desk.settings(tx), await clock_of(tx)
    return due(clock, tx.now, level_of(settings, priority).next_minutes)


def level_of(settings: DeskSettings, priority: Priority) -> ServiceLevel:
    """What is promised for a priority."""
    levels = {
        Priority.LOW: settings.low,
        Priority.NORMAL: settings.normal,
        Priority.HIGH: settings.high,
        Priority.URGENT: settings.urgent,
    }
    return levels[priority]
