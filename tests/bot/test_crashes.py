"""A process that dies at any point loses no message and answers none twice: what it leaves is taken up by the next."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from backend.sandbox.whatsapp.world import Bubble
from bot.assembly import dispatcher_of
from shared.clock import FixedClock
from tests.builders import bot as builders
from tests.builders.bot import Bot, Phone, text_of

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LEASE_S = 30
SAID = ("menu", "help", "language", "menu")
ANSWERS = ("What can we do", "automated assistant", "Which language", "What can we do")
POINTS = 30


class Killed(Exception):
    """The process is gone at this point."""


class Killer:
    """Ends the work when a point is passed for the `nth` time, whichever point that is; once."""

    def __init__(self, nth: int) -> None:
        self.left, self.at_point = nth, ""

    def __call__(self, point: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.at_point = point
            raise Killed(point)


async def post_until_taken(bot: Bot, phone: Phone, text: str) -> None:
    """As Meta does: the same webhook again until it is answered with 200, and once more for good measure."""
    body = bot.whatsapp.say(phone.chat, "text", {"body": text})
    while (await bot.post(body)).status_code != 200:
        pass
    await bot.settled()
    await bot.post(body)


async def recover(bot: Bot, clock: FixedClock, at: Callable[[str], None] = lambda _: None) -> None:
    """Another process finds what was left, once the lease of the dead one is over."""
    other = dispatcher_of(bot.settings, bot.rows, bot.lines, bot.bank, clock=clock, at=at)
    for _ in range(4):
        clock.advance(timedelta(seconds=LEASE_S + 1))
        await other.sweep()
        await other.idle()
        await bot.settled()


def answers(phone: Phone) -> list[str]:
    return [text_of(bubble) for bubble in phone.chat.bubbles if bubble.from_business]


def in_order(said: list[str]) -> bool:
    return len(said) == len(SAID) and all(want in text for want, text in zip(ANSWERS, said, strict=True))


@pytest.mark.parametrize("nth", range(1, POINTS + 1))
async def test_a_death_at_any_point_loses_nothing_and_doubles_nothing(nth: int, database_url: str) -> None:
    clock, killer = FixedClock(NOON), Killer(nth)
    async with builders.running(database_url, clock=clock, at=killer, lease_s=LEASE_S) as bot:
        phones = [bot.phone(f"NG.{name}", wa_id=None) for name in ("a", "b")]
        for text in SAID:
            await asyncio.gather(*(post_until_taken(bot, phone, text) for phone in phones))
        await bot.settled()
        await recover(bot, clock)

        assert killer.at_point, "the crash took place"
        assert [in_order(answers(phone)) for phone in phones] == [True, True], [answers(phone) for phone in phones]


async def test_two_deaths_in_a_row_do_no_harm_either(database_url: str) -> None:
    clock = FixedClock(NOON)
    async with builders.running(database_url, clock=clock, at=Killer(3), lease_s=LEASE_S) as bot:
        phone = bot.phone()
        for text in SAID:
            await post_until_taken(bot, phone, text)
        await recover(bot, clock, at=Killer(2))
        await recover(bot, clock)

        assert in_order(answers(phone))


async def test_the_one_window_shows_the_same_text_with_the_same_reference(database_url: str) -> None:
    """Dead between Meta's acceptance and our mark, and Meta's notice does not come: the message is sent again."""
    clock, points = FixedClock(NOON), 0

    def kill_before_the_mark(point: str) -> None:
        nonlocal points
        points += point == "sent"
        if point == "sent" and points == 8:
            raise Killed(point)

    async with builders.running(
        database_url, clock=clock, at=kill_before_the_mark, lease_s=LEASE_S, statuses=()
    ) as bot:
        bot.bank.proven = True
        phone = bot.phone()
        await phone.write("menu")
        await phone.tap("Balance")
        await phone.tap("Done")
        await phone.write("menu")
        await phone.tap("Can't pay?")
        await phone.tap("A few more days")
        await phone.write("2026-12-04")
        await phone.tap("Yes")
        await recover(bot, clock)

        noted = [text for text in answers(phone) if text.startswith("Noted")]
        assert len(noted) == 2
        assert noted[0] == noted[1]
        assert "Reference 0000ABCD" in noted[0]
        assert len(bot.bank.effects(builders.Promise)) == 1


async def test_two_processes_share_the_work_of_one_chat_and_keep_its_order(database_url: str) -> None:
    async with builders.running(database_url) as bot:
        other = dispatcher_of(bot.settings, bot.rows, bot.lines, bot.bank)
        phone = bot.phone()
        bodies = [bot.whatsapp.say(phone.chat, "text", {"body": text}) for text in SAID * 5]
        for body in bodies:
            await bot.post(body)
            await other.sweep()
        for _ in range(3):
            await bot.settled()
            await other.sweep()
            await other.idle()

        said = answers(phone)
        assert len(said) == len(bodies)
        assert all(want in text for want, text in zip(ANSWERS * 5, said, strict=True))


async def test_more_chats_than_there_is_room_for_wait_their_turn(database_url: str) -> None:
    async with builders.running(database_url, concurrency=2) as bot:
        phones = [bot.phone(f"NG.{number}", wa_id=None) for number in range(12)]
        bodies = [bot.whatsapp.say(phone.chat, "text", {"body": "menu"}) for phone in phones]
        await asyncio.gather(*(bot.post(body) for body in bodies))
        for _ in range(12):
            await bot.dispatcher.sweep()
            await bot.settled()

        assert [len(answers(phone)) for phone in phones] == [1] * 12


async def test_a_query_that_keeps_failing_is_owned_up_to(database_url: str) -> None:
    clock = FixedClock(NOON)
    async with builders.running(database_url, clock=clock) as bot:
        bot.bank.answers[builders.Identity] = _fails
        phone = bot.phone()
        await phone.write("menu")
        await phone.tap("Balance")
        assert len(answers(phone)) == 1
        for _ in range(6):
            clock.advance(timedelta(minutes=2))
            await bot.dispatcher.sweep()
            await bot.settled()

        assert "Something went wrong on our side" in answers(phone)[-1]
        assert len(answers(phone)) == 2


def _fails(_: object) -> Bubble:
    raise ConnectionError("the platform is away")
