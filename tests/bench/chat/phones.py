"""Phones that chat as fast as they are answered, and the Graph API that notes when each answer is accepted."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvicorn

from backend.kernel.postgres_host import HOST
from backend.sandbox.whatsapp.world import Chat, Number, WhatsApp, signature
from tests.builders.bot import graph_app

SAID = ("menu", "help", "language")
ANSWERS = ("What can we do", "At any time you can write", "Which language")


class WatchedWhatsApp(WhatsApp):
    """Tells who waits for it that an answer was accepted."""

    def __init__(self, numbers: list[Number]) -> None:
        super().__init__(numbers, statuses=())
        self.waiting: dict[str, deque[asyncio.Future[str]]] = {}

    def accept(self, phone_number_id: str, message: dict[str, Any]) -> str:
        """Takes a business's message."""
        message_id = super().accept(phone_number_id, message)
        self.accepted.clear()
        content = message[message["type"]]
        text = content["body"]["text"] if message["type"] == "interactive" else content["body"]
        waiting = self.waiting.get(message["recipient"])
        if waiting:
            waiting.popleft().set_result(text)
        return message_id


@dataclass
class Score:
    """What was measured: the time from webhook to accepted answer of each message, and what came in the wrong order."""

    times_ms: list[float] = field(default_factory=list)
    misplaced: int = 0
    lost: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers accepted a second."""
        return len(self.times_ms) / self.seconds if self.seconds else 0.0

    def add(self, other: "Score") -> None:
        """Takes in what was measured at another time."""
        self.times_ms += other.times_ms
        self.misplaced += other.misplaced
        self.lost += other.lost
        self.seconds += other.seconds


@asynccontextmanager
async def serving(whatsapp: WhatsApp, port: int) -> AsyncIterator[None]:
    """The Graph API of `whatsapp` on this machine's `port`, in this process."""
    config = uvicorn.Config(
        graph_app(whatsapp), host=HOST, port=port, http="httptools", log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def chat(
    whatsapp: WatchedWhatsApp, number: Number, person: Chat, port: int, until: float, *, answered: bool
) -> Score:
    """One phone: posts a signed webhook, waits until it is taken and, if `answered`, until its answer is accepted."""
    score, at = Score(), 0
    reader, writer = await asyncio.open_connection(HOST, port)
    waiting = whatsapp.waiting.setdefault(person.user_id, deque())
    try:
        while time.perf_counter() < until:
            place = at % len(SAID)
            request = _request(whatsapp, number, person, SAID[place])
            answer = asyncio.get_running_loop().create_future()
            waiting.append(answer)
            began = time.perf_counter()
            writer.write(request)
            taken = await _status(reader)
            if not answered:
                waiting.clear()
            elif taken == b"200":
                try:
                    text = await asyncio.wait_for(answer, timeout=10)
                except TimeoutError:
                    waiting.clear()
                    score.lost += 1
                    continue
                score.misplaced += ANSWERS[place] not in text
            score.times_ms.append((time.perf_counter() - began) * 1000)
            at += 1
            person.bubbles.clear()
    finally:
        writer.close()
    return score


def _request(whatsapp: WhatsApp, number: Number, person: Chat, text: str) -> bytes:
    raw = msgspec.json.encode(whatsapp.say(person, "text", {"body": text}))
    path = number.webhook_url.partition(HOST)[2].partition("/")[2]
    head = (
        f"POST /{path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(raw)}\r\nx-hub-signature-256: {signature(number.app_secret, raw)}\r\n\r\n"
    )
    return head.encode() + raw


async def _status(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    at = head.lower().find(b"content-length:")
    length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
    await reader.readexactly(length)
    return head[9:12]
