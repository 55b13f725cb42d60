"""A process that dies at any point loses no nudge and tells none twice: fallback, templates and statuses included."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend.sandbox.whatsapp.rules import Refusal
from backend.sandbox.whatsapp.world import Bubble, Chat
from bot.assembly import dispatcher_of
from shared.api.conversations import MessageStatus
from shared.clock import FixedClock
from shared.ids import new_id
from tests.bot.test_crashes import Killed, Killer
from tests.builders.nudging import TEXT, Scene, nudging

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LEASE_S = 30
POINTS = range(1, 89, 3)


@dataclass
class Errands:
    """What is told and asked in one chat, each step seen through even where the process dies in it."""

    scene: Scene
    clock: FixedClock
    killer: Killer
    again: Killer | None = None
    recovered: bool = False
    abouts: dict[str, UUID] = field(default_factory=dict)

    async def run(self) -> None:
        """Words, a nudge in the window and one outside it, one that comes back, one too late, one to a full line."""
        await self.nudge("inside", "payment_due_soon")
        await self.write("help")
        self.chat.window_closed = True
        await self.nudge("outside", "payment_received")
        await self.comes_back("inside")
        self.chat.window_closed = False
        await self.nudge("late", "payment_due_today", until=timedelta(seconds=-1))
        await self.write("language")
        await self.nudge("last", "dispute_update")
        await self.fails("last")
        await self.write("menu")

    async def nudge(self, name: str, kind: str, until: timedelta = timedelta(minutes=10)) -> None:
        """As the feed does: told again until it was taken, and more often for good measure."""
        about = self.abouts[name] = new_id()
        for _ in range(3):
            with suppress(Killed):
                await self.scene.tell(about, kind, until=until)
        await self.see_through()

    async def write(self, text: str) -> None:
        """As Meta does."""
        body = self.scene.bot.whatsapp.say(self.chat, "text", {"body": text})
        while (await self.scene.bot.post(body)).status_code != 200:
            pass
        await self.scene.bot.post(body)
        await self.see_through()

    async def comes_back(self, name: str) -> None:
        """Meta says later that the window was closed."""
        await self.told(name, Refusal(131047, "Re-engagement message"))

    async def fails(self, name: str) -> None:
        """Meta says later that it could not be delivered."""
        await self.told(name, Refusal(131026, "Message undeliverable"))

    async def told(self, name: str, refusal: Refusal) -> None:
        """The same notice twice, as it happens."""
        (bubble,) = self.free_form(name)
        for _ in range(2):
            self.scene.bot.whatsapp.tell(self.chat, bubble, "failed", refusal)
            await self.see_through()

    async def see_through(self) -> None:
        """Waits until all is done; another process takes up what a dead one left."""
        await self.scene.settled()
        if not self.killer.at_point or self.recovered:
            return
        self.recovered = True
        bot = self.scene.bot
        for killer in (self.again, None):
            other = dispatcher_of(bot.settings, bot.rows, bot.lines, bot.bank, clock=self.clock, at=killer or _alive)
            self.scene.platform.hears_from(other)
            for _ in range(3):
                self.clock.advance(timedelta(seconds=LEASE_S + 1))
                await other.sweep()
                await other.idle()
                await bot.settled()

    @property
    def chat(self) -> Chat:
        return self.scene.phone.chat

    def free_form(self, name: str) -> list[Bubble]:
        """The bubbles of a nudge that went out as it is, in the order of the nudges."""
        order = [each for each in ("inside", "last") if each in self.abouts]
        shown = [each for each in self.chat.bubbles if each.kind == "interactive" and TEXT in str(each.content)]
        return [each for place, each in zip(order, shown, strict=True) if place == name]

    def templates(self) -> list[str]:
        return [str(each.content["name"]) for each in self.chat.bubbles if each.kind == "template"]

    def said(self) -> list[str]:
        """What the bot answered, nudges left out."""
        bubbles = [each for each in self.chat.bubbles if each.from_business and each.kind != "template"]
        return [str(each.content) for each in bubbles if TEXT not in str(each.content)]

    def heard(self, name: str) -> set[tuple[MessageStatus, str | None]]:
        return set(self.scene.platform.of(self.abouts[name]))


def _alive(_: str) -> None:
    return


ANSWERS = ("What can we do", "automated assistant", "Which language", "What can we do")


def is_whole(errands: Errands) -> None:
    """Nothing is lost and nothing is there twice."""
    failed = {name for name in errands.abouts if any(told is MessageStatus.FAILED for told, _ in errands.heard(name))}

    assert errands.templates() == ["payment_received", "payment_due_soon"]
    assert [len(errands.free_form(name)) for name in ("inside", "last")] == [1, 1]
    assert failed == {"late", "last"}
    assert errands.heard("late") == {(MessageStatus.FAILED, "too_late")}
    assert (MessageStatus.FAILED, "unreachable") in errands.heard("last")
    for name in ("inside", "outside", "last"):
        assert (MessageStatus.DELIVERED, None) in errands.heard(name), name
    said = errands.said()
    assert len(said) == len(ANSWERS), said
    assert all(want in text for want, text in zip(ANSWERS, said, strict=True)), said


@pytest.mark.parametrize("nth", POINTS)
async def test_a_death_at_any_point_loses_no_nudge_and_tells_none_twice(nth: int, database_url: str) -> None:
    clock, killer = FixedClock(NOON), Killer(10_000)
    async with nudging(database_url, clock=clock, at=killer, lease_s=LEASE_S) as scene:
        await scene.begun()
        killer.left = nth
        errands = Errands(scene, clock, killer)
        await errands.run()

        assert killer.at_point, "the crash took place"
        is_whole(errands)


@pytest.mark.parametrize("nth", range(2, 89, 18))
async def test_two_deaths_in_a_row_do_no_harm_to_nudges_either(nth: int, database_url: str) -> None:
    clock, killer = FixedClock(NOON), Killer(10_000)
    async with nudging(database_url, clock=clock, at=killer, lease_s=LEASE_S) as scene:
        await scene.begun()
        killer.left = nth
        errands = Errands(scene, clock, killer, again=Killer(2))
        await errands.run()

        assert killer.at_point
        is_whole(errands)


async def test_the_run_passes_more_points_than_it_is_killed_at(database_url: str) -> None:
    clock, killer = FixedClock(NOON), Killer(10_000)
    async with nudging(database_url, clock=clock, at=killer, lease_s=LEASE_S) as scene:
        await scene.begun()
        before = killer.left
        errands = Errands(scene, clock, killer)
        await errands.run()

        is_whole(errands)
        assert before - killer.left >= POINTS[-1]
