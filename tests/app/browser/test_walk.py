"""The whole life of a loan, as a borrower lives it in the app; the platform is asked after each part."""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser

from backend.cli.phone import newest_at, read_code
from shared.api.identity import LinkRequest
from shared.api.sandbox import CreditIn
from shared.api.servicing import CreditLineOut, LoanOut, LoanStatus
from shared.client import AsyncClient
from shared.ids import new_id
from shared.money import Money
from tests.app.browser.conftest import AppProcess, Borrower
from tests.builders.browser import DESKTOP, PHONE, Visit, visit
from tests.builders.money_stage import until


async def test_from_the_first_sight_to_the_money(borrower: Borrower, staff: AsyncClient) -> None:
    person = await staff.identity.find_person(phone=borrower.phone)

    assert person.name == "Ada Pass"
    assert borrower.loan.status is LoanStatus.ACTIVE
    assert borrower.loan.terms.instalments == 6


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_part_is_paid(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess, size: tuple[int, int]
) -> None:
    loan = await staff.servicing.loan(borrower.loan.id)
    place = f"/loans/{loan.id}/pay"
    async with visit(browser, app_process.url, place, size=size, state=borrower.state) as seen:
        await seen.press("pay-other")
        await seen.write("Amount", "50000")
        await seen.hear("₦50,000.00 goes to your next instalment")
        await seen.press("set-going")
        await seen.see("copy-account")
        account = (await staff.payments.virtual_account(loan.id)).account_number
        await seen.hear(account)
        assert await seen.hindrances() == []
        await staff.sandbox.pay_in(account, CreditIn(amount_minor=5_000_000, currency="NGN"))
        await seen.see("receipt-done")
        assert await seen.hindrances() == []
        await seen.press("receipt-done")
        await seen.see("pay")

    partly = await staff.servicing.loan(loan.id)
    assert partly.principal_outstanding < loan.principal_outstanding


async def test_the_rest_is_paid_off(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, f"/loans/{borrower.loan.id}", state=borrower.state) as seen:
        await _pay_off(seen, staff)

    closed = await staff.servicing.loan(borrower.loan.id)
    assert closed.status is LoanStatus.CLOSED
    assert not closed.outstanding


async def _pay_off(seen: Visit, staff: AsyncClient) -> None:
    """From a loan to the receipt of its last payment, by link."""
    await seen.press("to-payoff")
    await seen.press("pay-off")
    await seen.hear("Your loan is paid back and closed.")
    await seen.press("way-link")
    await seen.press("set-going")
    await seen.see("open-link")
    link = await seen.page.get_by_text("/pay/").or_(seen.page.get_by_text("http")).last.inner_text()
    await staff.sandbox.pay_link(link.strip())
    await seen.press("receipt-done")
    await seen.hear("Paid back")


async def test_what_was_paid_back_is_drawn_again_without_an_application_and_paid_off_on_a_wide_window(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    line = await _line_with_room(staff, borrower.loan)
    place = f"/credit-lines/{line.id}/draw"
    async with visit(browser, app_process.url, place, size=DESKTOP, state=borrower.state) as seen:
        await seen.write("Or type the amount", "20000")
        await seen.press("take-amount")
        await seen.press("fewer")
        await seen.press_until("draw", "confirm")
        await seen.press("confirm")
        await seen.see("to-loan")
        loan_id = UUID(seen.page.url.split("/")[-2])
        drawn = await until(lambda: staff.servicing.loan(loan_id), lambda loan: loan.status is LoanStatus.ACTIVE)
        left = (await staff.servicing.credit_line(line.id)).available
        await seen.press("to-loan")
        await _pay_off(seen, staff)

    assert drawn.principal == Money.of(2_000_000, "NGN")
    assert drawn.terms.instalments == line.terms.instalments - 1
    assert left == line.available - drawn.principal
    assert (await staff.servicing.loan(loan_id)).status is LoanStatus.CLOSED


async def _line_with_room(staff: AsyncClient, loan: LoanOut) -> CreditLineOut:
    """The borrower's line, with room for another draw once a part of the first is paid back."""
    assert loan.credit_line_id is not None
    line = await staff.servicing.credit_line(loan.credit_line_id)
    if line.available.amount_minor < 10_000_000:
        account = (await staff.payments.virtual_account(loan.id)).account_number
        await staff.sandbox.pay_in(account, CreditIn(amount_minor=20_000_000, currency="NGN"))
    roomy: CreditLineOut = await until(
        lambda: staff.servicing.credit_line(line.id), lambda seen: seen.available.amount_minor >= 10_000_000
    )
    return roomy


async def test_a_new_address_is_proved_by_two_codes(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    address = f"{new_id().hex}@example.com"
    async with visit(browser, app_process.url, "/profile/contacts", state=borrower.state) as seen:
        await seen.press("change-email")
        await seen.write("E-mail address", address)
        await seen.press("send-code")
        await seen.page.get_by_label("Code", exact=True).wait_for()
        before = await newest_at(staff, borrower.phone)
        await seen.write("Code", await read_code(staff, address, since=None))
        await seen.hear("And the second code")
        await seen.write("Second code", await read_code(staff, borrower.phone, since=before))
        await seen.hear(address)

    person = await staff.identity.find_person(phone=borrower.phone)
    assert person.email == address


async def test_a_deep_link_waits_for_the_sign_in_and_a_wide_window_has_its_navigation_at_the_side(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    path = f"/loans/{borrower.loan.id}"
    async with visit(browser, app_process.url, path, size=DESKTOP) as stranger:
        await stranger.see("continue")
    async with visit(browser, app_process.url, "/loans", size=DESKTOP, state=borrower.state) as seen:
        await seen.see("tab-profile")
        home, profile = seen.page.get_by_test_id("tab-home"), seen.page.get_by_test_id("tab-profile")
        above, below = await home.bounding_box(), await profile.bounding_box()
        assert above is not None
        assert below is not None
        assert above["x"] == below["x"]
        assert above["y"] < below["y"]


async def test_the_link_of_an_e_mail_opens_the_app_where_its_token_is_taken(
    staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    address = f"{new_id().hex}@example.com"
    await staff.as_user().identity.request_link(LinkRequest(email=address))
    mails = await until(lambda: staff.sandbox.inbox(address), bool)
    link = re.search(r"https?://\S+/sign-in\?\S+#token=\S+", mails[0].text)
    assert link is not None

    async with visit(browser, "", link[0]) as seen:
        await seen.page.get_by_label("Full name").wait_for()
        assert seen.page.url.endswith("/sign-in/link?token=" + link[0].partition("#token=")[2])
        await seen.write("Full name", "Ada Link")
        await seen.press("name-done")
        await seen.tick_all()
        await seen.press("create-account")
        await seen.see("quick-kyc")
