"""A passkey from the first to the last, with Chromium's own authenticator: added, signed in with, removed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from backend.cli import papers
from backend.cli.phone import newest_at, read_code, sign_in
from shared.api.passkeys import PasskeySignInBegin
from shared.client import AsyncClient
from tests.app.browser.conftest import AppProcess
from tests.builders.app_walk import Walker
from tests.builders.browser import Visit, visit
from tests.builders.passkeys import verifier_pair

_OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def authenticator(page: Page) -> AsyncIterator[tuple[CDPSession, str]]:
    """The window has an authenticator that says yes, as a finger on a sensor does."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    made = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})
    yield devtools, made["authenticatorId"]


async def credentials(devtools: CDPSession, authenticator_id: str) -> list[object]:
    found = await devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator_id})
    return list(found["credentials"])


async def own_client(staff: AsyncClient, phone: str) -> AsyncClient:
    """The same person in the API, by a code, to see what the platform knows."""
    mine = staff.as_user()
    await sign_in(mine, phone, "Ada Pass")
    return mine


async def sign_out(seen: Visit) -> None:
    assert await left_behind(seen)
    await seen.go("/profile")
    await seen.press("sign-out")
    await seen.press("confirm")
    await seen.press("continue")
    await seen.see("get-started")
    assert await left_behind(seen) == {}


async def left_behind(seen: Visit) -> dict[str, str]:
    """What the browser keeps of somebody, by name."""
    kept: dict[str, str] = await seen.page.evaluate("({...localStorage})")
    return {name: value for name, value in kept.items() if "caas.mine." in name or name.endswith("caas.tokens")}


async def add_passkey(seen: Visit, staff: AsyncClient, phone: str) -> None:
    """From the settings, by the code that arrives, to the list with it."""
    await seen.go("/profile/passkeys")
    await seen.hear("No passkey yet")
    before = await newest_at(staff, phone)
    await seen.press("add-passkey")
    await seen.write("Code", await read_code(staff, phone, since=before))
    await seen.hear("Added here")


async def test_a_passkey_is_added_signs_in_and_is_removed(
    staff: AsyncClient, browser: Browser, app_process: AppProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    phone = papers.phone_number(papers.NIGERIA)
    async with visit(browser, app_process.url) as seen, authenticator(seen.page) as (devtools, device):
        await Walker(seen, staff, tmp_path_factory.mktemp("papers"), phone).sign_up()
        await seen.see("quick-kyc")
        mine = await own_client(staff, phone)
        assert await mine.passkeys.mine() == []

        await add_passkey(seen, staff, phone)

        (added,) = await mine.passkeys.mine()
        assert added.last_used_at is None
        assert len(await credentials(devtools, device)) == 1
        assert seen.page.url == f"{app_process.url}/profile/passkeys"

        await sign_out(seen)
        sessions_before = len(await mine.identity.sessions())
        await seen.press("passkey-sign-in")
        await seen.see("tab-profile")
        (used,) = await mine.passkeys.mine()
        assert used.last_used_at is not None
        sessions = await mine.identity.sessions()
        assert len(sessions) == sessions_before + 1
        assert sessions[0].second_factor

        await seen.go("/profile/passkeys")
        await seen.press(f"remove-{added.id}")
        await seen.press("confirm")
        await seen.hear("No passkey yet")
        assert await mine.passkeys.mine() == []

        await sign_out(seen)
        await seen.press("passkey-sign-in")
        await expect(seen.page.locator("#said.bad")).to_contain_text("not known here")
        assert len(await mine.identity.sessions()) == sessions_before
        await seen.page.locator("#back").click()
        await seen.hear("Nothing was changed")


async def test_a_passkey_signs_an_agreement_and_the_evidence_says_so(
    staff: AsyncClient, browser: Browser, app_process: AppProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    phone = papers.phone_number(papers.NIGERIA)
    today = (await staff.servicing.business_day()).business_date
    async with visit(browser, app_process.url) as seen, authenticator(seen.page):
        walker = Walker(seen, staff, tmp_path_factory.mktemp("papers"), phone)
        await walker.sign_up()
        await seen.see("quick-kyc")
        await add_passkey(seen, staff, phone)
        await seen.go("/")
        await walker.prove_identity()
        await walker.apply(today)
        await walker.take_and_sign(by_passkey=True)

    mine = await own_client(staff, phone)
    (agreement,) = (await mine.agreements.agreements()).items
    proof = await mine.agreements.evidence(agreement.id)
    assert (proof.method, proof.is_intact) == ("passkey", True)


async def test_who_has_no_passkey_is_told_so_and_comes_back(browser: Browser, app_process: AppProcess) -> None:
    async with visit(browser, app_process.url) as seen, authenticator(seen.page) as (_, _device):
        await seen.press("continue")
        await seen.press("passkey-sign-in")
        await expect(seen.page.locator("#said")).to_contain_text("Nothing was done")
        await expect(seen.page.get_by_role("button", name="Try again")).to_be_focused()
        await seen.page.keyboard.press("Tab")
        await seen.page.keyboard.press("Enter")
        await seen.hear("Nothing was changed")
        await seen.press("another-way")
        await seen.page.get_by_label("Phone number").wait_for()


async def test_the_page_has_no_barrier_in_any_direction_or_light(
    staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    found: dict[str, list[str]] = {}
    for language in ("en", "ar"):
        for dark in (False, True):
            context = await browser.new_context(
                viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light"
            )
            page = await context.new_page()
            begun = await staff.as_user().passkeys.begin_sign_in(
                PasskeySignInBegin(verifier_hash=verifier_pair()[1], locale=language)
            )
            async with authenticator(page):
                await page.goto(begun.url)
                await page.locator("#again").wait_for()
                seen = Visit(page, app_process.url)
                found[f"{language} {dark}"] = await seen.hindrances()
                assert "ticket" not in page.url
            await context.close()
    assert found == {key: [] for key in found}
