"""How people were helped: asked once, within the window only, and answered by one tap or not at all."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.conversation.inbound import Inbound, Kind
from bot.conversation.payloads import rating
from bot.conversation.state import Owner
from bot.conversation.views import Pick
from bot.queries import Handoff, Rate
from shared.api.channels import ChatChannel
from shared.clock import SystemClock
from shared.i18n import Language
from tests.builders.bot import Bot, text_of, titles_of
from tests.builders.talk import Talk
from tests.fakes.bank import NOW, Bank

ASKED = UUID("01998877-0000-7000-8000-00000000ca5a")


async def ended(language: Language = Language.ENGLISH) -> Talk:
    """Somebody whom a person has helped, and who is asked how."""
    talk = Talk(language)
    await talk.write("agent")
    await talk.notice(Kind.RETURNED, about=ASKED)
    return talk


@pytest.fixture(params=list(Language), ids=str)
async def talk(request: pytest.FixtureRequest) -> Talk:
    return await ended(request.param)


@pytest.mark.parametrize("score", range(1, 6))
async def test_one_tap_keeps_the_score(talk: Talk, score: int) -> None:
    assert isinstance(talk.said[0], Pick)
    await talk.tap_raw(next(option.key for option in talk.options() if option.key == rating(ASKED, score)))

    assert talk.bank.effects(Rate) == [Rate(ASKED, score)]
    assert ("go:human" in talk.shown()) == (score <= 2)
    assert talk.state.place is None


async def test_not_now_is_respected(talk: Talk) -> None:
    await talk.tap_raw(rating(ASKED, 0))
    assert talk.bank.effects(Rate) == [Rate(ASKED, None)]

    await talk.write("menu")
    assert talk.state.rating is None
    assert all(not option.key.startswith("rate.") for option in talk.options())


@pytest.mark.parametrize(
    ("typed", "score"),
    [("4", 4), ("\u0664", 4), (" 5 ", 5), ("not now", None), ("Pas maintenant", None), ("ليس الآن", None)],
)
async def test_what_is_typed_counts_as_the_tap(typed: str, score: int | None) -> None:
    talk = await ended()
    await talk.write(typed)

    assert talk.bank.effects(Rate) == [Rate(ASKED, score)]


@pytest.mark.parametrize("typed", ["6", "0", "44", "4 stars", "menu"])
async def test_what_else_is_typed_is_no_answer_and_ends_the_question(typed: str) -> None:
    talk = await ended()
    await talk.write(typed)
    await talk.write("4")

    assert talk.bank.asked_for(Rate) == []


async def test_a_tap_counts_whenever_it_comes_and_says_so_where_it_does_not() -> None:
    talk = await ended()
    await talk.write("menu")
    await talk.tap("go:language")
    said = await talk.tap_raw(rating(ASKED, 3))
    assert said == "Thank you. That helps us."

    talk.bank.asks_rating = False
    assert "not asked any more" in await talk.tap_raw(rating(ASKED, 5))
    assert "earlier message" in await talk.tap_raw("rate.garbage.9")
    assert len(talk.bank.asked_for(Rate)) == 2


async def test_outside_the_window_nothing_is_asked_and_the_bot_answers_again() -> None:
    talk = Talk()
    await talk.write("agent")
    talk.minutes = 24 * 60
    await talk.notice(Kind.RETURNED, about=ASKED)

    assert (talk.said, talk.owner(), talk.state.rating) == ((), Owner.BOT, None)
    assert "What can we do" in await talk.write("menu")


async def test_in_the_app_there_is_no_window_and_whoever_went_straight_to_a_person_is_asked_too() -> None:
    talk = Talk(bank=Bank())
    talk.state = replace(talk.state, channel=ChatChannel.IN_APP, last_inbound_at=NOW - timedelta(days=3))
    await talk.notice(Kind.RETURNED, about=ASKED)

    assert isinstance(talk.said[0], Pick)


async def test_nobody_is_asked_where_the_platform_does_not() -> None:
    talk = Talk()
    await talk.write("agent")
    await talk.notice(Kind.RETURNED)

    assert talk.shown() == ["go:menu", "go:human"]


async def test_while_somebody_at_the_desk_has_the_conversation_the_bot_is_silent() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.notice(Kind.TAKEN)

    assert await talk.write("what do i owe") == ""
    assert talk.bank.effects(Handoff) == []
    await talk.notice(Kind.RETURNED, about=ASKED)
    assert talk.owner() is Owner.BOT


async def test_over_the_wire_it_is_a_list_whose_rows_fit(bot: Bot) -> None:
    phone = bot.phone()
    await phone.write("agent")
    line = bot.lines.get(bot.line.phone_number_id)
    assert line is not None
    conversation_id = bot.dispatcher.conversation_of(line, phone.chat.user_id)
    inbound = Inbound(kind=Kind.RETURNED, event_id="f:ended", at=SystemClock().now(), about=ASKED)
    for _ in range(2):
        await bot.dispatcher.notice(line, conversation_id, inbound)
        await bot.settled()
    asked = [bubble for bubble in phone.chat.bubbles if "How well did we help" in text_of(bubble)]

    assert [titles_of(each) for each in asked] == [["Very well", "Well", "So-so", "Badly", "Very badly", "Not now"]]
    said = await phone.tap("Well")
    assert [text_of(each) for each in said] == ["Thank you. That helps us."]
    assert bot.bank.effects(Rate) == [Rate(ASKED, 4)]
