"""Reads the platform's news and puts what concerns a chat into its conversation: once, in order, however often told."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot.channels.meta import Heard
from bot.conversation.inbound import Inbound, Kind
from bot.dispatcher import Dispatcher
from bot.lines import LineAtWork, Lines
from bot.platform.session import Services
from bot.store.rows import Rows
from bot.telegram.mirror import ToTopics
from shared.api.channels import ChatChannel
from shared.api.conversations import ConversationStatus, FeedItem, FeedKind, MessageStatus, MessageStatusIn
from shared.api.nudges import NudgeFailure
from shared.client import errors
from shared.clock import Clock

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=40)
_TO_BOT = "go:bot"
_CLAIMED = "claimed"
WAIT_S = 5
BEGIN_S = 5
PAUSE_S = 2.0
_KINDS = {
    FeedKind.MESSAGE_FROM_AGENT: Kind.AGENT_SAID,
    FeedKind.NUDGE: Kind.NUDGE,
    FeedKind.HANDED_OFF: Kind.TAKEN,
    FeedKind.RETURNED_TO_BOT: Kind.RETURNED,
    FeedKind.RESOLVED: Kind.RETURNED,
    FeedKind.STEPPED_UP: Kind.PROVEN,
    FeedKind.LINK_ENDED: Kind.UNLINKED,
}


class Feed:
    """The news of every tenant; of all processes one at a time reads a tenant's."""

    def __init__(
        self,
        *,
        rows: Rows,
        lines: Lines,
        services: Services,
        dispatcher: Dispatcher,
        topics: ToTopics,
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._rows, self._lines, self._services = rows, lines, services
        self._dispatcher, self._clock = dispatcher, clock

    async def run(self) -> None:
        """Reads until cancelled."""
        async with asyncio.TaskGroup() as group:
            for tenant in self._lines.tenants:
                line = self._lines.of_tenant(tenant)[0]
                if line.line.service_key:
                    group.create_task(self._forever(line))

    async def begin(self) -> None:
        """Takes its place in the news of every tenant, so that nothing is missed that is said from now on.

        A platform that does not answer just now is left to `run`.
        """
        for tenant in self._lines.tenants:
            line = self._lines.of_tenant(tenant)[0]
            if line.line.service_key:
                try:
                    async with asyncio.timeout(BEGIN_S):
                        await self.read(line)
                except Exception as failure:  # noqa: BLE001 -- whatever it was, it is tried again
                    log.warning("feed_failed", error_type=type(failure).__name__)

    async def _forever(self, line: LineAtWork) -> None:
        while True:
            try:
                read = await self.read(line, wait_s=WAIT_S)
            except Exception as failure:  # noqa: BLE001 -- whatever it was, the cursor stands
                log.warning("feed_failed", error_type=type(failure).__name__)
                read = False
            if not read:
                await asyncio.sleep(PAUSE_S)

    async def read(self, line: LineAtWork, *, wait_s: int = 0) -> bool:
        """Deals with the next news; false where somebody else reads them."""
        tenant, now = line.line.tenant, self._clock.now()
        ours, cursor = await self._rows.take_feed(tenant, now, now + LEASE)
        if not ours:
            return False
        try:
            news = await (await self._services.service(line)).bot.feed(cursor, wait_s=wait_s)
            for item in news.items:
                await self._deal_with(tenant, item)
                await self._topics.tell(line, item, self._clock.now())
            cursor = news.cursor
        except errors.SessionExpired:
            await self._services.forget(line)
            raise
        finally:
            await self._rows.keep_feed(tenant, cursor, self._clock.now())
        return True

    async def _deal_with(self, tenant: str, item: FeedItem) -> None:
        await self._in_app(self._lines.of_tenant(tenant)[0], item)
        kind = _kind_of(item)
        if kind is None or (item.message is not None and item.message.channel is not ChatChannel.WHATSAPP):
            return
        by_link = kind in {Kind.PROVEN, Kind.UNLINKED, Kind.NUDGE}
        place = item.link_id if by_link else item.conversation_id
        known = await self._rows.known(tenant, place) if place is not None else None
        if known is None:
            await self._refuse(tenant, item)
            return
        conversation_id, number = known
        line = self._lines.get(number)
        if line is None:
            return
        inbound = Inbound(
            kind=kind,
            event_id=f"f:{item.id}",
            at=item.at,
            text=(item.message.text or "") if item.message is not None else "",
            about=item.message.id if item.message is not None else _question(item, ChatChannel.WHATSAPP),
            template=(item.message.template or "") if item.message is not None else "",
            values={name.removeprefix("value_"): each for name, each in item.data.items() if name.startswith("value_")},
            until=datetime.fromisoformat(item.data["until"]) if kind is Kind.NUDGE else None,
        )
        await self._dispatcher.notice(line, conversation_id, inbound)

    async def _in_app(self, line: LineAtWork, item: FeedItem) -> None:
        """What was written in the app's chat is the engine's to answer while no person has the thread."""
        if item.user_id is None or item.conversation_id is None:
            return
        address, said = str(item.user_id), item.message
        if item.kind in {FeedKind.RETURNED_TO_BOT, FeedKind.RESOLVED}:
            asked = _question(item, ChatChannel.IN_APP)
            inbound = Inbound(kind=Kind.RETURNED, event_id=f"f:{item.id}:app", at=item.at, about=asked)
            if asked is not None:  # of whom went straight to a person we may know nothing yet
                await self._hear(line, address, inbound, item.data.get("language"))
                return
            await self._dispatcher.notice(line, self._dispatcher.conversation_of(line, address), inbound)
            return
        if (
            item.kind is not FeedKind.MESSAGE_FROM_BORROWER
            or said is None
            or said.channel is not ChatChannel.IN_APP
            or said.external_id is None
        ):
            return
        choice, language = said.choice or "", None
        if not choice.endswith(_TO_BOT):
            thread = await (await self._services.service(line)).bot.conversation(item.conversation_id)
            language = thread.language
            if thread.status in {ConversationStatus.OPEN, ConversationStatus.SNOOZED}:
                return
        inbound = Inbound(
            kind=Kind.CHOICE if choice else Kind.TEXT,
            event_id=f"m:{said.external_id}",
            at=item.at,
            text=said.text or "",
            choice=choice,
        )
        await self._hear(line, address, inbound, language)

    async def _hear(self, line: LineAtWork, address: str, inbound: Inbound, language: str | None) -> None:
        """Something in the app's chat; whom the engine does not know yet it speaks with in `language`."""
        heard = Heard(
            phone_number_id=line.line.phone_number_id,
            address=address,
            phone=None,
            inbound=inbound,
            channel=ChatChannel.IN_APP,
            language=language,
        )
        await self._dispatcher.hear(line, heard)

    async def _refuse(self, tenant: str, item: FeedItem) -> None:
        """Says that a nudge has no chat to go to; the platform tells it another way."""
        if item.kind is not FeedKind.NUDGE or item.message is None:
            return
        bot = (await self._services.service(self._lines.of_tenant(tenant)[0])).bot
        failed = MessageStatusIn(status=MessageStatus.FAILED, error_code=NudgeFailure.UNKNOWN_CHAT)
        await bot.set_status(item.message.id, failed)


def _kind_of(item: FeedItem) -> Kind | None:
    """What an item is to the conversation; what the bot handed over itself it knows already."""
    if item.kind is FeedKind.HANDED_OFF and item.data.get("reason") != _CLAIMED:
        return None
    return _KINDS.get(item.kind)


def _question(item: FeedItem, channel: ChatChannel) -> UUID | None:
    """What asks how somebody was helped, in the one chat where they wrote last."""
    asked = item.data.get("rating_id")
    return UUID(asked) if asked is not None and item.data.get("channel") == channel else None
