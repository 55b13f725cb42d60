"""Settings, the keyboard, a restart, and what axe says of each screen."""

from playwright.async_api import Browser, expect

from backend.cli import papers
from shared.client import AsyncClient
from shared.ids import new_id
from tests.app.browser.conftest import AppProcess, Borrower
from tests.builders.browser import DESKTOP, visit
from tests.builders.money_stage import until

SCREENS = (
    "/",
    "/loans",
    "/loans/{loan}",
    "/loans/{loan}/payoff",
    "/loans/{loan}/auto-debit",
    "/loans/{loan}/pay",
    "/loans/{loan}/payout",
    "/loans/{loan}/help",
    "/loans/{loan}/disputes",
    "/loans/{loan}/disputes/new",
    "/agreements/{agreement}",
    "/chat",
    "/calendar?loan_id={loan}",
    "/apply",
    "/credit-lines/{line}/draw",
    "/kyc",
    "/inbox",
    "/profile",
    "/profile/appearance",
    "/profile/devices",
    "/profile/chats",
    "/profile/passkeys",
    "/profile/consents",
    "/profile/messages",
    "/profile/accounts",
    "/profile/contacts",
    "/profile/businesses",
    "/profile/businesses/new",
    "/profile/authenticator",
    "/profile/app-lock",
    "/kyc/document",
    "/profile/language",
    "/applications",
    "/profile/documents",
    "/profile/about",
    "/profile/my-data",
    "/profile/end-account",
)
_SOCKETS_AT_HAND = """
const Plain = WebSocket
window.sockets = []
window.WebSocket = class extends Plain { constructor(...given) { super(...given); window.sockets.push(this) } }
"""
TALL = (390, 3000)  # what scrolls is cut at the edge and would seem too small there


async def test_arabic_turns_the_screen_around_and_back(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, "/profile/language", state=borrower.state) as seen:
        back = seen.page.get_by_test_id("back")
        at_the_left = await back.bounding_box()
        await seen.press("language-ar")
        await expect(seen.page.get_by_role("button", name="Back")).to_have_count(0)
        at_the_right = await back.bounding_box()
        assert at_the_left is not None
        assert at_the_right is not None
        assert at_the_left["x"] < 100 < at_the_right["x"]
        await until(lambda: staff.identity.find_person(phone=borrower.phone), lambda person: person.locale == "ar")

        await seen.press("language-en")
        await seen.page.get_by_role("button", name="Back").wait_for()


async def test_dark_stays_dark_after_the_window_was_closed(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, "/profile/appearance", state=borrower.state) as seen:
        await seen.press("theme-dark")
        chosen = seen.page.get_by_test_id("theme-dark")
        await expect(chosen).to_have_attribute("aria-current", "true")
        state = await seen.page.context.storage_state()
    async with visit(browser, app_process.url, "/profile/appearance", state=state) as seen:
        await expect(seen.page.get_by_test_id("theme-dark")).to_have_attribute("aria-current", "true")


async def test_the_server_restarts_and_the_window_goes_on_where_it_was(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, "/profile/devices", state=borrower.state) as seen:
        await seen.hear("This device")
        await app_process.stop()
        await app_process.start()

        await seen.page.get_by_test_id("back").wait_for()
        await seen.hear("This device")
        assert seen.page.url.endswith("/profile/devices")
        await seen.press_until("back", "to-language")


async def test_a_connection_that_breaks_is_taken_up_in_the_same_session(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    path, address = "/profile/contacts", f"{new_id().hex}@example.com"
    async with visit(browser, app_process.url, path, state=borrower.state, before=_SOCKETS_AT_HAND) as seen:
        await seen.press("change-email")
        await seen.write("E-mail address", address)
        for _ in range(2):
            await seen.page.context.set_offline(True)
            await seen.page.evaluate("sockets.forEach(each => each.close())")
            await seen.page.wait_for_timeout(1500)
            await seen.page.context.set_offline(False)
            await until(lambda: seen.page.evaluate("sockets.at(-1).readyState === WebSocket.OPEN"), bool)
            await expect(seen.page.get_by_label("E-mail address", exact=True)).to_have_value(address)

        await seen.press_until("chat", "ask-for-person")


async def test_the_keyboard_alone_reaches_the_code(browser: Browser, app_process: AppProcess) -> None:
    async with visit(browser, app_process.url) as seen:
        await seen.see("continue")
        await seen.tab_to("continue")
        await seen.page.keyboard.press("Enter")
        await seen.see("get-started")
        await seen.tab_to("get-started")
        await seen.page.keyboard.press("Enter")
        await seen.page.get_by_label("Phone number").wait_for()


async def test_the_browsers_back_leads_from_the_code_to_the_number_and_forward_again(
    browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, "/sign-in") as seen:
        await seen.write("Phone number", papers.phone_number(papers.NIGERIA))
        await seen.press("send-code")
        await seen.page.get_by_label("Code", exact=True).wait_for()

        await seen.page.go_back()
        await seen.see("send-code")
        await seen.page.go_forward()
        await seen.page.get_by_label("Code", exact=True).wait_for()


async def test_the_keyboard_alone_sets_a_payment_going(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, size=DESKTOP, state=borrower.state) as seen:
        await seen.see("pay-now")
        await seen.tab_to("pay-now")
        await seen.page.keyboard.press("Enter")
        await seen.see("set-going")
        await seen.tab_to("set-going")
        await seen.page.keyboard.press("Enter")
        await seen.see("copy-account")


async def test_axe_finds_no_barrier_on_any_screen(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    found: dict[str, list[str]] = {}
    loan = borrower.loan
    async with visit(browser, app_process.url, state=borrower.state, size=TALL) as seen:
        for path in SCREENS:
            await seen.go(path.format(loan=loan.id, agreement=loan.agreement_id, line=loan.credit_line_id))
            found[path] = await seen.hindrances()
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


async def test_axe_finds_no_barrier_on_the_way_from_the_first_sight_to_the_money(borrower: Borrower) -> None:
    assert {"tour", "document", "check answers", "offers", "agreement to sign"} <= borrower.looks.keys()
    assert {name: found for name, found in borrower.looks.items() if found} == {}


async def test_axe_finds_no_barrier_before_the_sign_in(browser: Browser, app_process: AppProcess) -> None:
    async with visit(browser, app_process.url, "/welcome", size=TALL) as seen:
        assert await seen.hindrances() == []
        await seen.go("/sign-in")
        assert await seen.hindrances() == []
