"""The audit log linked as far as a test needs it."""

import asyncio

from backend.kernel import audit
from backend.kernel.module import Services
from backend.kernel.scope import Scope


async def link_all(services: Services, scope: Scope, entries: int) -> None:
    """Links until `entries` more are in the chain: another test's transaction may hold linking up for a moment."""
    linked = 0
    for _ in range(1_200):
        async with services.database.write(scope) as tx:
            linked += await audit.link_new(tx)
        if linked >= entries:
            break
        await asyncio.sleep(0.025)
    assert linked == entries
