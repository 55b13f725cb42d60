"""`make screenshots`: every screen on phone and desktop, in light, dark and Arabic, into docs/screenshots."""

import asyncio
import copy
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, StorageState, expect

from backend.cli import papers
from backend.cli.phone import sign_in
from backend.kernel.postgres_host import any_free_port
from backend.seed import DEMO_TENANTS, seed_demo, staff_phone
from shared.api.passkeys import PasskeySignInBegin
from shared.api.sandbox import CreditIn
from shared.client import AsyncClient, ClientConfig
from shared.client.errors import NotFound
from shared.roles import Role
from tests.app.browser.conftest import AppProcess, loan_of
from tests.builders.app_firm_walk import FirmWalker
from tests.builders.app_walk import Walker
from tests.builders.browser import DESKTOP, PHONE, chromium, visit
from tests.builders.money_stage import until
from tests.builders.passkeys import verifier_pair
from tests.builders.running import RunningPlatform, running

SETTLE_MS = 1600
_LANGUAGE = "flutter.caas.language"
TARGET = Path(__file__).parents[3] / "docs" / "screenshots"
SIZES = {"phone": PHONE, "desktop": DESKTOP}
PAGE = "passkey-page"
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
    "hardship": "/loans/{loan}/help",
    "disputes": "/loans/{loan}/disputes",
    "new-dispute": "/loans/{loan}/disputes/new",
    "dispute": "/disputes/{dispute}",
    "chat": "/chat",
    "agreement": "/agreements/{agreement}",
    "apply": "/apply",
    "draw": "/credit-lines/{line}/draw",
    "draft": "/apply/{draft}",
    "offers": "/applications/{offered}",
    "declined": "/applications/{declined}",
    "kyc": "/kyc",
    "document": "/kyc/document",
    "inbox": "/inbox",
    "profile": "/profile",
    "appearance": "/profile/appearance",
    "language": "/profile/language",
    "devices": "/profile/devices",
    "chats": "/profile/chats",
    "passkeys": "/profile/passkeys",
    "authenticator": "/profile/authenticator",
    "app-lock": "/profile/app-lock",
    "consents": "/profile/consents",
    "messages": "/profile/messages",
    "accounts": "/profile/accounts",
    "contacts": "/profile/contacts",
    "businesses": "/profile/businesses",
    "new-business": "/profile/businesses/new",
    "business": "/businesses/{business}",
    "invite": "/businesses/{business}/invite",
    "kyb-passed": "/businesses/{business}/kyb",
    "kyb": "/businesses/{begun}/kyb",
    "kyb-registration": "/businesses/{begun}/kyb/registration_details",
    "kyb-directors": "/businesses/{begun}/kyb/directors",
    "kyb-owners": "/businesses/{business}/kyb/beneficial_owners",
    "kyb-address": "/businesses/{begun}/kyb/proof_of_address",
    "apply-business": "/apply?business_id={business}",
    "applications": "/applications",
    "documents": "/profile/documents",
    "about": "/profile/about",
    "my-data": "/profile/my-data",
    "end-account": "/profile/end-account",
}
LOOKS = ("light", "dark", "arabic")


async def main(only: set[str]) -> None:
    """Starts a platform, walks to a loan that is partly paid, and takes the pictures; `only` names some screens."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running(folder) as platform, chromium() as browser, _staff(platform) as staff:
            app = AppProcess(any_free_port(), platform.url, folder)
            await seed_demo(platform.settings, app_url=app.url)
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
        account = await until(lambda: _account(staff, loan.id), bool)
        await staff.sandbox.pay_in(account, CreditIn(amount_minor=25_000_000, currency="NGN"))
        offered = await walker.another_application(today)
        declined = await walker.another_application(today, healthy=False)
        draft = await walker.begun()
        dispute = await walker.report_problem(loan.id)
        await walker.ask_for_copy()
        business, begun = await _businesses(FirmWalker(seen, folder), FirmWalker(seen, folder, name="Obi Foods Ltd"))
        state = await seen.page.context.storage_state()
    ids = {"loan": loan.id, "agreement": loan.agreement_id, "offered": offered, "draft": draft, "dispute": dispute}
    ids |= {"business": business, "begun": begun, "line": loan.credit_line_id or "", "declined": declined}
    client = staff.as_user()
    paths = {name: path.format(**ids) for name, path in (BEFORE | AFTER).items() if not only or name in only}
    for size in SIZES:
        for look in LOOKS:
            if not only or PAGE in only:
                await _picture_of_page(browser, client, size, look)
            before = {name: path for name, path in paths.items() if name in BEFORE}
            after = {name: path for name, path in paths.items() if name in AFTER}
            await _pictures(app, browser, (size, look), before, _speaking(state, look, alone=True))
            # One session, handed on: its tokens are renewed on the way, and an old copy of them would end it.
            state = await _pictures(app, browser, (size, look), after, _speaking(state, look))


async def _businesses(proved: FirmWalker, begun: FirmWalker) -> tuple[UUID, UUID]:
    """One that is verified, to which somebody is invited, and one that is only begun."""
    found = []
    for walker in (proved, begun):
        await walker.visit.go("/profile/businesses")
        found.append(await walker.register())
        if walker is proved:
            await walker.prove()
            await walker.invite(found[0], "cfo@example.com")
    return found[0], found[1]


async def _picture_of_page(browser: Browser, client: AsyncClient, size: str, look: str) -> None:
    """The page on which passkeys are used, waiting for the device: a page of the server's, outside the app."""
    language = "ar" if look == "arabic" else "en"
    wish = PasskeySignInBegin(verifier_hash=verifier_pair()[1], locale=language)
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if look == "dark" else "light"
    )
    page = await context.new_page()
    await page.goto((await client.passkeys.begin_sign_in(wish)).url)
    await page.wait_for_timeout(SETTLE_MS)
    TARGET.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=TARGET / f"{PAGE}-{size}-{look}.png")
    await context.close()


async def _account(staff: AsyncClient, loan_id: UUID) -> str | None:
    """Where the loan is paid to, which is known within seconds of its payout."""
    with suppress(NotFound):
        return (await staff.payments.virtual_account(loan_id)).account_number
    return None


def _speaking(state: StorageState, look: str, *, alone: bool = False) -> StorageState:
    """What the browser keeps, in the language of the picture; `alone` leaves nothing but the language."""
    origins = copy.deepcopy(state["origins"])
    spoken: Any = {"name": _LANGUAGE, "value": json.dumps("ar" if look == "arabic" else "en")}
    for origin in origins:
        others = [each for each in origin["localStorage"] if each["name"] != _LANGUAGE]
        origin["localStorage"] = [spoken] if alone else [*others, spoken]
    return {"cookies": [], "origins": origins}


async def _pictures(
    app: AppProcess, browser: Browser, kind: tuple[str, str], paths: dict[str, str], state: StorageState
) -> StorageState:
    """Takes one picture of each place; returns what the browser keeps at the end."""
    size, look = kind
    if not paths:
        return state
    async with visit(browser, app.url, size=SIZES[size], state=state, dark=look == "dark") as seen:
        for name, path in paths.items():
            await seen.go(path)
            await seen.page.locator("#boot").wait_for(state="detached")
            await expect(seen.page.get_by_label("Loading")).to_have_count(0)
            await seen.page.wait_for_timeout(SETTLE_MS)
            TARGET.mkdir(parents=True, exist_ok=True)
            await seen.page.screenshot(path=TARGET / f"{name}-{size}-{look}.png")
        return await seen.page.context.storage_state()


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
