"""Conversations as bots have them: one thread, each message once, handoff, and a feed that leaves nothing out."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from backend import support
from backend.cli import papers
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.settings import Settings
from backend.support.tables import conversation, message
from shared.ids import new_id
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, published
from tests.builders.threads import WA, feed_start, heard, says
from tests.builders.worker import working


async def count(browser: Browser, table: Any) -> int:
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))


async def test_a_message_is_stored_once_however_often_it_comes(bot: BotCaller, ada: Browser) -> None:
    first = await says(bot, "hello", name="wamid.1")

    again = await asyncio.gather(*(says(bot, "hello", name="wamid.1") for _ in range(4)))

    assert (first["is_new"], first["status"]) == (True, "pending")
    assert {(each["message_id"], each["is_new"]) for each in again} == {(first["message_id"], False)}
    assert (await count(ada, message), await count(ada, conversation)) == (1, 1)


async def test_first_words_of_one_chat_at_once_make_one_thread(bot: BotCaller, ada: Browser) -> None:
    await bot.link(ada, WA)

    answers = await asyncio.gather(*(says(bot, f"word {n}") for n in range(5)))

    assert len({each["conversation_id"] for each in answers}) == 1
    assert (await count(ada, message), await count(ada, conversation)) == (5, 1)


async def test_every_channel_of_a_person_is_one_thread(bot: BotCaller, ada: Browser) -> None:
    before = await says(bot, "who are you")
    link = await bot.link(ada, WA)

    after = await says(bot, "it is me")
    written = await ada.post("/me/conversation/messages", {"text": "and here", "client_id": "draft-1"})
    again = await ada.post("/me/conversation/messages", {"text": "and here", "client_id": "draft-1"})

    assert before["conversation_id"] != after["conversation_id"]
    assert (after["link_id"], written.json()["conversation_id"]) == (link["id"], after["conversation_id"])
    assert again.json()["id"] == written.json()["id"]
    shown = (await ada.get("/me/conversation/messages")).json()["items"]
    assert [each["text"] for each in shown] == ["and here", "it is me", "who are you"]
    assert {each["channel"] for each in (await ada.get("/me/conversation")).json()["channels"]} == {
        "whatsapp",
        "in_app",
    }


async def test_a_handoff_silences_the_bot_and_says_what_to_expect(bot: BotCaller, ada: Browser) -> None:
    await bot.link(ada, WA)
    thread = await says(bot, "a person please")
    cursor = await feed_start(bot, behind=1)
    path = f"/conversations/{thread['conversation_id']}"

    handed = (await bot.post(f"{path}/handoff", {"reason": "asked_for_person", "summary": "Wants to pay later"})).json()
    repeated = (await bot.post(f"{path}/handoff", {"reason": "asked_for_person"})).json()
    more = await says(bot, "are you there?")
    returned = (await bot.post(f"{path}/return")).json()

    assert (handed["conversation"]["status"], handed["conversation"]["summary"]) == ("open", "Wants to pay later")
    assert handed["expected_by"] == repeated["expected_by"]
    assert (more["status"], returned["status"]) == ("open", "pending")
    assert [each["kind"] for each in await heard(bot, cursor, 3)] == [
        "handed_off",
        "message_from_borrower",
        "returned_to_bot",
    ]
    mine = (await ada.get("/me/conversation")).json()
    assert (mine["summary"], mine["labels"]) == (None, [])


async def test_the_feed_leaves_nothing_out_and_begins_where_it_is_told(bot: BotCaller, ada: Browser) -> None:
    cursor = await feed_start(bot)
    await asyncio.gather(*(says(bot, f"word {n}") for n in range(10)))

    everything = await heard(bot, cursor, 10)
    half = await heard(bot, everything[4]["cursor"], 5)
    nothing = (await bot.get(f"/feed?after={everything[-1]['cursor']}")).json()
    bad = [await bot.get(f"/feed?after={each}") for each in ("x", "1", "1.-2", "9" * 30 + ".1")]

    assert len(everything) == 10
    assert {each["message"]["text"] for each in everything} == {f"word {n}" for n in range(10)}
    assert half == everything[5:]
    assert (nothing["items"], nothing["cursor"]) == ([], everything[-1]["cursor"])
    assert [each.status_code for each in bad] == [400] * 4


async def test_whoever_waits_hears_at_once(bot: BotCaller) -> None:
    cursor = await feed_start(bot)

    waiting = asyncio.create_task(bot.get(f"/feed?after={cursor}&wait_s=10"))
    await asyncio.sleep(0.2)
    await says(bot, "hello")
    answer = await asyncio.wait_for(waiting, timeout=5)

    assert [each["message"]["text"] for each in answer.json()["items"]] == ["hello"]


async def test_statuses_only_go_further_and_find_a_message_by_either_name(bot: BotCaller, ada: Browser) -> None:
    await bot.link(ada, WA)
    sent = await says(bot, "Your balance …", name="ref-1", direction="outbound")
    path = f"/messages/{sent['message_id']}/status"
    by_name = {"channel": "whatsapp", "external_id": "wamid.9"}

    named = await bot.post(path, {"status": "sent", "provider_id": "wamid.9"})
    read = await bot.post("/message-statuses", {**by_name, "status": "read"})
    late = await bot.post("/message-statuses", {**by_name, "status": "delivered"})
    unknown = await bot.post("/message-statuses", {**by_name, "external_id": "wamid.0", "status": "read"})

    assert [each.status_code for each in (named, read, late, unknown)] == [204, 204, 204, 404]
    shown = (await ada.get("/me/conversation/messages")).json()["items"]
    assert [(each["author"], each["status"]) for each in shown] == [("bot", "read")]


async def test_a_picture_that_came_by_chat_is_kept_and_read_by_its_owner_only(
    bot: BotCaller, ada: Browser, services: Services
) -> None:
    await bot.link(ada, WA)
    sent = await says(bot, "here it is")
    headers = {**bot._headers(), "Idempotency-Key": new_id().hex}
    url = f"/v1/bot/messages/{sent['message_id']}/files"

    kept = await ada.http.post(url, files={"file": ("me.png", papers.picture("me"), "image/png")}, headers=headers)
    headers["Idempotency-Key"] = new_id().hex
    refused = await ada.http.post(url, files={"file": ("me.exe", b"MZ\x90", "image/png")}, headers=headers)
    own = await ada.get(f"/me/conversation/files/{kept.json()['id']}/content")
    obi = Browser(ada.http, services, ada.tenant, {"phone": "+2348031234568"})
    await obi.sign_up("Obi")
    stolen = await obi.get(f"/me/conversation/files/{kept.json()['id']}/content")

    assert (kept.status_code, refused.status_code, own.status_code, stolen.status_code) == (201, 400, 200, 404)
    assert (await ada.get("/me/conversation/messages")).json()["items"][0]["attachments"][0]["filename"] == "me.png"


async def test_bots_hear_of_confirmations_and_of_links_that_end(
    bot: BotCaller, ada: Browser, settings: Settings, services: Services
) -> None:
    cursor = await feed_start(bot)
    link = await bot.link(ada, WA)
    await bot.stepped_up(ada, link["id"])
    await ada.http.delete(f"/v1/me/channel-links/{link['id']}", headers=ada.headers())

    kinds: set[str] = set()
    async with working(settings, services, [support.module(services)], ada.tenant):
        for _ in range(100):
            kinds = {each["kind"] for each in await heard(bot, cursor)}
            if len(kinds) == 3:
                break
            await asyncio.sleep(0.1)

    assert kinds == {"linked", "stepped_up", "link_ended"}


async def test_a_borrower_asks_for_a_person_in_the_app(bot: BotCaller, ada: Browser) -> None:
    cursor = await feed_start(bot)

    answer = await ada.post("/me/conversation/person", {"note": "My payment is missing", "skill": "payments"})
    refused = await ada.post("/me/conversation/rating", {"score": 5})

    assert (answer.status_code, answer.json()["conversation"]["status"]) == (200, "open")
    assert (refused.status_code, refused.json()["code"]) == (409, "rating_not_asked")
    assert [each["kind"] for each in await heard(bot, cursor)] == ["handed_off"]


async def test_in_the_app_the_bot_may_read_balances_of_whoever_writes(bot: BotCaller, ada: Browser) -> None:
    cursor = await feed_start(bot)
    await ada.post("/me/conversation/messages", {"text": "what do I owe?", "client_id": "draft-1"})
    (item,) = await heard(bot, cursor)

    headers = await bot.acting(item["link_id"])

    assert (await ada.http.get("/v1/loans", headers=headers)).status_code == 200
    assert (await ada.http.get("/v1/sessions", headers=headers)).status_code == 403


async def test_screens_hear_of_an_answer_in_the_app_and_of_none_elsewhere(bot: BotCaller, ada: Browser) -> None:
    cursor = await feed_start(bot)
    await ada.post("/me/conversation/messages", {"text": "what do I owe?", "client_id": "draft-1"})
    (item,) = await heard(bot, cursor)
    await says(bot, "elsewhere", direction="outbound")
    assert await published(ada, "support.message_from_bot") == 0

    for _ in range(2):
        await says(bot, "5,000", name="answer-1", channel="in_app", subject=item["user_id"], direction="outbound")

    assert await published(ada, "support.message_from_bot") == 1
    newest = (await ada.get("/me/conversation/messages")).json()["items"][0]
    assert (newest["text"], newest["author"]) == ("5,000", "bot")
