"""How one was helped: asked after people ended the conversation, answered once, or left alone."""

from datetime import timedelta

import msgspec
from msgspec.structs import replace

from shared.api.conversations import ConversationStatus
from shared.clock import FixedClock
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import Answer, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

HOUR = timedelta(hours=1)
RATE = "POST /v1/me/conversation/rating"


async def ended(
    answer: Answer = "rated",
    *,
    device: DeviceInMemory | None = None,
    ago: timedelta = HOUR,
    bot_ago: timedelta = 9 * 24 * HOUR,
) -> tuple[Window, Table]:
    """The chat so long after people ended it."""
    thread = replace(
        help_samples.conversation(),
        status=ConversationStatus.RESOLVED,
        resolved_at=samples.NOW - ago,
    )
    said = [replace(each, at=samples.NOW - bot_ago) for each in help_samples.MESSAGES]
    answers: dict[str, Answer] = {
        "GET /v1/me/conversation": thread,
        "GET /v1/me/conversation/messages": Page(items=said),
        RATE: answer,
    }
    table = Table(answers)
    window = await show("/chat", table=table, device=device, clock=FixedClock(samples.NOW))
    await window.until(lambda: "It is on its way." in window.words)
    await window.settle()
    return window, table


def sent(table: Table) -> list[object]:
    return [msgspec.json.decode(each.content) for each in table.asked if each.url.path.endswith("/rating")]


async def test_a_rating_is_sent_with_its_words_and_not_asked_for_again() -> None:
    device = DeviceInMemory()
    window, table = await ended(device=device)
    assert "How were you helped?" in window.words

    await window.press("score-4")
    assert not sent(table)
    await window.write("Anything to add? (optional)", " Quick. ")
    await window.press("send-rating")

    await window.until(lambda: "How were you helped?" not in window.words)
    assert sent(table) == [{"score": 4, "comment": "Quick."}]
    again, _ = await ended(device=device)
    assert "How were you helped?" not in again.words


async def test_whoever_would_rather_not_is_left_alone() -> None:
    device = DeviceInMemory()
    window, table = await ended(device=device)

    await window.press("rate-later")

    assert "How were you helped?" not in window.words
    assert not sent(table)
    again, _ = await ended(device=device)
    assert "How were you helped?" not in again.words


async def test_what_was_rated_elsewhere_goes_without_an_error() -> None:
    window, _ = await ended((409, "rating_not_asked"))

    await window.press("score-5")
    await window.press("send-rating")

    await window.until(lambda: "How were you helped?" not in window.words)
    assert "rating_not_asked" not in window.words


async def test_a_rating_that_did_not_go_stays_to_be_sent_again() -> None:
    window, _ = await ended((500, "internal_error"))

    await window.press("score-5")
    await window.press("send-rating")

    await window.until(lambda: "The platform says internal_error." in window.words)
    assert "How were you helped?" in window.words


async def test_what_is_over_for_more_than_a_week_is_not_asked_about() -> None:
    window, _ = await ended(ago=timedelta(days=8))

    assert "How were you helped?" not in window.words


async def test_where_the_assistant_asks_in_the_thread_it_is_not_asked_twice() -> None:
    just_now, _ = await ended(ago=timedelta(seconds=29))
    asked, _ = await ended(bot_ago=HOUR / 2)

    for window in (just_now, asked):
        assert "How were you helped?" not in window.words
