import asyncio
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result

from backend import servicing
from backend.cli import main
from backend.kernel import business_date
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant, TenantMode, create_tenant
from backend.settings import Settings
from shared.ids import new_id
from tests.builders.running import environ_of
from tests.builders.worker import working


@pytest.fixture
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ_of(settings).items():
        monkeypatch.setenv(name, value)


async def caas(*arguments: str) -> Result:
    """The command in a thread, since it runs an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, main, arguments)


async def dates(services: Services, tenant: Tenant) -> tuple[date, date | None]:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        day = await servicing.read_business_day(tx)
    return day.business_date, day.closing_through


@pytest.mark.usefixtures("_environment")
async def test_a_sandbox_tenant_is_asked_to_close_ahead_of_the_calendar(services: Services, tenant: Tenant) -> None:
    today, _ = await dates(services, tenant)
    through = today + timedelta(days=40)

    asked = await caas("close-day", tenant.slug, "--through", f"{through}", "--wait", "0")

    assert asked.exit_code == 0, asked.output
    assert await dates(services, tenant) == (today, through)


@pytest.mark.usefixtures("_environment")
async def test_a_live_tenant_does_not_run_ahead_and_nothing_is_asked(services: Services) -> None:
    slug = f"t-{new_id().hex[-12:]}"
    live = await create_tenant(services.database, services.vault, slug=slug, plan="scale", mode=TenantMode.LIVE)
    before = await dates(services, live)

    refused = await caas("close-day", slug, "--wait", "0")

    assert refused.exit_code == 1
    assert "Error: " in refused.output
    assert await dates(services, live) == before


@pytest.mark.usefixtures("_environment")
async def test_without_a_worker_the_wait_ends_and_says_so(services: Services, tenant: Tenant) -> None:
    refused = await caas("close-day", tenant.slug, "--wait", "1")

    assert refused.exit_code == 1
    assert "Does `caas worker` run?" in refused.output


@pytest.mark.usefixtures("_environment")
async def test_the_command_follows_the_worker_to_the_last_day(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    today, _ = await dates(services, tenant)
    through = today + timedelta(days=2)

    async with working(settings, services, [servicing.module(services)], tenant):
        closed = await caas("close-day", tenant.slug, "--through", f"{through}", "--wait", "30")

    assert closed.exit_code == 0, closed.output
    assert f"Business is on {through + timedelta(days=1)}." in closed.output
    assert await dates(services, tenant) == (through + timedelta(days=1), None)


@pytest.mark.usefixtures("_environment")
async def test_a_day_that_is_closed_already_is_refused(services: Services, tenant: Tenant) -> None:
    today, _ = await dates(services, tenant)
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await business_date.move(tx, today + timedelta(days=1))

    refused = await caas("close-day", tenant.slug, "--through", f"{today}")

    assert refused.exit_code == 1
    assert f"{today}" in refused.output


@pytest.mark.usefixtures("_environment")
async def test_an_unknown_tenant_is_refused() -> None:
    refused = await caas("close-day", "nobody-has-this-name")

    assert (refused.exit_code, "X-Tenant" in refused.output) == (1, True)
