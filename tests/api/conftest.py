"""Ada, a bot and the API before them; a module that needs other parts of the platform has its own `client`."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend import arrears, identity, servicing, support
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.identity import TenantSettings
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, set_up
from tests.builders.threads import WA, says


@pytest.fixture
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The contexts that a conversation about a loan touches."""
    modules = [context.module(services) for context in (identity, servicing, arrears, support)]
    async with platform.serve(settings, services, modules) as client:
        yield client


@pytest.fixture
async def ada(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> Browser:
    """A borrower of a tenant whose staff need no second factor."""
    await set_up(services, tenant, TenantSettings(staff_need_second_factor=False))
    browser = Browser(client, services, tenant, {"phone": "+2348031234567"})
    await browser.sign_up("Ada Obi")
    return browser


@pytest.fixture
async def bot(ada: Browser) -> BotCaller:
    """The tenant's bot, signed in."""
    return await BotCaller.signed_in(ada.http, ada.services, ada.tenant)


@pytest.fixture
async def thread(bot: BotCaller, ada: Browser) -> str:
    """Ada's thread, in which she wrote by WhatsApp."""
    await bot.link(ada, WA)
    return str((await says(bot, "hello"))["conversation_id"])
