"""A borrower chats in a real browser on the simulator's phone: the bot, the platform and WhatsApp in processes of their
own, nothing faked between the browser and the books.
"""

import asyncio
import os
import re
from pathlib import Path
from uuid import UUID

from playwright.async_api import Page, async_playwright

from backend.cli.waiting import until
from bot.channels.whatsapp import Sender
from bot.template_sync import sync
from shared.api.channels import LinkCodeIn
from shared.api.conversations import ConversationStatus
from shared.api.desk import AgentIn, ClaimIn, InboxView, Presence, ReplyIn, ResolveIn
from shared.api.identity import TenantChange, TenantSettings
from shared.api.notifications import Channel
from shared.i18n import Language, localizer
from shared.roles import Role
from tests.builders.chatting import ChattingHouse, chatting
from tests.builders.houses import Applicant, Street
from tests.builders.running import RunningPlatform

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_S = 60.0
PICTURES = os.environ.get("SCREENSHOTS")


class Handset:
    """The phone on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._said = page.locator("article[data-from=business]")

    async def write(self, text: str) -> str:
        before = await self._said.count()
        await self.page.fill("#text", text)
        await self.page.click("#compose button")
        return await self.answer(before)

    async def tap(self, title: str) -> str:
        before = await self._said.count()
        await self.page.locator("article button", has_text=re.compile(f"^{re.escape(title)}$")).last.click()
        return await self.answer(before)

    async def choose(self, opener: str, row: str) -> str:
        before = await self._said.count()
        await self.page.locator("article button", has_text=opener).last.click()
        await self.page.locator("#rows button", has_text=row).first.click()
        return await self.answer(before)

    async def answer(self, before: int) -> str:
        """Everything that came since, once it stopped coming."""
        await until(self._said.count, lambda count: count > before, "an answer", patience_s=PATIENCE_S)
        count = before
        for _ in range(int(PATIENCE_S)):
            if count == (count := await self._said.count()):
                break
            await asyncio.sleep(1.2)
        return "\n".join((await self._said.all_inner_texts())[before:])

    async def picture(self, name: str) -> None:
        """Keeps what the phone shows, where somebody wants to look at it."""
        if PICTURES:
            await self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def test_a_borrower_gets_everything_done_in_a_chat(running_platform: RunningPlatform, road: Street) -> None:
    house = await road.house()
    borrower = await house.applicant()
    loan = await borrower.borrows()
    async with chatting(running_platform, house) as bot, async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": 1000, "height": 860})
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(bot.phone("NG.adaP4ss", borrower.phone))
        phone = Handset(page)

        assert "automated assistant" in await phone.write("hello")
        await links_the_chat(phone, borrower)
        await wants_reminders(phone, borrower)
        await sees_the_balance(phone, borrower)
        await pays(phone, borrower)
        assert "closes this loan" in await asks(phone, "Pay it all off")
        await promises(phone)
        await disputes(phone, borrower)
        await talks_to_a_person(phone, borrower)
        await stops(phone, borrower)
        await speaks_arabic(phone, borrower, bot)

        await phone.picture("end")
        assert wrong == []
        await browser.close()
    assert (await borrower.client.servicing.loan(loan.id)).past_due.amount_minor == 0


async def asks(phone: Handset, row: str) -> str:
    """Opens the menu and chooses."""
    await phone.write("menu")
    return await phone.choose("Open the menu", row)


async def links_the_chat(phone: Handset, borrower: Applicant) -> None:
    assert "not tied to an account" in await phone.choose("Open the menu", "Balance")
    await phone.picture("unlinked")
    code = await borrower.client.identity.issue_link_code(LinkCodeIn())
    said = await phone.write(code.code)
    assert "tied to your account now" in said


async def sees_the_balance(phone: Handset, borrower: Applicant) -> None:
    """One tap in the app, and the chat goes on by itself."""
    assert "confirm that it is you" in await asks(phone, "Balance")
    link = await phone.page.locator("article a").last.get_attribute("href")
    assert link is not None
    before = await phone.page.locator("article[data-from=business]").count()
    await borrower.client.identity.confirm_channel_step_up(UUID(link.rpartition("/")[2]))
    said = await phone.answer(before)
    assert "You owe ₦" in said
    await phone.picture("balance")


async def wants_reminders(phone: Handset, borrower: Applicant) -> None:
    """From now on what the platform has to tell comes here, whatever the hour in this house."""
    admin = await borrower.house.staff(Role.TENANT_ADMIN)
    awake = TenantSettings(staff_need_second_factor=False, quiet_from_hour=0, quiet_until_hour=0)
    await admin.identity.change_tenant(TenantChange(settings=awake))
    assert "service messages and reminders here again" in await phone.write("start")
    assert Channel.WHATSAPP in (await borrower.client.notifications.preferences()).reminder


async def is_told_that_it_came(phone: Handset) -> None:
    """The payment's own news came into the chat by themselves, with their button, and were delivered."""
    told = phone.page.locator("article[data-from=business]", has_text="we have received your payment")
    await until(told.count, lambda count: count == 1, "the nudge", patience_s=PATIENCE_S)
    assert await told.locator("button").all_inner_texts() == ["Balance"]
    await phone.picture("nudge")


async def pays(phone: Handset, borrower: Applicant) -> None:
    """By a link whose page is the sandbox's bank; the payment is in the books at the end."""
    assert "How much" in await phone.tap("Pay now")
    await phone.tap("Another amount")
    assert "₦5,000.00. Is that right?" in await phone.write("5k")
    await phone.tap("Yes")
    said = await phone.tap("Pay by link")
    assert "Reference" in said
    await phone.picture("pay")
    link = await phone.page.locator("article a").last.get_attribute("href")
    assert link is not None
    bank = await phone.page.context.new_page()
    await bank.goto(link)
    await bank.click("form button")
    await bank.close()
    loan_id = (await borrower.client.servicing.loans()).items[0].id

    async def repaid() -> list[int]:
        page = await borrower.client.servicing.transactions(loan_id)
        return [each.amount.amount_minor for each in page.items if each.kind == "repayment"]

    await until(repaid, lambda amounts: amounts == [5_000_00], "the repayment", patience_s=PATIENCE_S)
    await is_told_that_it_came(phone)
    assert "We got ₦5,000.00" in await phone.tap("I have paid")


async def promises(phone: Handset) -> None:
    assert "What would help you?" in await asks(phone, "Can't pay?")
    await phone.tap("A few more days")
    await phone.write("in 5 days")
    said = await phone.tap("Yes")
    assert "Noted:" in said
    assert "Reference" in said
    await phone.picture("hardship")


async def disputes(phone: Handset, borrower: Applicant) -> None:
    await asks(phone, "Report a problem")
    assert "What is wrong" in await phone.choose("Choose", "Your payment")
    await phone.choose("Choose", "The amount is wrong")
    said = await phone.write("I paid six thousand, not five")
    assert "Your case is open" in said
    await phone.picture("dispute")
    opened = [each async for each in borrower.client.disputes.iterate()]
    assert [each.number for each in opened] == re.findall(r"reference (\S+)\.", said)


async def talks_to_a_person(phone: Handset, borrower: Applicant) -> None:
    """WhatsApp to the desk and back: claimed, answered, ended; then the bot speaks again."""
    desk = (await borrower.house.staff(Role.SUPPORT_AGENT)).desk
    await desk.be_there(AgentIn(presence=Presence.ONLINE))
    assert "A person of our team answers you here" in await phone.write("agent")
    await phone.picture("human")
    inbox = [each.conversation async for each in desk.iterate_inbox(view=InboxView.ALL)]
    thread = next(each for each in inbox if each.status is ConversationStatus.OPEN)
    if thread.assignee_id is None:
        await desk.claim(thread.id, ClaimIn())
    before = await phone.page.locator("article[data-from=business]").count()
    await desk.reply(thread.id, ReplyIn(text="Good morning Ada, I am Bola. I look into it."))
    assert "I am Bola" in await phone.answer(before)
    story = [each async for each in desk.iterate_messages(thread.id)]
    assert any(each.text and "Your case is open" in each.text for each in story)
    before = await phone.page.locator("article[data-from=business]").count()
    await desk.resolve(thread.id, ResolveIn(reason="answered"))
    assert "How well did we help you?" in await phone.answer(before)
    await phone.picture("rating")
    assert "Thank you. That helps us." in await phone.choose("Choose", "Very well")
    rated = (await desk.thread(thread.id)).rating
    assert rated is not None
    assert rated.score == 5


async def stops(phone: Handset, borrower: Applicant) -> None:
    assert "Which messages shall we stop" in await phone.write("stop")
    assert "no more reminders" in await phone.tap("Only reminders")
    assert Channel.WHATSAPP not in (await borrower.client.notifications.preferences()).reminder


async def speaks_arabic(phone: Handset, borrower: Applicant, bot: ChattingHouse) -> None:
    """From right to left in bubbles, buttons and lists; outside the window a template in the same language."""
    say = localizer(Language.ARABIC, "bot").say
    await phone.write("language")
    said = await phone.choose("Choose", "العربية")
    assert say("From now on we speak English.", context="bot") in said
    await phone.write(say("Menu", context="bot|button"))
    await phone.page.locator("article button").last.click()
    await phone.picture("arabic-menu")
    rows = phone.page.locator("#rows button")
    assert await rows.count() == 10
    assert await rows.first.evaluate(_DIRECTION) == "rtl"
    before = await phone.page.locator("article[data-from=business]").count()
    await rows.nth(1).click()
    assert "₦" in await phone.answer(before)
    assert await phone.page.locator("article[data-from=business] div[dir=auto]").last.evaluate(_DIRECTION) == "rtl"
    assert await phone.page.locator("article button").last.evaluate(_DIRECTION) == "rtl"
    await phone.tap(say("Pay now", context="bot|button"))
    await phone.picture("arabic-pay")
    await is_called_by_a_template(phone, borrower, bot)


async def is_called_by_a_template(phone: Handset, borrower: Applicant, bot: ChattingHouse) -> None:
    """A person answers after the window has closed: the template calls in Arabic, and its button brings the answer."""
    sender = Sender(bot.line, graph_url=bot.graph_url)
    await sync(bot.line, sender)
    await sender.close()
    await phone.write("agent")
    desk = (await borrower.house.staff(Role.SUPPORT_AGENT)).desk
    inbox = [each.conversation async for each in desk.iterate_inbox(view=InboxView.ALL)]
    thread = next(each for each in inbox if each.status is ConversationStatus.OPEN)
    await phone.page.click("[data-trouble=window_closed]")
    await desk.reply(thread.id, ReplyIn(text="صباح الخير آدا"))
    template = phone.page.locator("article[data-kind=template]")
    await until(template.count, lambda count: count == 1, "the template", patience_s=PATIENCE_S)
    await phone.picture("template")
    await phone.page.click("[data-trouble=window_open]")
    before = await phone.page.locator("article[data-from=business]").count()
    await template.locator("button").click()
    assert "صباح الخير آدا" in await phone.answer(before)
    await phone.picture("arabic-human")


_DIRECTION = "(it) => getComputedStyle(it).direction"
