"""Where a tenant's app lives: who may say so, and the links that begin with it."""

from urllib.parse import urlsplit

import httpx
import pytest

from backend import identity
from backend.kernel.module import Module, Services
from backend.kernel.tenants import Tenant
from shared.api.identity import TenantSettings
from shared.roles import Role
from tests.builders.identity import Browser, messages, set_up, staff

ADA, BOSS = "+2348031234567", "+2348031234560"


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services)]


@pytest.fixture
async def boss(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> Browser:
    await set_up(services, tenant, TenantSettings(staff_need_second_factor=False))
    await staff(services, tenant, BOSS, Role.TENANT_ADMIN)
    browser = Browser(client, services, tenant, {"phone": BOSS})
    await browser.prove()
    return browser


async def changed(browser: Browser, app_url: str | None) -> httpx.Response:
    return await browser.http.patch("/v1/tenant", json={"app_url": app_url}, headers=browser.headers())


@pytest.mark.parametrize(
    "app_url", ["https://app.example.com", "https://app.example.com:8443", "http://localhost:8002"]
)
async def test_an_admin_says_where_the_app_is(boss: Browser, app_url: str) -> None:
    answer = await changed(boss, app_url)

    assert (answer.status_code, answer.json()["app_url"]) == (200, app_url)
    assert (await changed(boss, None)).json()["app_url"] is None


@pytest.mark.parametrize(
    "app_url",
    [
        "http://app.example.com",
        "https://app.example.com/",
        "https://app.example.com/app",
        "https://app.example.com?x",
        "https://eve@app.example.com",
        "javascript:alert(1)",
        "https://",
        "https://app.example.com:99999",
        "https://app.example.com\n",
        "https://app.example.com:8443\n",
    ],
)
async def test_another_kind_of_address_is_refused(boss: Browser, app_url: str) -> None:
    answer = await changed(boss, app_url)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input"), answer.text
    assert (await boss.get("/tenant")).json()["app_url"] is None


async def test_a_borrower_does_not_say_it(boss: Browser) -> None:
    ada = Browser(boss.http, boss.services, boss.tenant, {"phone": ADA})
    await ada.sign_up()

    answer = await changed(ada, "https://evil.example")

    assert answer.status_code == 403
    assert (await boss.get("/tenant")).json()["app_url"] is None


async def test_a_sign_in_link_leads_into_the_app_and_not_to_the_website(boss: Browser) -> None:
    await changed(boss, "https://app.example.com")
    brand = {"brand": {"website": "https://www.example.com"}}
    assert (await boss.http.patch("/v1/tenant", json=brand, headers=boss.headers())).status_code == 200

    await boss.post("/auth/magic-links", {"email": "ada@example.com"})

    link = urlsplit((await messages(boss.services, boss.tenant, "ada@example.com"))[-1].params["link"])
    assert (link.scheme, link.netloc, link.path) == ("https", "app.example.com", "/sign-in")
