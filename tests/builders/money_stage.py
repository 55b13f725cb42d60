"""The platform's money side against the sandbox's rail, with a worker beside, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from backend import disbursement, ledger, payments, servicing
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments.adapters.sandbox import SandboxRail
from backend.sandbox.pace import Pace
from backend.settings import Settings
from tests.builders import platform
from tests.builders.onboarding import ImpatientTransport, LateTransport
from tests.builders.payments import Till, known_borrower
from tests.builders.sandbox import outside_world
from tests.builders.worker import working

PACE = Pace(soon_from_s=0.01, soon_to_s=0.05, slow_s=1.0, hang_s=1.0, first_retry_s=0.05)


class BriefRail(SandboxRail):
    """The sandbox's rail, whose hurried twin takes an order up within a second or never."""

    @property
    def gives_up_after(self) -> timedelta:
        return timedelta(seconds=1.5)


@dataclass(frozen=True)
class Stage:
    """The platform, the outside world, and one tenant's till."""

    desk: Till[BriefRail]
    world: httpx.AsyncClient


@asynccontextmanager
async def stage_of(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Stage]:
    """Ledger, servicing, payments and disbursement, working; at the end every truth of theirs must hold."""
    back = LateTransport()
    assert settings.sandbox_secret is not None
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(outside_world(settings, webhooks=back, pace=PACE))
        rail = BriefRail(settings.sandbox_url, settings.sandbox_secret, transport=ImpatientTransport(world._transport))
        stack.push_async_callback(rail.close)
        modules = [
            ledger.module(services),
            servicing.module(services),
            payments.module(services, rail),
            disbursement.module(services),
        ]
        client = await stack.enter_async_context(platform.serve(settings, services, modules))
        back.target = client._transport
        await stack.enter_async_context(working(settings, services, modules, tenant))
        desk = Till(services, tenant, client, rail)
        await known_borrower(desk)
        yield Stage(desk, world)
        async with services.database.read(desk.scope) as tx:
            for module in modules:
                for truth in module.invariants:
                    assert await truth.violations(tx) == [], truth.name


async def until(look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool], timeout_s: float = 120) -> Any:
    """What `look` sees, once it is as `done` wants it."""
    async with asyncio.timeout(timeout_s):
        while not done(seen := await look()):  # noqa: ASYNC110 -- as clients do
            await asyncio.sleep(0.05)
    return seen
