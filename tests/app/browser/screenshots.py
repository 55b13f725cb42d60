"""`make screenshots`: every screen on phone and desktop, in light, dark and Arabic, into docs/screenshots."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, StorageState

from backend.cli import papers
from backend.cli.phone import sign_in
from backend.kernel.postgres_host import any_free_port
from backend.seed import DEMO_TENANTS, seed_demo, staff_phone
from shared.api.sandbox import CreditIn
from shared.client import AsyncClient, ClientConfig
from shared.roles import Role
from tests.app.browser.conftest import AppProcess, loan_of
from tests.builders.app_walk import Walker
from tests.builders.browser import DESKTOP, PHONE, chromium, visit
from tests.builders.running import RunningPlatform, running

TARGET = Path(__file__).parents[3] / "docs" / "screenshots"
SIZES = {"phone": PHONE, "desktop": DESKTOP}
BEFORE = {"welcome": "/welcome", "sign-in": "/sign-in"}
AFTER = {
    "home": "/",
    "loans": "/loans",
    "loan": "/loans/{loan}",
    "pay": "/loans/{loan}/pay",
    "payoff": "/loans/{loan}/payoff",
    "payout": "/loans/{loan}/payout",
    "auto-debit": "/loans/{loan}/auto-debit",
    "calendar": "/calendar?loan_id={loan}",
    "agreement": "/agreements/{agreement}",
    "apply": "/apply",
    "draft": "/apply/{draft}",
    "offers": "/applications/{offered}",
    "kyc": "/kyc",
    "inbox": "/inbox",
    "profile": "/profile",
    "appearance": "/profile/appearance",
    "language": "/profile/language",
    "devices": "/profile/devices",
    "authenticator": "/profile/authenticator",
    "consents": "/profile/consents",
    "messages": "/profile/messages",
    "accounts": "/profile/accounts",
}


async def main(only: set[str]) -> None:
    """Starts a platform, walks to a loan that is partly paid, and takes the pictures; `only` names some screens."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running(folder) as platform, chromium() as browser, _staff(platform) as staff:
            app = AppProcess(any_free_port(), platform.url, folder)
            await app.start()
            try:
                await _take(app, browser, staff, folder, only)
            finally:
                await app.stop()


@asynccontextmanager
async def _staff(platform: RunningPlatform) -> AsyncIterator[AsyncClient]:
    await seed_demo(platform.settings)
    config = ClientConfig(base_url=platform.url, tenant="demo", sandbox_url=platform.sandbox_url)
    async with AsyncClient(config) as client:
        await sign_in(client, staff_phone(DEMO_TENANTS[0], Role.OPERATIONS), "Operations")
        yield client


async def _take(app: AppProcess, browser: Browser, staff: AsyncClient, folder: Path, only: set[str]) -> None:
    phone = papers.phone_number(papers.NIGERIA)
    today = (await staff.servicing.business_day()).business_date
    async with visit(browser, app.url) as seen:
        walker = Walker(seen, staff, folder, phone)
        await walker.whole_way(today)
        loan = await loan_of(staff, (await staff.identity.find_person(phone=phone)).id)
        account = (await staff.payments.virtual_account(loan.id)).account_number
        await staff.sandbox.pay_in(account, CreditIn(amount_minor=25_000_000, currency="NGN"))
        offered = await walker.another_application(today)
        draft = await walker.begun()
        state = await seen.page.context.storage_state()
        await seen.go("/profile/language")
        await seen.press("language-ar")
        await seen.page.wait_for_timeout(1000)
        arabic = await seen.page.context.storage_state()
        await seen.press("language-en")
    ids = {"loan": loan.id, "agreement": loan.agreement_id, "offered": offered, "draft": draft}
    for place, path in (BEFORE | AFTER).items():
        if only and place not in only:
            continue
        for size in SIZES:
            for look in ("light", "dark", "arabic"):
                signed: StorageState | None = arabic if look == "arabic" else state
                await _picture(
                    app, browser, f"{place}-{size}-{look}", path.format(**ids), signed if place in AFTER else None
                )


async def _picture(app: AppProcess, browser: Browser, name: str, path: str, state: StorageState | None) -> None:
    _, size, look = name.rsplit("-", 2)
    async with visit(browser, app.url, path, size=SIZES[size], state=state, dark=look == "dark") as seen:
        await seen.page.wait_for_timeout(1800)
        TARGET.mkdir(parents=True, exist_ok=True)
        await seen.page.screenshot(path=TARGET / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
