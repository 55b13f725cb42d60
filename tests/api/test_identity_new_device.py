"""A sign-in on a device that was never seen with somebody is published; the first one, and a known device, are not."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from backend import identity
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, set_up

ADA = "+2348031234567"


@pytest.fixture
async def ada(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Browser]:
    async with platform.serve(settings, services, [identity.module(services)]) as client:
        browser = Browser(client, services, await set_up(services, tenant), {"phone": ADA})
        await browser.sign_up()
        yield browser


async def told(ada: Browser) -> int:
    """How many such sign-ins were published."""
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        rows = await tx.all(select(outbox.c.topic).where(outbox.c.topic == "identity.new_device_signed_in"))
    return len(rows)


async def signs_in(ada: Browser, agent: str) -> None:
    client = httpx.AsyncClient(transport=ada.http._transport, base_url=ada.http.base_url)
    client.headers["User-Agent"] = agent
    async with client:
        await Browser(client, ada.services, ada.tenant, {"phone": ADA}).prove()


async def test_a_new_device_is_published_once_and_known_by_then(ada: Browser) -> None:
    at_first = await told(ada)
    await ada.prove()
    on_the_same = await told(ada)
    await signs_in(ada, "Another phone")
    on_another = await told(ada)
    await signs_in(ada, "Another phone")
    await ada.post("/auth/sign-out")
    await Browser(ada.http, ada.services, ada.tenant, {"phone": ADA}).prove()

    assert (at_first, on_the_same, on_another, await told(ada)) == (0, 0, 1, 1)


async def test_a_bots_sign_ins_are_nobodys_news(ada: Browser) -> None:
    bot = await BotCaller.signed_in(ada.http, ada.services, ada.tenant)
    await bot.sign_in()

    assert await told(ada) == 0
