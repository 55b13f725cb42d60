"""A borrower in trouble, from chat to person and back: linked, stepped up, helped, answered, heard of live."""

import asyncio
from datetime import timedelta

import pytest

from backend.cli.waiting import until
from shared.api.arrears import AgreeIn, HardshipIn, HardshipKind, HardshipStatus
from shared.api.channels import (
    ChannelStepUpIn,
    ChatChannel,
    LinkCodeIn,
    LinkIn,
    ServiceAccountIn,
    ServiceSignIn,
)
from shared.api.compliance import ExportStatus
from shared.api.conversations import (
    BotMessageIn,
    Direction,
    FeedItem,
    FeedKind,
    HandoffIn,
    MessageStatus,
    MessageStatusIn,
)
from shared.api.desk import AgentIn, Presence, ReplyIn, ResolveIn
from shared.api.disputes import DisputedKind, DisputeIn, DisputeOutcome, DisputeReason, ResolveDisputeIn
from shared.assurance import Assurance
from shared.client import AsyncClient
from shared.client.errors import Conflict, NotPermitted
from shared.ids import new_id
from shared.roles import Role
from tests.builders.houses import House, Street
from tests.journeys.abreast import journey

WA = "NG.99887766"


async def a_bot(house: House) -> AsyncClient:
    """The tenant's bot, signed in."""
    admin = await house.staff(Role.TENANT_ADMIN)
    made = await admin.identity.create_service_account(ServiceAccountIn(name="Bot"))
    bot = house.client.as_user()
    await bot.identity.sign_in_service(ServiceSignIn(secret=made.secret))
    return bot


class Feed:
    """What the bot hears, kept as it comes."""

    def __init__(self, bot: AsyncClient, cursor: str) -> None:
        self.bot, self.cursor = bot, cursor
        self.seen: list[FeedItem] = []

    async def hears(self, kind: FeedKind) -> FeedItem:
        """The first item of a kind that was not asked for before."""

        async def read() -> list[FeedItem]:
            news = await self.bot.bot.feed(self.cursor, wait_s=5)
            self.seen, self.cursor = self.seen + news.items, news.cursor
            return [each for each in self.seen if each.kind is kind]

        found = (await until(read, bool, f"{kind} in the feed"))[0]
        self.seen.remove(found)
        return found


async def says(bot: AsyncClient, text: str) -> BotMessageIn:
    message = BotMessageIn(
        channel=ChatChannel.WHATSAPP,
        subject=WA,
        direction=Direction.INBOUND,
        external_id=f"wamid.{new_id().hex}",
        text=text,
    )
    await bot.bot.take_message(message)
    return message


@journey
async def test_somebody_in_trouble_is_helped_by_bot_and_person(road: Street) -> None:
    house = await road.house()
    applicant, bot = await house.applicant(), await a_bot(house)
    loan = await applicant.borrows()
    assert loan.next_due_on is not None
    await house.advance_to(loan.next_due_on + timedelta(days=3))
    agent = await house.colleague(Role.SUPPORT_AGENT)
    await agent.desk.be_there(AgentIn(presence=Presence.ONLINE, languages=["en"]))
    feed = Feed(bot, (await bot.bot.feed()).cursor)
    topics: list[str] = []
    listening = asyncio.create_task(_listens(applicant.client, topics))

    code = await applicant.client.identity.issue_link_code(LinkCodeIn())
    link = await bot.bot.link(LinkIn(channel=ChatChannel.WHATSAPP, subject=WA, code=code.code))
    await says(bot, "I can't pay")
    borrower = house.client.as_user()
    await borrower.adopt(await bot.bot.delegate(link.id))
    with pytest.raises(NotPermitted) as refusal:
        await borrower.servicing.loan(loan.id)
    assert refusal.value.code == "assurance_too_low"
    asked = await bot.bot.step_up(link.id, ChannelStepUpIn())
    await applicant.client.identity.confirm_channel_step_up(asked.id)
    await feed.hears(FeedKind.STEPPED_UP)
    delegation = await bot.bot.delegate(link.id)
    await borrower.adopt(delegation)
    assert delegation.assurance is Assurance.STEPPED_UP
    assert (await borrower.servicing.loan(loan.id)).days_past_due == 3

    case = await borrower.arrears.open_case(loan.id, HardshipIn(kind=HardshipKind.SMALLER_AMOUNTS))
    agreed = await borrower.arrears.agree(case.id, AgreeIn(plan_id=case.plans[0].id))
    assert (await borrower.arrears.of_loan(loan.id)).reminders_paused
    for promise in agreed.promises:
        await applicant.pay(loan.id, promise.amount)
    kept = await until(
        lambda: applicant.client.arrears.case(case.id), lambda it: it.status is HardshipStatus.KEPT, "plan kept"
    )
    assert not (await applicant.client.arrears.of_loan(loan.id)).reminders_paused
    assert {each.paid for each in kept.promises} == {each.amount for each in kept.promises}
    await applicant.is_told("Your plan is agreed")

    thread = (await applicant.client.conversation.read()).id
    handed = await bot.bot.hand_off(thread, HandoffIn(reason="asked_for_person", summary="Was in trouble"))
    inbox = [each async for each in agent.desk.iterate_inbox()]
    assert [each.conversation.id for each in inbox] == [thread], handed
    await agent.desk.reply(thread, ReplyIn(text="All is well again."))
    answer = await feed.hears(FeedKind.MESSAGE_FROM_AGENT)
    assert answer.message is not None
    assert (answer.message.text, answer.link_id) == ("All is well again.", link.id)
    await bot.bot.set_status(answer.message.id, MessageStatusIn(status=MessageStatus.SENT, provider_id="wamid.out"))
    await agent.desk.resolve(thread, ResolveIn(reason="answered"))
    newest = (await applicant.client.conversation.messages()).items[0]
    assert (newest.text, newest.status) == ("All is well again.", MessageStatus.SENT)

    await until(lambda: _now(topics), lambda seen: set(seen) >= WANTED, "live news")
    listening.cancel()


WANTED = {
    "identity.channel_stepped_up",
    "arrears.hardship_agreed",
    "arrears.promise_kept",
    "servicing.repayment_recorded",
    "support.message_from_agent",
}


async def _listens(client: AsyncClient, topics: list[str]) -> None:
    async for event in client.live.iterate():
        topics.append(event.topic)  # noqa: PERF401  (read while it grows)


async def _now(topics: list[str]) -> list[str]:
    return topics


@journey
async def test_a_dispute_is_decided_and_ones_data_and_account_are_ones_own(road: Street) -> None:
    house = await road.house()
    applicant = await house.applicant()
    loan = await applicant.borrows()
    client = applicant.client
    paid = (await client.servicing.transactions(loan.id)).items[0]

    opened = await client.disputes.open(
        loan.id,
        DisputeIn(
            kind=DisputedKind.TRANSACTION,
            transaction_id=paid.id,
            reason=DisputeReason.WRONG_AMOUNT,
            details="Less arrived.",
        ),
    )
    held = (await client.arrears.of_loan(loan.id)).reminders_paused
    await house.operations.disputes.resolve(
        opened.id, ResolveDisputeIn(outcome=DisputeOutcome.REJECTED, reasons="The bank shows the whole amount.")
    )
    await applicant.is_told("We look into it", "Your dispute is decided")
    asked = await client.my_data.request_export()
    ready = await until(client.my_data.exports, lambda found: found[0].status is ExportStatus.READY, "copy of the data")
    copy = await client.my_data.download_export(asked.id)
    link = await client.my_data.link_export(asked.id)
    linked = await house.client.my_data.download_linked(link.url.split("/")[-2])
    meaning = await client.my_data.deletion()

    assert held
    assert (len(copy.content), copy.content) == (ready[0].size, linked.content)
    assert meaning.hindered_by == ["open_loan"]
    with pytest.raises(Conflict):
        await client.disputes.withdraw(opened.id)
