"""Help, problems, one's own data and devices, each in the browser; the platform is asked after each."""

import asyncio
import io
import zipfile
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import Browser, expect

from backend.cli.phone import sign_in
from backend.seed import DEMO_TENANTS, staff_phone
from shared.api.agreements import EvidenceOut
from shared.api.applications import ApplicationStatus
from shared.api.arrears import HardshipStatus
from shared.api.channels import ChannelStepUpIn, ChatChannel, LinkCodeIn, LinkIn, ServiceAccountIn, ServiceSignIn
from shared.api.disputes import DisputedKind, DisputeStatus
from shared.assurance import Assurance
from shared.client import AsyncClient
from shared.client.errors import NotAuthenticated
from shared.roles import Role
from tests.app.browser.conftest import AppProcess, Borrower
from tests.builders.app_walk import Walker
from tests.builders.browser import DESKTOP, PHONE, visit


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_problem_is_reported_with_a_picture_added_to_and_taken_back(
    borrower: Borrower,
    staff: AsyncClient,
    browser: Browser,
    app_process: AppProcess,
    tmp_path_factory: pytest.TempPathFactory,
    size: tuple[int, int],
) -> None:
    loan = borrower.loan
    async with visit(browser, app_process.url, size=size, state=borrower.state) as seen:
        walker = Walker(seen, staff, tmp_path_factory.mktemp("papers"), borrower.phone)
        number = await walker.report_problem(loan.id)
        await seen.hear("We look into it")
        assert await seen.hindrances() == []
        opened = [each async for each in staff.disputes.iterate(loan_id=loan.id, status=DisputeStatus.OPEN)]
        assert [f"{each.id}" for each in opened] == [number]
        found = await staff.disputes.dispute(opened[0].id)
        assert found.kind is DisputedKind.INSTALMENT
        assert [each.filename for each in found.evidence] == ["receipt.jpg"]

        await seen.write("Your message", "It left my account at noon.")
        await seen.press("tell-more")
        await seen.hear("You told us more")
        told = await staff.disputes.dispute(opened[0].id)
        assert "It left my account at noon." in [each.text for each in told.timeline]

        await seen.press("withdraw")
        await seen.press("confirm")
        await seen.hear("Taken back")
        assert (await staff.disputes.dispute(opened[0].id)).status is DisputeStatus.WITHDRAWN


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_help_is_asked_for_a_plan_agreed_and_ended(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess, size: tuple[int, int]
) -> None:
    loan = borrower.loan
    async with visit(browser, app_process.url, f"/loans/{loan.id}/help", size=size, state=borrower.state) as seen:
        await seen.press("help-short_delay")
        await seen.press("delay-14")
        assert await seen.hindrances() == []
        await seen.press("ask-for-help")
        await seen.page.locator("[flt-semantics-identifier^=plan-]").first.wait_for()
        asked = (await staff.arrears.of_loan(loan.id)).case
        assert asked is not None
        assert asked.status is HardshipStatus.OPEN

        await seen.page.wait_for_timeout(500)
        await seen.page.locator("[flt-semantics-identifier^=plan-]").first.click()
        await seen.press_until("agree", "end-plan")
        await seen.hear("Your plan")
        agreed = (await staff.arrears.of_loan(loan.id)).case
        assert agreed is not None
        assert agreed.status is HardshipStatus.AGREED

        await seen.press("end-plan")
        await seen.press("confirm")
        await seen.see("help-short_delay")
        ended = (await staff.arrears.of_loan(loan.id)).case
        assert ended is None or ended.status is HardshipStatus.CLOSED


async def test_a_refusal_says_why_and_leads_to_a_person(
    borrower: Borrower,
    staff: AsyncClient,
    browser: Browser,
    app_process: AppProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    today = (await staff.servicing.business_day()).business_date
    async with visit(browser, app_process.url, state=borrower.state) as seen:
        walker = Walker(seen, staff, tmp_path_factory.mktemp("papers"), borrower.phone)
        number = UUID(await walker.another_application(today, healthy=False))
        await seen.hear("Not this time")
        await seen.see("apply-again")
        assert await seen.hindrances() == []
        await seen.press("to-person")
        await seen.see("ask-for-person")

    assert (await staff.applications.application(number)).status is ApplicationStatus.DECLINED


async def test_the_evidence_of_the_signature_is_downloaded(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    agreement = borrower.loan.agreement_id
    async with visit(browser, app_process.url, f"/agreements/{agreement}", state=borrower.state) as seen:
        await seen.hear("Unchanged: the documents are those that you signed.")
        async with seen.page.expect_download() as coming:
            await seen.press("save-evidence")
        path = await (await coming.value).path()
        proof = msgspec.json.decode(path.read_bytes(), type=EvidenceOut)  # gone with the window
    assert (proof.agreement_id, proof.method, proof.is_intact) == (agreement, "one_time_code", True)


async def test_a_chat_that_asks_is_confirmed_by_one_tap(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    admin, owner, chat = staff.as_user(), staff.as_user(), staff.as_user()
    await sign_in(admin, staff_phone(DEMO_TENANTS[0], Role.TENANT_ADMIN), "Admin")
    await sign_in(owner, borrower.phone, "Ada's phone")
    key = (await admin.identity.create_service_account(ServiceAccountIn(name="A chat"))).secret
    code = (await owner.identity.issue_link_code(LinkCodeIn(channel=ChatChannel.TELEGRAM))).code
    await chat.identity.sign_in_service(ServiceSignIn(secret=key, name="chat"))
    link = await chat.bot.link(LinkIn(channel=ChatChannel.TELEGRAM, subject="7000001", code=code))
    asked = await chat.bot.step_up(link.id, ChannelStepUpIn())
    async with visit(browser, app_process.url, f"/confirm/{asked.id}", state=borrower.state) as seen:
        await seen.see("it-is-me")
        assert await seen.hindrances() == []
        await seen.press("it-is-me")
        await seen.hear("Confirmed")
    assert (await chat.bot.linked(link.id)).assurance is Assurance.STEPPED_UP
    await owner.identity.end_channel_link(link.id)


async def test_a_copy_of_ones_data_is_asked_for_and_downloaded(
    borrower: Borrower,
    staff: AsyncClient,
    browser: Browser,
    app_process: AppProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with visit(browser, app_process.url, state=borrower.state) as seen:
        await Walker(seen, staff, tmp_path_factory.mktemp("papers"), borrower.phone).ask_for_copy()
        async with seen.page.expect_download() as coming:
            await seen.press("download-copy")
        path = await (await coming.value).path()
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as copy:
            assert copy.testzip() is None
            whole = b"".join(copy.read(name) for name in copy.namelist() if name.endswith(".json")).decode()
        assert borrower.phone in whole
        assert str(borrower.loan.id) in whole


async def test_a_device_is_signed_out_from_here_and_can_do_nothing_any_more(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess
) -> None:
    other = staff.as_user()
    await sign_in(other, borrower.phone, "Somebody's phone")
    there = next(each for each in await other.identity.sessions() if each.current)
    async with visit(browser, app_process.url, "/profile/devices", state=borrower.state) as seen:
        await seen.press(f"end-{there.id}")
        await seen.press("confirm")
        await expect(seen.page.get_by_test_id(f"end-{there.id}")).to_have_count(0)
        await seen.hear("This device")

    await asyncio.sleep(1.5)  # the platform knows within a second
    with pytest.raises(NotAuthenticated):
        await other.identity.me()


async def test_an_open_loan_hinders_the_end_of_the_account(
    borrower: Borrower, browser: Browser, app_process: AppProcess
) -> None:
    async with visit(browser, app_process.url, "/profile/end-account", state=borrower.state) as seen:
        await seen.see("hindered-open_loan")
        await expect(seen.page.get_by_test_id("end-account")).to_have_count(0)
        await seen.press("hindered-open_loan")
        await seen.see(f"loan-{borrower.loan.id}")
