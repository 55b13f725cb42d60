"""What the platform has to tell: inside the window as it is, outside as a template; and what did not arrive is said."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from backend.sandbox.whatsapp.rules import Refusal
from bot.channels.outgoing import THREAD, StatusNote, ThreadNote
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.state import State
from bot.lines import LineAtWork
from bot.queries import EndLink
from bot.store.records import Claim, Outgoing
from bot.template_sync import sync
from bot.templates import BY_NAME
from shared.api.conversations import MessageStatus
from shared.api.nudges import NudgeKind
from shared.i18n import Language
from shared.ids import new_id
from tests.builders.bot import Bot, Phone, running, text_of, titles_of

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

    def of(self, about: UUID) -> list[tuple[MessageStatus, str | None]]:
        return [(note.status, note.code) for note in self.told if note.message_id == about]


@dataclass
class Scene:
    """A linked chat, and the platform that has something to tell it."""

    bot: Bot
    phone: Phone
    platform: Platform

    async def nudge(
        self, kind: str = "payment_due_soon", *, until: timedelta = timedelta(minutes=10), name: str = ""
    ) -> UUID:
        """The platform's news; returns its message's id."""
        about, now = new_id(), datetime.now(UTC)
        inbound = Inbound(
            kind=Kind.NUDGE, event_id=f"f:{name or about}", at=now, text=TEXT, about=about, template=kind,
            values=VALUES, until=now + until,
        )  # fmt: skip
        await self.bot.dispatcher.notice(self._line(), self._id(), inbound)
        await self.settled()
        return about

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


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with running(database_url) as bot:
        platform = Platform()
        bot.dispatcher._delivery._outlets = {**bot.dispatcher._delivery._outlets, THREAD: platform}
        line = bot.lines.get(bot.line.phone_number_id)
        assert line is not None
        await sync(bot.line, line.sender)
        phone = bot.phone()
        await phone.write("menu")
        scene = Scene(bot, phone, platform)
        await scene.change(link_id=new_id())
        yield scene


def test_everything_that_may_be_told_has_a_template() -> None:
    assert {kind.value for kind in NudgeKind} <= BY_NAME.keys()


async def test_inside_the_window_it_goes_out_as_it_is_with_its_button(scene: Scene) -> None:
    for kind in NudgeKind:
        about = await scene.nudge(kind)

        last = scene.phone.chat.bubbles[-1]
        assert (text_of(last), len(titles_of(last))) == (TEXT, 1)
        assert await scene.hears(about, MessageStatus.DELIVERED) is None


@pytest.mark.parametrize("language", Language)
async def test_outside_the_window_its_template_goes_out_in_the_readers_language(
    scene: Scene, language: Language
) -> None:
    await scene.change(language=language)
    scene.phone.chat.window_closed = True
    native = language not in {Language.YORUBA, Language.IGBO}
    for kind in NudgeKind:
        about = await scene.nudge(kind)

        sent = scene.phone.chat.bubbles[-1].content
        assert sent["name"] == kind
        assert sent["language"]["code"] == (language.value.replace("-", "_") if native else "en")
        assert await scene.hears(about, MessageStatus.DELIVERED) is None
        filled = [each["text"] for each in sent["components"][0]["parameters"]]
        assert filled[0] == "Kola Credit"
        assert len(filled) == len(BY_NAME[kind].values)


async def test_its_button_begins_the_errand_whenever_it_is_tapped(scene: Scene) -> None:
    scene.phone.chat.window_closed = True
    await scene.nudge()
    payload = scene.phone.chat.bubbles[-1].content["components"][1]["parameters"][0]["payload"]
    scene.phone.chat.window_closed = False
    said = await scene.phone._send("button", {"payload": payload, "text": "Pay now"})

    assert said


async def test_what_is_being_talked_about_goes_on_after_it(scene: Scene) -> None:
    await scene.phone.write("language")
    await scene.nudge()
    said = await scene.phone.write("Français")

    assert "français" in text_of(said[0]).lower() or "Français" in text_of(said[0])


async def test_the_same_news_twice_are_told_once(scene: Scene) -> None:
    await scene.nudge(name="once")
    before = len(scene.phone.chat.bubbles)
    await scene.nudge(name="once")

    assert len(scene.phone.chat.bubbles) == before


@pytest.mark.parametrize(
    ("code", "why"),
    [(131026, "unreachable"), (131050, "stopped"), (132015, "template_unusable"), (131049, "unreachable")],
)
async def test_what_whatsapp_refuses_for_good_is_said_to_the_platform_and_not_tried_again(
    scene: Scene, code: int, why: str
) -> None:
    before = len(scene.phone.chat.bubbles)
    scene.refuses(Refusal(code, "Refused"))
    about = await scene.nudge()

    assert await scene.hears(about, MessageStatus.FAILED) == why
    assert len(scene.phone.chat.bubbles) == before


async def test_a_paused_template_outside_the_window_is_said_to_the_platform(scene: Scene) -> None:
    scene.phone.chat.window_closed = True
    for template in scene.bot.whatsapp.templates.values():
        template.status = "PAUSED"
    about = await scene.nudge()

    assert await scene.hears(about, MessageStatus.FAILED) == "template_unusable"


async def test_a_rate_limit_waits_and_it_goes_out_then(scene: Scene) -> None:
    scene.refuses(Refusal(130429, "Rate limit hit", status=429, wait_s=0))
    about = await scene.nudge()

    assert await scene.hears(about, MessageStatus.DELIVERED) is None


async def test_what_is_too_late_is_not_sent(scene: Scene) -> None:
    before = len(scene.phone.chat.bubbles)
    about = await scene.nudge(until=timedelta(seconds=-1))

    assert await scene.hears(about, MessageStatus.FAILED) == "too_late"
    assert len(scene.phone.chat.bubbles) == before


async def test_who_stopped_everything_is_told_nothing_here(scene: Scene) -> None:
    await scene.change(stopped=True)
    before = len(scene.phone.chat.bubbles)
    about = await scene.nudge()

    assert await scene.hears(about, MessageStatus.FAILED) == "stopped"
    assert len(scene.phone.chat.bubbles) == before


async def test_a_number_with_another_owner_is_untied_and_told_nothing(scene: Scene) -> None:
    scene.refuses(Refusal(137000, "Recipient identity key hash mismatch"))
    about = await scene.nudge()

    assert await scene.hears(about, MessageStatus.FAILED) == "number_changed"
    assert any(isinstance(query, EndLink) for query in scene.bot.bank.asked)
    again = await scene.nudge()
    assert await scene.hears(again, MessageStatus.FAILED) == "unknown_chat"


async def test_a_message_that_comes_back_for_a_closed_window_goes_out_as_a_template(scene: Scene) -> None:
    about = await scene.nudge()
    chat = scene.phone.chat
    bubble = chat.bubbles[-1]
    scene.bot.whatsapp.tell(chat, bubble, "failed", Refusal(131047, "Re-engagement message"))
    await scene.settled()

    assert (chat.bubbles[-1].kind, chat.bubbles[-1].content["name"]) == ("template", "payment_due_soon")
    assert MessageStatus.FAILED not in [status for status, _ in scene.platform.of(about)]


async def test_a_message_that_comes_back_undelivered_is_said_to_the_platform(scene: Scene) -> None:
    about = await scene.nudge()
    chat = scene.phone.chat
    scene.bot.whatsapp.tell(chat, chat.bubbles[-1], "failed", Refusal(131026, "Message undeliverable"))
    await scene.settled()

    assert await scene.hears(about, MessageStatus.FAILED) == "unreachable"
