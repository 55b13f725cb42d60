"""What the platform has to tell: inside the window as it is, outside as a template; and what did not arrive is said."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from backend.sandbox.whatsapp.rules import Refusal
from bot.queries import EndLink
from bot.templates import BY_NAME
from shared.api.conversations import MessageStatus
from shared.api.nudges import NudgeKind
from shared.i18n import Language
from tests.builders.bot import text_of, titles_of
from tests.builders.nudging import TEXT, Scene, nudging


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with nudging(database_url) as scene:
        await scene.begun()
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
