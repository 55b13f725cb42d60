"""A bot in this process: its webhook, its worker, the sandbox's WhatsApp on the other side, and a phone to write on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import msgspec
from litestar import Litestar
from litestar.di import Provide

from backend.sandbox.whatsapp import graph
from backend.sandbox.whatsapp.world import Bubble, Chat, Number, WhatsApp, signature
from bot.assembly import dispatcher_of, lines_of
from bot.conversation.turns import Meaning, Understanding
from bot.dispatcher import Answering, Dispatcher
from bot.lines import Lines
from bot.queries import Identity, Promise
from bot.seal import new_keys
from bot.settings import Line, Settings
from bot.store.rows import Rows
from bot.webhook import create_app
from shared.clock import Clock, SystemClock
from shared.ids import new_id
from tests.fakes.bank import Bank

__all__ = ["Bot", "Identity", "Phone", "Promise", "running"]

PASSWORD = "bot-for-tests-only"
KEYS = new_keys("test")


async def nothing_understood(said: Meaning) -> None:
    """For tests of what does not depend on it."""
    return


def line_of(tenant: str, number: str) -> Line:
    return Line(
        tenant=tenant, brand="Kola Credit", phone_number_id=number, waba_id=f"w{number}", token=f"token-{number}",
        app_secret=f"secret-{number}", verify_token=f"verify-{number}", app_url="https://app.test",
    )  # fmt: skip


def number_of(line: Line, bot_url: str = "http://bot.test") -> Number:
    return Number(
        phone_number_id=line.phone_number_id, display="2347000000000", name=line.brand, waba_id=line.waba_id,
        token=line.token, app_secret=line.app_secret, webhook_url=f"{bot_url}/webhooks/whatsapp/{line.tenant}",
    )  # fmt: skip


def graph_app(whatsapp: WhatsApp) -> Litestar:
    """The sandbox's Graph API alone."""
    return Litestar(
        list(graph.routes),
        dependencies={"whatsapp": Provide(lambda: whatsapp, sync_to_thread=False)},
        openapi_config=None,
        logging_config=None,
    )


class ByHost(httpx.AsyncBaseTransport):
    """Sends to applications of this process by the name of their host."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx.ASGITransport] = {}

    def add(self, host: str, app: Litestar) -> None:
        self.apps[host] = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.apps[request.url.host].handle_async_request(request)


@dataclass
class Phone:
    """One person's phone."""

    bot: "Bot"
    chat: Chat

    async def write(self, text: str) -> list[Bubble]:
        """Writes, and returns what came back."""
        return await self._send("text", {"body": text})

    async def tap(self, title: str) -> list[Bubble]:
        """Taps the newest button or row with this title."""
        for bubble in reversed(self.chat.bubbles):
            for id_, shown in options_of(bubble):
                if shown == title:
                    return await self.tap_id(id_, title, bubble)
        raise AssertionError(f"no {title!r} among {[options_of(bubble) for bubble in self.chat.bubbles[-3:]]}")

    async def tap_id(self, id_: str, title: str, bubble: Bubble) -> list[Bubble]:
        """Taps an option by its id."""
        kind = "list_reply" if bubble.content.get("type") == "list" else "button_reply"
        return await self._send("interactive", {"type": kind, kind: {"id": id_, "title": title}}, reply_to=bubble.id)

    async def photo(self, data: bytes = b"\xff\xd8\xff", caption: str = "") -> list[Bubble]:
        """Sends a picture."""
        media = self.bot.whatsapp.keep("image/jpeg", data)
        return await self._send("image", {"id": media, "mime_type": "image/jpeg", "caption": caption})

    async def _send(self, kind: str, content: dict[str, Any], reply_to: str | None = None) -> list[Bubble]:
        before = len(self.chat.bubbles) + 1
        answer = await self.bot.post(self.bot.whatsapp.say(self.chat, kind, content, reply_to=reply_to))
        assert answer.status_code == 200, answer.text
        await self.bot.settled()
        return self.chat.bubbles[before:]


def text_of(bubble: Bubble) -> str:
    """What a bubble says."""
    content = bubble.content
    return str(
        content["body"]["text"] if bubble.kind == "interactive" else content.get("body") or content.get("caption")
    )


def options_of(bubble: Bubble) -> list[tuple[str, str]]:
    """What can be tapped on a bubble: ids and titles."""
    if not bubble.from_business or bubble.kind != "interactive":
        return []
    action = bubble.content["action"]
    found = [(each["reply"]["id"], each["reply"]["title"]) for each in action.get("buttons", [])]
    return found + [(row["id"], row["title"]) for each in action.get("sections", []) for row in each["rows"]]


def titles_of(bubble: Bubble) -> list[str]:
    """The titles that can be tapped."""
    return [title for _, title in options_of(bubble)]


@dataclass
class Bot:
    """The bot, and the worlds around it."""

    line: Line
    settings: Settings
    whatsapp: WhatsApp
    bank: Bank
    rows: Rows
    lines: Lines
    dispatcher: Dispatcher
    client: httpx.AsyncClient
    transport: ByHost
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, user_id: str = "NG.a1B2c3", wa_id: str | None = "2348031234567", name: str = "Ada Obi") -> Phone:
        """Somebody's phone."""
        chat = self.whatsapp.chat(self.line.phone_number_id, user_id, wa_id, name)
        return self.phones.setdefault(user_id, Phone(self, chat))

    async def post(self, body: Any, *, secret: str | None = None, sign: bool = True) -> httpx.Response:
        """A webhook of Meta's, signed."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        if sign:
            headers["X-Hub-Signature-256"] = signature(secret or self.line.app_secret, raw)
        return await self.client.post(f"/webhooks/whatsapp/{self.line.tenant}", content=raw, headers=headers)

    async def settled(self) -> None:
        """Waits until everything that was begun is done, notices of delivery among it."""
        await self.dispatcher.idle()
        await asyncio.sleep(0)
        await self.whatsapp.posted()
        await self.dispatcher.idle()


@asynccontextmanager
async def running(
    database_url: str,
    *,
    bank: Bank | None = None,
    answering: Answering | None = None,
    understand: Understanding = nothing_understood,
    clock: Clock | None = None,
    at: Callable[[str], None] = lambda _: None,
    lease_s: int = 30,
    concurrency: int = 64,
    statuses: tuple[str, ...] = ("sent", "delivered"),
) -> AsyncIterator[Bot]:
    """A bot without its sweep: a test sweeps when it wants to."""
    line = line_of(f"t-{new_id().hex[-12:]}", new_id().hex[-12:])
    settings = Settings(
        database_url=database_url, seal_keys=KEYS, lines=[line], environment="test", lease_s=lease_s,
        concurrency=concurrency,
        graph_url="http://graph.test/graph",
    )  # fmt: skip
    transport, clock, bank = ByHost(), clock or SystemClock(), bank or Bank()
    whatsapp = WhatsApp(
        [number_of(line)], clock=clock, transport=transport, statuses=statuses, pauses_s=(0.01, 0.1, 1, 5)
    )
    transport.add("graph.test", graph_app(whatsapp))
    rows = Rows(database_url, 8)
    await rows.open()
    lines = lines_of(settings, understand, transport=transport)
    dispatcher = dispatcher_of(settings, rows, lines, answering or bank, clock=clock, at=at)
    app = create_app(lines, dispatcher)
    transport.add("bot.test", app)
    async with httpx.AsyncClient(transport=transport.apps["bot.test"], base_url="http://bot.test") as client:
        try:
            yield Bot(line, settings, whatsapp, bank, rows, lines, dispatcher, client, transport)
        finally:
            await dispatcher.idle()
            await whatsapp.close()
            await lines.close()
            await rows.close()
