"""One platform, one app server, one browser, and one borrower who has walked all the way, for all browser tests."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser

from backend.cli import papers
from backend.cli.bot_ground import bot_environ
from backend.cli.phone import sign_in
from backend.cli.up import bot_program
from backend.development import app_address
from backend.devserver import Supervisor
from backend.kernel.postgres_host import any_free_port
from backend.seed import DEMO_TENANTS, seed_demo, staff_phone
from shared.api.servicing import LoanOut
from shared.client import AsyncClient, ClientConfig
from shared.roles import Role
from tests.builders.app_walk import Walker
from tests.builders.browser import CHROMIUM, Kept, chromium, visit
from tests.builders.running import RunningPlatform, environ_of

LAST = "test_walk.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """However these tests are asked for, the walk comes last: it pays the loan off that the others look at."""
    places = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    in_order = sorted((items[place] for place in places), key=lambda item: item.path.name == LAST)
    for place, item in zip(places, in_order, strict=True):
        items[place] = item


@dataclass
class AppProcess:
    """`caas app` as a process, which can be stopped and started again at the same address."""

    port: int
    api: str
    folder: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return app_address(self.port)

    async def start(self) -> None:
        where = ("--port", f"{self.port}", "--api", self.api, "--cache", str(self.folder / "cache"))
        with (self.folder / "app.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "backend.cli", "app", *where, stdout=log, stderr=log
            )
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health/ready")).is_success:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), 20)


@dataclass(frozen=True)
class Borrower:
    """Somebody with a loan that is paid out, by what their browser keeps."""

    state: Kept
    phone: str
    loan: LoanOut
    looks: dict[str, list[str]]  # what axe and a ruler found on the way, by screen


@pytest.fixture(scope="session")
async def staff(running_platform: RunningPlatform) -> AsyncIterator[AsyncClient]:
    """Operations of the demo tenant, who see what the platform knows."""
    await seed_demo(running_platform.settings)
    config = ClientConfig(
        base_url=running_platform.url, tenant="demo", sandbox_url=running_platform.sandbox_url, language="en"
    )
    async with AsyncClient(config) as client:
        await sign_in(client, staff_phone(DEMO_TENANTS[0], Role.OPERATIONS), "Operations")
        yield client


@pytest.fixture(scope="session")
async def app_process(
    running_platform: RunningPlatform, staff: AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[AppProcess]:
    """The app of the demo tenant, which knows its address."""
    process = AppProcess(any_free_port(), running_platform.url, tmp_path_factory.mktemp("app"))
    await seed_demo(running_platform.settings, app_url=process.url)
    await process.start()
    yield process
    await process.stop()


@pytest.fixture(scope="session")
async def assistant(
    running_platform: RunningPlatform, app_process: AppProcess, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    """The bot that answers in the app's chat, as a process."""
    folder, port = tmp_path_factory.mktemp("assistant"), any_free_port()
    settings = running_platform.settings
    environ = await bot_environ(settings, folder, bot_port=port, app_port=app_process.port)
    supervisor = Supervisor((bot_program(port),), {**environ_of(settings), **environ}, folder)
    async with supervisor.running():
        yield


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; the test run says how to get it where it is missing."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing. Install it: apt-get install chromium")
    async with chromium() as running:
        yield running


@pytest.fixture(scope="session")
async def borrower(
    app_process: AppProcess, browser: Browser, staff: AsyncClient, tmp_path_factory: pytest.TempPathFactory
) -> Borrower:
    """Walks once from the first sight to the money; other tests come back as the same person."""
    phone = papers.phone_number(papers.NIGERIA)
    today = (await staff.servicing.business_day()).business_date
    async with visit(browser, app_process.url) as seen:
        walker = Walker(seen, staff, tmp_path_factory.mktemp("papers"), phone, looking=True)
        state = await walker.whole_way(today)
    person = await staff.identity.find_person(phone=phone)
    return Borrower(state=Kept(state), phone=phone, loan=await loan_of(staff, person.id), looks=walker.looks)


async def loan_of(staff: AsyncClient, user_id: UUID) -> LoanOut:
    """The one loan of somebody."""
    found = [each async for each in staff.servicing.iterate_loans() if each.user_id == user_id]
    assert len(found) == 1
    return found[0]
