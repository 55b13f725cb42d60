"""Ada, a bot and the API before them; what a file needs of another kind it says in its own `modules` and `profile`.

The API is put together once for a file: that takes longer than most of its tests, which have a tenant each.
"""

from collections.abc import AsyncIterator

import httpx
import pytest
from msgspec.structs import replace

from backend import arrears, identity, servicing, support
from backend.identity import TenantProfile
from backend.kernel.module import Module, Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.identity import TenantSettings
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import NAIJA, Browser, set_up
from tests.builders.telling import Postbox
from tests.builders.threads import WA, says


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    """The contexts that a conversation about a loan touches."""
    return [context.module(services) for context in (identity, servicing, arrears, support)]


@pytest.fixture
def profile() -> TenantProfile:
    """A tenant whose staff need no second factor."""
    return replace(NAIJA, settings=TenantSettings(staff_need_second_factor=False))


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services, modules: list[Module]) -> AsyncIterator[httpx.AsyncClient]:
    """The API of these modules."""
    async with platform.serve(settings, services, modules) as client:
        yield client


@pytest.fixture
def phone() -> str:
    """Ada's number."""
    return "+2348031234567"


@pytest.fixture
async def ada(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, profile: TenantProfile, phone: str
) -> Browser:
    """A borrower of that tenant."""
    await set_up(services, tenant, profile.settings, app_url=profile.app_url)
    browser = Browser(client, services, tenant, {"phone": phone})
    await browser.sign_up("Ada Obi")
    return browser


@pytest.fixture
def postbox() -> Postbox:
    """The messenger of those who ask for one."""
    return Postbox()


@pytest.fixture
async def bot(ada: Browser) -> BotCaller:
    """The tenant's bot, signed in."""
    return await BotCaller.signed_in(ada.http, ada.services, ada.tenant)


@pytest.fixture
async def thread(bot: BotCaller, ada: Browser) -> str:
    """Ada's thread, in which she wrote by WhatsApp."""
    await bot.link(ada, WA)
    return str((await says(bot, "hello"))["conversation_id"])
