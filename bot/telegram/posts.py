"""Posts to the agents' forum, through aiogram: one topic a conversation, opened by its first post.

Telegram allows about twenty messages a minute in a group. Posts wait in the outbox: what Telegram puts off is tried
when it says, and nothing overtakes within a topic. aiogram takes long to load, so only a bot that needs it does.
"""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from msgspec import Struct

from bot.channels.whatsapp import NotSent, Outcome
from bot.lines import LineAtWork
from bot.settings import TELEGRAM
from bot.settings import Telegram as Forum
from bot.store.records import Claim, Outgoing
from bot.store.rows import Rows

if TYPE_CHECKING:
    from aiogram import Bot

PACE_S = 3.0  # between two posts to one group: twenty a minute
TEXT, TITLE = 4096, 128


class Post(Struct, frozen=True, kw_only=True):
    """Something for a conversation's topic; the last one closes it."""

    thread_id: UUID
    title: str
    text: str
    closes: bool = False


_posts = msgspec.json.Decoder(Post)


class ToTelegram:
    """Posts for agents. `pace_s` keeps the group's rate."""

    def __init__(self, rows: Rows, *, base: str = TELEGRAM, pace_s: float = PACE_S) -> None:
        self._rows, self._base, self._pace_s = rows, base, pace_s
        self._bots: dict[str, Bot] = {}
        self._next: dict[int, float] = {}
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Closes the connections."""
        for bot in self._bots.values():
            await bot.session.close()

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        """Posts into the conversation's topic. Raises NotSent; AGAIN with Telegram's own wait where it gives one."""
        forum = line.line.telegram
        if forum is None:
            raise NotSent(Outcome.REFUSED)
        post = _posts.decode(body)
        self._keep_pace(forum.group)
        from aiogram import exceptions  # noqa: PLC0415 -- see above

        try:
            topic = await self._topic(claim.tenant, forum, post)
            said = await self._bot(forum).send_message(forum.group, post.text[:TEXT], message_thread_id=topic)
            if post.closes:
                await self._bot(forum).close_forum_topic(forum.group, topic)
        except exceptions.TelegramRetryAfter as refusal:
            raise NotSent(Outcome.AGAIN, 429, refusal.retry_after) from refusal
        except (exceptions.TelegramNetworkError, exceptions.TelegramServerError) as failure:
            raise NotSent(Outcome.AGAIN) from failure
        except exceptions.TelegramAPIError as refusal:
            raise NotSent(Outcome.REFUSED) from refusal
        return f"tg:{topic}:{said.message_id}:{outgoing.id}"

    async def say(self, forum: Forum, topic: int | None, text: str) -> None:
        """Tells an agent something about what they typed; of no consequence where it fails."""
        from aiogram import exceptions  # noqa: PLC0415 -- see above

        try:
            await self._bot(forum).send_message(forum.group, text[:TEXT], message_thread_id=topic)
        except exceptions.TelegramAPIError:
            return

    def _keep_pace(self, group: int) -> None:
        now = asyncio.get_running_loop().time()
        free = self._next.get(group, now)
        if free > now:
            raise NotSent(Outcome.AGAIN, 429, max(1, round(free - now)))
        self._next[group] = now + self._pace_s

    async def _topic(self, tenant: str, forum: Forum, post: Post) -> int:
        async with self._opening:
            known = await self._rows.topic_of(tenant, post.thread_id)
            if known is not None:
                return known
            made = await self._bot(forum).create_forum_topic(forum.group, post.title[:TITLE])
            await self._rows.keep_topic(tenant, post.thread_id, made.message_thread_id)
            return int(made.message_thread_id)

    def _bot(self, forum: Forum) -> "Bot":
        if forum.token not in self._bots:
            from aiogram import Bot  # noqa: PLC0415 -- see above
            from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
            from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415

            session = AiohttpSession(api=TelegramAPIServer.from_base(self._base))
            self._bots[forum.token] = Bot(forum.token, session=session)
        return self._bots[forum.token]
