"""What of the platform's news goes into a conversation's topic: the handoff, what is said, and how it ends."""

from datetime import datetime
from uuid import UUID

import msgspec

from bot.lines import LineAtWork
from bot.masking import masked
from bot.platform.session import Services
from bot.seal import Seal
from bot.store.records import Outgoing
from bot.store.rows import Rows
from bot.telegram.posts import Post
from shared.api.conversations import Author, ConversationStatus, FeedItem, FeedKind

CHANNEL = "telegram"
_STORY = 12  # messages of the story that an agent gets with the handoff
_HOW = "Answer here. /note stays among us, /resolve ends, /assign takes it, /snooze 2h puts it aside."
_OF_BORROWER, _OF_AGENT = "Borrower: ", "Desk: "


class ToTopics:
    """Puts news into the outbox of their topic, once by the news's own id."""

    def __init__(self, rows: Rows, seal: Seal, services: Services) -> None:
        self._rows, self._seal, self._services = rows, seal, services

    async def tell(self, line: LineAtWork, item: FeedItem, now: datetime) -> None:
        """Posts what agents should know of; what they typed in the topic themselves is not told to them again."""
        if line.line.telegram is None or item.conversation_id is None:
            return
        post = await self._post(line, item, item.conversation_id)
        if post is None:
            return
        conversation_id = self._seal.conversation_id(CHANNEL, str(item.conversation_id))
        body = self._seal.seal(msgspec.json.encode(post), f"outbox:{conversation_id}")
        outgoing = Outgoing(id=item.id, channel=CHANNEL, body=body)
        number = line.line.phone_number_id
        await self._rows.intend(line.line.tenant, number, conversation_id, state=None, outgoing=[outgoing], now=now)

    async def _post(self, line: LineAtWork, item: FeedItem, thread_id: UUID) -> Post | None:
        title = f"Conversation {thread_id.hex[-8:].upper()}"
        if item.kind is FeedKind.HANDED_OFF:
            return Post(thread_id=thread_id, title=title, text=await self._story(line, item, thread_id))
        if await self._rows.topic_of(line.line.tenant, thread_id) is None:
            return None
        if item.kind in {FeedKind.RESOLVED, FeedKind.RETURNED_TO_BOT}:
            return Post(thread_id=thread_id, title=title, text="Ended: the bot answers again.", closes=True)
        text = await self._said(line, item, thread_id)
        return None if text is None else Post(thread_id=thread_id, title=title, text=text)

    async def _said(self, line: LineAtWork, item: FeedItem, thread_id: UUID) -> str | None:
        """What somebody said, if agents should read it in the topic."""
        if item.message is None:
            return None
        text = masked(item.message.text or "[file]")
        if item.kind is FeedKind.MESSAGE_FROM_BORROWER and await self._is_in_hands(line, thread_id):
            return _OF_BORROWER + text
        if item.kind is not FeedKind.MESSAGE_FROM_AGENT:
            return None
        was_typed_there = await self._rows.known(line.line.tenant, item.message.id) is not None
        return None if was_typed_there else _OF_AGENT + text

    async def _story(self, line: LineAtWork, item: FeedItem, thread_id: UUID) -> str:
        bot = (await self._services.service(line)).bot
        lines: list[str] = []
        async for message in bot.iterate_messages(thread_id):
            if not message.is_note:
                who = "Borrower" if message.author is Author.BORROWER else message.author.value.capitalize()
                lines.append(f"{who}: {masked(message.text or '[file]')}")
            if len(lines) == _STORY:
                break
        reason = item.data.get("reason", "").replace("_", " ")
        return "\n\n".join([f"A person is wanted ({reason}).", *reversed(lines), _HOW])

    async def _is_in_hands(self, line: LineAtWork, thread_id: UUID) -> bool:
        thread = await (await self._services.service(line)).bot.conversation(thread_id)
        return thread.status in {ConversationStatus.OPEN, ConversationStatus.SNOOZED}
