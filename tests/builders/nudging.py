"""A chat that the platform has something to tell, and what the platform hears of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from backend.sandbox.whatsapp.rules import Refusal
from bot.channels.outgoing import THREAD, StatusNote, ThreadNote
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.state import State
from bot.dispatcher import Dispatcher
from bot.lines import LineAtWork
from bot.store.records import Claim, Outgoing
from bot.templates import definitions
from shared.api.conversations import MessageStatus
from shared.clock import Clock, SystemClock
from shared.ids import new_id
from tests.builders.bot import Bot, Phone, running

VALUES = {"date": "2026-12-22", "reference": "A4AE10B4"}
TEXT = "Kola Credit: something is to be told."


@dataclass
class Platform:
    """The platform's side: what it was told of its messages."""

    told: list[StatusNote] = field(default_factory=list)

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        note: ThreadNote = msgspec.json.decode(body, type=ThreadNote)
        if isinstance(note, StatusNote):
            self.told.append(note)
        return str(outgoing.id)

    def hears_from(self, dispatcher: Dispatcher) -> None:
        """Takes the place of the platform's thread."""
        dispatcher._delivery._outlets = {**dispatcher._delivery._outlets, THREAD: self}

    def of(self, about: UUID) -> list[tuple[MessageStatus, str | None]]:
        return [(note.status, note.code) for note in self.told if note.message_id == about]


@dataclass
class Scene:
    """A linked chat, and the platform that has something to tell it."""

    bot: Bot
    phone: Phone
    platform: Platform
    clock: Clock

    async def begun(self) -> None:
        """The first word, and the link."""
        await self.phone.write("menu")
        await self.change(link_id=new_id())

    async def nudge(
        self, kind: str = "payment_due_soon", *, until: timedelta = timedelta(minutes=10), name: str = ""
    ) -> UUID:
        """The platform's news; returns its message's id."""
        about = new_id()
        await self.tell(about, kind, until=until, name=name)
        await self.settled()
        return about

    async def tell(
        self, about: UUID, kind: str = "payment_due_soon", *, until: timedelta = timedelta(minutes=10), name: str = ""
    ) -> None:
        """Has the conversation hear of it, as by the feed."""
        now = self.clock.now()
        inbound = Inbound(
            kind=Kind.NUDGE, event_id=f"f:{name or about}", at=now, text=TEXT, about=about, template=kind,
            values=VALUES, until=now + until,
        )  # fmt: skip
        await self.bot.dispatcher.notice(self._line(), self._id(), inbound)

    async def settled(self) -> None:
        for _ in range(3):
            await self.bot.settled()
            await self.bot.dispatcher.sweep()
        await self.bot.settled()

    async def hears(self, about: UUID, status: MessageStatus) -> str | None:
        """Waits until the platform was told that; returns why."""
        for _ in range(300):
            for told, why in self.platform.of(about):
                if told is status:
                    return why
            await asyncio.sleep(0.1)
            await self.settled()
        raise AssertionError(f"never {status}: {self.platform.of(about)}")

    async def change(self, **changes: object) -> None:
        """Has the conversation's state be another."""
        rows, seal, tenant = self.bot.rows, self.bot.dispatcher._seal, self.bot.line.tenant
        place = f"state:{self._id()}"
        kept = await rows.state_of(tenant, self._id())
        assert kept is not None
        assert kept[1] is not None
        state = replace(msgspec.json.decode(seal.open(kept[1], place), type=State), **changes)
        async with rows._of(tenant) as connection:
            sealed = seal.seal(msgspec.json.encode(state), place)
            await connection.execute("UPDATE bot.conversation SET state = $2 WHERE id = $1", self._id(), sealed)

    def refuses(self, *refusals: Refusal) -> None:
        self.bot.whatsapp.failures[self.bot.line.phone_number_id].extend(refusals)

    def _line(self) -> LineAtWork:
        line = self.bot.lines.get(self.bot.line.phone_number_id)
        assert line is not None
        return line

    def _id(self) -> UUID:
        return self.bot.dispatcher._seal.conversation_id(self.bot.line.phone_number_id, self.phone.chat.user_id)


@asynccontextmanager
async def nudging(database_url: str, *, clock: Clock | None = None, **how: Any) -> AsyncIterator[Scene]:
    """A linked chat that has the menu, with its templates registered; `how` is what `running` takes."""
    clock = clock or SystemClock()
    async with running(database_url, clock=clock, **how) as bot:
        platform = Platform()
        platform.hears_from(bot.dispatcher)
        for definition in definitions():
            bot.whatsapp.register(bot.line.waba_id, definition)
        scene = Scene(bot, bot.phone(), platform, clock)
        yield scene
