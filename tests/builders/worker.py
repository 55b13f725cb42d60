"""Runs background work inside a test until there is none left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from backend.kernel.db import Database
from backend.kernel.module import Module, Services
from backend.kernel.tenants import Tenant
from backend.kernel.worker import Worker
from backend.settings import Settings


@asynccontextmanager
async def working(
    settings: Settings, services: Services, modules: Sequence[Module], *tenants: Tenant
) -> AsyncIterator[Worker]:
    """A worker that runs beside the block: events are relayed, jobs run, and ticks tick.

    They tick for `tenants` and for whoever is founded meanwhile, not for the many of other tests.
    """
    known = {each.id for each in (*await services.tenants.all(), *tenants)}

    async def ours() -> list[Tenant]:
        return [*tenants, *(each for each in await services.tenants.all() if each.id not in known)]

    relay = Database(settings.database_relay_url, pool=2)
    worker = Worker(
        services.database,
        relay,
        ours,
        modules,
        dsn=settings.database_url.replace("+asyncpg", ""),
        concurrency=8,
        takeover=timedelta(seconds=10),
    )
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task
        await relay.close()
