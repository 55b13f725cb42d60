"""What agents type in a topic: answers, and commands. Done in the agent's own name, once by the update's number.

Telegram repeats an update until it is answered with 200. Everything that one leads to carries a key made of its number,
so a repeat does nothing twice, and nothing has to be stored before the answer.
"""

import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from bot.lines import LineAtWork, Lines
from bot.platform.session import Services
from bot.store.rows import Rows, Unavailable
from bot.telegram.posts import ToTelegram
from shared.api.channels import ChatChannel, ChatIdentityIn, LinkIn
from shared.api.desk import AssignIn, NoteIn, ReplyIn, ResolveIn, SnoozeIn
from shared.client import AsyncClient, errors
from shared.clock import Clock

_SPAN = re.compile(r"(\d{1,3})\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LINK_FIRST = "I do not know you yet. Ask for a Telegram code in the app and write: /link CODE"
_NOT_DONE = "Not done"


class _From(Struct):
    id: int
    is_bot: bool = False


class _Chat(Struct):
    id: int


class _Said(Struct):
    chat: _Chat
    from_: _From | None = msgspec.field(name="from", default=None)
    message_thread_id: int | None = None
    text: str = ""


class _Update(Struct):
    update_id: int
    message: _Said | None = None


_updates = msgspec.json.Decoder(_Update)


class Topics:
    """Acts on what agents type."""

    def __init__(self, rows: Rows, services: Services, posts: ToTelegram, clock: Clock) -> None:
        self._rows, self._services, self._posts, self._clock = rows, services, posts, clock

    async def hear(self, line: LineAtWork, update_id: int, said: _Said) -> None:
        """Deals with one message in the agents' group. Raises Unavailable and errors.ClientError: try again."""
        forum = line.line.telegram
        assert forum is not None, "the webhook looked"
        if said.from_ is None or said.from_.is_bot or said.chat.id != forum.group or not said.text:
            return
        key = f"tg:{line.line.tenant}:{update_id}"
        try:
            answer = await self._act(line, said, said.from_.id, key)
        except (errors.NotFound, errors.NotPermitted, errors.Conflict, errors.InvalidInput,
                errors.Unprocessable) as refusal:  # fmt: skip
            answer = f"{_NOT_DONE}: {refusal.detail or refusal.code}"
        if answer:
            await self._posts.say(forum, said.message_thread_id, answer)

    async def _act(self, line: LineAtWork, said: _Said, agent: int, key: str) -> str:
        bot = (await self._services.service(line)).bot
        subject = str(agent)
        if said.text.startswith("/link"):
            code = said.text.removeprefix("/link").strip()
            await bot.link(LinkIn(channel=ChatChannel.TELEGRAM, subject=subject, code=code), idempotency_key=key)
            return "Linked. You answer in your own name now."
        if said.message_thread_id is None:
            return ""
        thread_id = await self._rows.thread_of(line.line.tenant, said.message_thread_id)
        if thread_id is None:
            return ""
        try:
            link = await bot.look_up(ChatIdentityIn(channel=ChatChannel.TELEGRAM, subject=subject))
        except errors.NotFound:
            return _LINK_FIRST
        acting = (await self._services.service(line)).as_user()
        await acting.adopt(await bot.delegate(link.id))
        return await self._do(line, acting, thread_id, link.user_id, said.text, key)

    async def _do(  # noqa: PLR0917 -- what one line of an agent's is done with
        self, line: LineAtWork, acting: AsyncClient, thread_id: UUID, agent_id: UUID, text: str, key: str
    ) -> str:
        desk = acting.desk
        command, _, rest = text.partition(" ")
        command = command.partition("@")[0]
        if command == "/note" or text.startswith("//"):
            note = rest if command == "/note" else text.removeprefix("//")
            await desk.note(thread_id, NoteIn(text=note.strip()), idempotency_key=key)
            return ""
        commands: dict[str, Callable[[], Awaitable[object]]] = {
            "/resolve": lambda: desk.resolve(thread_id, ResolveIn(reason="answered"), idempotency_key=key),
            "/assign": lambda: desk.assign(thread_id, AssignIn(agent_id=agent_id), idempotency_key=key),
        }
        if command in commands:
            await commands[command]()
            return "" if command == "/resolve" else "It is yours."
        if command == "/snooze":
            found = _SPAN.fullmatch(rest.strip() or "1h")
            if found is None:
                return "Write how long, as in: /snooze 30m, /snooze 2h, /snooze 1d"
            until = self._clock.now() + int(found[1]) * _UNITS[found[2]]
            await desk.snooze(thread_id, SnoozeIn(until=until), idempotency_key=key)
            return f"Put aside until {until:%d %b %H:%M} UTC."
        if command.startswith("/"):
            return "Known here: /note, /resolve, /assign, /snooze."
        reply = await desk.reply(thread_id, ReplyIn(text=text), idempotency_key=key)
        # Marks it as typed here, so that the news of it are not posted into the topic again.
        await self._rows.know(line.line.tenant, reply.id, thread_id, line.line.phone_number_id)
        return ""


@post("/webhooks/telegram/{tenant:str}", status_code=200, media_type=MediaType.TEXT)
async def receive_telegram(
    tenant: FromPath[str],
    request: Request[Any, Any, Any],
    lines: NamedDependency[Lines],
    topics: NamedDependency[Topics],
) -> Response[str]:
    """An update of Telegram's for one tenant's agents. 401 without the secret that was set with the webhook."""
    line = next((each for each in lines.of_tenant(tenant) if each.line.telegram is not None), None)
    given = request.headers.get("x-telegram-bot-api-secret-token", "")
    if line is None or line.line.telegram is None:
        return Response("", status_code=401, media_type=MediaType.TEXT)
    if not hmac.compare_digest(line.line.telegram.webhook_secret.encode(), given.encode()):
        return Response("", status_code=401, media_type=MediaType.TEXT)
    try:
        update = _updates.decode(await request.body())
        if update.message is not None:
            await topics.hear(line, update.update_id, update.message)
    except msgspec.DecodeError:
        return Response("", status_code=400, media_type=MediaType.TEXT)
    except (Unavailable, errors.ClientError):
        return Response("", status_code=503, media_type=MediaType.TEXT)
    return Response("ok", media_type=MediaType.TEXT)
