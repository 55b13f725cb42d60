"""How somebody was helped: asked once for each ending, answered by one tap in a chat or in the app, or declined."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from backend.kernel.scope import Role, Scope
from backend.support.store import conversations
from backend.support.tables import rating
from backend.support.usecases import rating as rating_of
from shared.ids import new_id
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser
from tests.builders.threads import agent, feed_start, handed_off, heard, put, says

AMA, BOSS = "+2348031234561", "+2348031234563"


@pytest.fixture
async def ama(ada: Browser) -> Browser:
    return await agent(ada, AMA, online=True)


async def ended(bot: BotCaller, ama: Browser, thread: str) -> dict[str, Any]:
    """Ama ends the conversation; what the bot hears of it."""
    await handed_off(bot, thread)
    start = await feed_start(bot, behind=1)
    answer = await ama.post(f"/desk/conversations/{thread}/resolve", {"reason": "answered"})
    assert answer.status_code == 200, answer.text
    return next(each for each in await heard(bot, start) if each["kind"] == "resolved")


async def shown(ama: Browser, thread: str) -> dict[str, Any]:
    found: dict[str, Any] = (await ama.get(f"/desk/conversations/{thread}")).json()["rating"]
    return found


async def test_one_tap_in_the_chat_is_kept_with_the_thread_even_after_the_next_word(
    bot: BotCaller, ama: Browser, thread: str
) -> None:
    news = await ended(bot, ama, thread)
    asked = await shown(ama, thread)
    await says(bot, "thanks")  # the thread is the bot's again, and the question still stands

    path = f"/ratings/{news['data']['rating_id']}"
    answers = [await bot.post(path, {"score": score}) for score in (4, 4, 1)]

    assert (news["data"]["channel"], news["data"]["language"]) == ("whatsapp", "en")
    assert (asked["score"], asked["at"], asked["declined"]) == (None, None, False)
    assert [each.status_code for each in answers] == [204, 204, 409]
    assert answers[2].json()["code"] == "rating_not_asked"
    kept = await shown(ama, thread)
    assert (kept["score"], kept["declined"]) == (4, False)
    report = (await ama.get("/desk/report")).json()
    assert (report["ratings_asked"], report["ratings"], report["rating_sum"]) == (1, 1, 4)


async def test_who_would_rather_not_is_not_asked_again_for_a_month(
    bot: BotCaller, ada: Browser, ama: Browser, thread: str
) -> None:
    news = await ended(bot, ama, thread)
    declined = await bot.post(f"/ratings/{news['data']['rating_id']}", {"score": None})
    await says(bot, "hello again")
    second = await ended(bot, ama, thread)
    refused = await ada.post("/me/conversation/rating", {"score": 5})

    assert (declined.status_code, refused.status_code) == (204, 409)
    assert "rating_id" not in second["data"]
    assert (await shown(ama, thread))["declined"]
    report = (await ama.get("/desk/report")).json()
    assert (report["ratings_asked"], report["ratings"], report["rating_sum"]) == (1, 0, 0)
    await age(ada, timedelta(days=31))
    await says(bot, "hello once more")
    assert "rating_id" in (await ended(bot, ama, thread))["data"]


async def test_each_ending_is_asked_about_once_and_an_old_question_is_over(
    bot: BotCaller, ada: Browser, ama: Browser, thread: str
) -> None:
    first = await ended(bot, ama, thread)
    await says(bot, "one more thing")
    second = await ended(bot, ama, thread)
    await age(ada, timedelta(days=8))

    late = await bot.post(f"/ratings/{second['data']['rating_id']}", {"score": 5})
    unknown = await bot.post(f"/ratings/{new_id()}", {"score": 5})
    wrong = await bot.post(f"/ratings/{second['data']['rating_id']}", {"score": 6})

    assert first["data"]["rating_id"] != second["data"]["rating_id"]
    assert [late.status_code, unknown.status_code, wrong.status_code] == [409, 404, 400]
    assert (await shown(ama, thread))["score"] is None


async def test_nobody_is_asked_where_the_tenant_does_not_and_only_its_bot_may_answer(
    bot: BotCaller, ada: Browser, ama: Browser, thread: str
) -> None:
    first = await ended(bot, ama, thread)
    boss = await agent(ada, BOSS, Role.TENANT_ADMIN)
    forbidden = await ama.post(f"/bot/ratings/{first['data']['rating_id']}", {"score": 5})
    settings = (await boss.get("/desk/settings")).json()
    await put(boss, "/desk/settings", {**settings, "ask_rating": False})
    await says(bot, "one more thing")
    second = await ended(bot, ama, thread)

    assert forbidden.status_code == 403
    assert "rating_id" not in second["data"]
    assert (await shown(ama, thread))["score"] is None


async def test_a_stranger_is_asked_too(bot: BotCaller, ama: Browser) -> None:
    thread = (await says(bot, "hello", subject="2348039999999"))["conversation_id"]
    news = await ended(bot, ama, thread)
    answer = await bot.post(f"/ratings/{news['data']['rating_id']}", {"score": 2})

    assert answer.status_code == 204
    assert (await shown(ama, thread))["score"] == 2


async def test_what_somebody_answered_is_in_the_copy_of_their_data(
    bot: BotCaller, ada: Browser, ama: Browser, thread: str
) -> None:
    await ended(bot, ama, thread)
    await ada.post("/me/conversation/rating", {"score": 4, "comment": "Kind"})
    services = ada.services
    async with services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        mine = await conversations.get(tx, UUID(thread))
        assert mine is not None
        (kept,) = await rating_of.given(tx, services.vault, mine)

    assert (kept.score, kept.comment, kept.declined) == (4, "Kind", False)


async def age(ada: Browser, by: timedelta) -> None:
    """Has what was asked and answered be older."""
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(rating).values(at=rating.c.at - by, asked_at=rating.c.asked_at - by))
