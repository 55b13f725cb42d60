"""The chat: the assistant by button and by text, the way to pay, and a person who answers while one looks."""

from uuid import UUID

from playwright.async_api import Browser

from backend.cli.phone import sign_in
from backend.seed import DEMO_TENANTS, staff_phone
from shared.api.channels import ChatChannel
from shared.api.conversations import Author, ConversationStatus, MessageOut
from shared.api.desk import ClaimIn, InboxView, ReplyIn, ResolveIn
from shared.client import AsyncClient
from shared.i18n import Language, localizer
from shared.roles import Role
from tests.app.browser.conftest import AppProcess, Borrower
from tests.builders.browser import visit


async def test_the_assistant_answers_leads_to_paying_and_hands_over_to_a_person(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess, assistant: None
) -> None:
    agent = staff.as_user()
    await sign_in(agent, staff_phone(DEMO_TENANTS[0], Role.SUPPORT_AGENT), "Tunde")
    owed = (await staff.servicing.loan(borrower.loan.id)).outstanding
    async with visit(browser, app_process.url, "/chat", state=borrower.state) as seen:
        await seen.write("Your message", "Hello")
        await seen.press("send-message")
        await seen.press("say-Balance")
        await seen.hear("You owe ₦")
        await seen.write("Your message", "how much do I owe?")
        await seen.press("send-message")
        await seen.page.get_by_text("You owe ₦").nth(1).wait_for(state="attached")

        await seen.press("say-Pay now")
        await seen.page.wait_for_url(f"**/loans/{borrower.loan.id}/pay")
        await seen.see("set-going")

        await seen.go("/chat")
        await seen.press("ask-for-person")
        await seen.hear("Our team has your message")
        thread = await _waiting(agent)
        said = await _said(agent, thread)
        assert [each.author for each in said] == [Author.BORROWER, Author.BOT] * 4
        assert sum(localizer(Language.ENGLISH).money(owed) in (each.text or "") for each in said) == 2
        assert {each.channel for each in said} == {ChatChannel.IN_APP}

        await agent.desk.claim(thread, ClaimIn())
        await agent.desk.reply(thread, ReplyIn(text="Good morning Ada, this is Tunde."))
        await seen.hear("Good morning Ada, this is Tunde.")
        await seen.hear("Our team")

        await seen.write("Your message", "Thank you")
        await seen.press("send-message")
        await seen.hear("Thank you")
    assert (await agent.desk.thread(thread)).conversation.status is ConversationStatus.OPEN
    assert [each.text for each in await _said(agent, thread)][-2:] == ["Good morning Ada, this is Tunde.", "Thank you"]
    await agent.desk.resolve(thread, ResolveIn(reason="answered"))


async def _waiting(agent: AsyncClient) -> UUID:
    """The one conversation that waits for a person."""
    found = [each.conversation.id async for each in agent.desk.iterate_inbox(view=InboxView.WAITING)]
    assert len(found) == 1
    return found[0]


async def _said(agent: AsyncClient, thread: UUID) -> list[MessageOut]:
    """What was said, the oldest first."""
    return [each async for each in agent.desk.iterate_messages(thread) if not each.is_note][::-1]
