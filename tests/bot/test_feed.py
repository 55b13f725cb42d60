"""The platform's news: who is asked how they were helped and where, and whose conversation a person took."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec import structs

from bot.channels.outgoing import Message
from bot.conversation.state import Owner, State
from bot.delivery import Outlet
from bot.feed import Feed
from bot.lines import LineAtWork, Lines
from bot.store.records import Claim, Outgoing
from shared.api.channels import ChatChannel
from shared.api.conversations import FeedItem, FeedKind, FeedOut
from shared.clock import SystemClock
from shared.ids import new_id
from tests.builders.bot import Bot, Phone, running, text_of

_messages = msgspec.json.Decoder(Message)


@dataclass
class Platform:
    """What the bot asks of the platform's news, and what it says in the app's chat."""

    items: list[FeedItem] = field(default_factory=list)
    cursors: list[str | None] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    is_away: bool = False

    async def service(self, line: LineAtWork) -> "Platform":
        return self

    async def forget(self, line: LineAtWork) -> None:
        return

    @property
    def bot(self) -> "Platform":
        return self

    async def feed(self, after: str | None, *, wait_s: int = 0) -> FeedOut:
        if self.is_away:
            raise ConnectionError
        self.cursors.append(after)
        items, self.items = self.items, []
        return FeedOut(items=items, cursor=items[-1].cursor if items else after or "0.0")

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        content = _messages.decode(body).content
        self.said.append(str(getattr(content, "text", content)))
        return str(outgoing.id)


class NoTopics:
    """No forum."""

    async def tell(self, line: LineAtWork, item: FeedItem, now: datetime) -> None:
        return


@dataclass
class Scene:
    """A bot that reads the platform's news."""

    bot: Bot
    platform: Platform
    feed: Feed
    line: LineAtWork

    async def hears(self, kind: FeedKind, *, thread: UUID, user: UUID | None = None, **data: str) -> None:
        """One item, read as the feed reads it."""
        item = FeedItem(
            cursor="1.1", id=new_id(), kind=kind, conversation_id=thread, link_id=None, user_id=user, message=None,
            data=data, at=datetime.now(UTC),
        )  # fmt: skip
        for _ in range(2):  # at least once is twice
            self.platform.items = [item]
            assert await self.feed.read(self.line)
        await self.bot.settled()

    async def thread_of(self, phone: Phone) -> UUID:
        """The platform's thread of a chat on WhatsApp."""
        thread = new_id()
        conversation_id = self.bot.dispatcher.conversation_of(self.line, phone.chat.user_id)
        await self.bot.rows.know(self.line.line.tenant, thread, conversation_id, self.line.line.phone_number_id)
        return thread

    async def owner_of(self, phone: Phone) -> Owner:
        conversation_id = self.bot.dispatcher.conversation_of(self.line, phone.chat.user_id)
        kept = await self.bot.rows.state_of(self.line.line.tenant, conversation_id)
        assert kept is not None
        assert kept[1] is not None
        sealed = self.bot.dispatcher._seal.open(kept[1], f"state:{conversation_id}")
        return msgspec.json.decode(sealed, type=State).owner


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with running(database_url) as bot:
        platform: Any = Platform()
        outlets: dict[str, Outlet] = {**bot.dispatcher._delivery._outlets, ChatChannel.IN_APP.value: platform}
        bot.dispatcher._delivery._outlets = outlets
        line = bot.lines.get(bot.line.phone_number_id)
        assert line is not None
        line = replace(line, line=structs.replace(line.line, service_key="key"))
        topics: Any = NoTopics()
        feed = Feed(
            rows=bot.rows, lines=Lines([line]), services=platform, dispatcher=bot.dispatcher, topics=topics,
            clock=SystemClock(),
        )  # fmt: skip
        yield Scene(bot, platform, feed, line)


RATING = {"reason": "answered", "language": "fr", "rating_id": "01998877-0000-7000-8000-00000000ca5a"}
ASKED = "How well did we help you?"


async def test_whoever_begins_goes_on_from_where_the_last_one_stopped(scene: Scene) -> None:
    thread = new_id()
    await scene.hears(FeedKind.NOTE, thread=thread)
    await scene.feed.begin()

    assert scene.platform.cursors == [None, "1.1", "1.1"]


async def test_a_platform_that_is_away_keeps_nobody_from_beginning(scene: Scene) -> None:
    scene.platform.is_away = True
    await scene.feed.begin()

    scene.platform.is_away = False
    assert await scene.feed.read(scene.line)


async def test_it_is_asked_on_whatsapp_where_the_borrower_wrote_there_last(scene: Scene) -> None:
    phone = scene.bot.phone()
    await phone.write("agent")
    await scene.hears(
        FeedKind.RESOLVED, thread=await scene.thread_of(phone), user=new_id(), channel="whatsapp", **RATING
    )

    assert len([each for each in phone.chat.bubbles if ASKED in text_of(each)]) == 1
    assert scene.platform.said == []


async def test_it_is_asked_in_the_app_in_the_readers_language_even_of_whom_the_bot_never_heard(scene: Scene) -> None:
    phone = scene.bot.phone()
    await phone.write("agent")
    await scene.hears(FeedKind.RESOLVED, thread=await scene.thread_of(phone), user=new_id(), channel="in_app", **RATING)

    assert len(scene.platform.said) == 1
    assert "Vous avons-nous bien aidé" in scene.platform.said[0]
    assert not any(ASKED in text_of(each) for each in phone.chat.bubbles)
    assert await scene.owner_of(phone) is Owner.BOT


async def test_what_somebody_at_the_desk_claims_the_bot_leaves_to_them(scene: Scene) -> None:
    phone = scene.bot.phone()
    await phone.write("menu")
    thread = await scene.thread_of(phone)
    await scene.hears(FeedKind.HANDED_OFF, thread=thread, reason="asked_for_person")
    assert await scene.owner_of(phone) is Owner.BOT  # what the bot hands over it knows by itself

    await scene.hears(FeedKind.HANDED_OFF, thread=thread, reason="claimed")
    assert await phone.write("menu") == []
    await scene.hears(FeedKind.RETURNED_TO_BOT, thread=thread)
    assert await phone.write("menu") != []
