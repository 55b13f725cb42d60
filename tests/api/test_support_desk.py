"""The desk: who is given what, answers and their windows, notes, promises of service, and what is revealed."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import msgspec
from sqlalchemy import func, select, update

from backend.kernel.jobs import JobContext
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry
from backend.kernel.tables import outbox as outbox_table
from backend.support.jobs import JOBS, TICKS
from backend.support.tables import conversation, conversation_channel, support_agent
from backend.support.usecases.timers import Due
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser
from tests.builders.threads import agent, feed_start, handed_off, heard, put, says

ADA, AMA, BEN, BOSS = "+2348031234567", "+2348031234561", "+2348031234562", "+2348031234563"
ALWAYS = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "from_hour": 0, "until_hour": 24}
LEVEL = {"first_minutes": 60, "next_minutes": 120, "resolve_minutes": 600}


def scope(browser: Browser) -> Scope:
    return Scope.system(browser.tenant.id, "test")


async def inbox(browser: Browser, view: str) -> list[str]:
    items = (await browser.get(f"/desk/inbox?view={view}")).json()["items"]
    return [item["conversation"]["id"] for item in items]


async def reply(browser: Browser, thread: str, text: str = "I am here", **more: Any) -> httpx.Response:
    return await browser.post(f"/desk/conversations/{thread}/replies", {"text": text, **more})


async def set_rows(browser: Browser, table: Any, **values: Any) -> None:
    async with browser.services.database.write(scope(browser)) as tx:
        await tx.execute(update(table).values(**values))


async def topics(browser: Browser) -> list[str]:
    async with browser.services.database.read(scope(browser)) as tx:
        rows = await tx.all(select(outbox_table.c.topic).order_by(outbox_table.c.position))
    return [row.topic for row in rows if row.topic.startswith("support.")]


async def test_a_handoff_is_answered_where_the_borrower_wrote(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    cursor = await feed_start(bot, behind=1)
    handed = await handed_off(bot, thread, summary="Wants to pay later")

    shown = (await ama.get(f"/desk/conversations/{thread}")).json()
    answered = await reply(ama, thread)
    delivered = [each for each in await heard(bot, cursor, 3) if each["kind"] == "message_from_agent"]

    assert (handed["conversation"]["assignee_id"], await inbox(ama, "mine")) == (str(await id_of(ama)), [thread])
    assert (shown["conversation"]["summary"], shown["borrower"]["name"]) == ("Wants to pay later", "Ada O.")
    assert (answered.status_code, answered.json()["status"]) == (201, "queued")
    (item,) = delivered
    assert (item["message"]["text"], item["message"]["channel"], item["link_id"] is not None) == (
        "I am here",
        "whatsapp",
        True,
    )
    newest = (await ada.get("/me/conversation/messages")).json()["items"][0]
    assert (newest["text"], newest["author"]) == ("I am here", "agent")
    assert "support.message_from_agent" in await topics(ada)


async def id_of(browser: Browser) -> str:
    return str((await browser.get("/me")).json()["id"])


async def test_after_a_day_only_a_template_goes_out_on_whatsapp(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    await handed_off(bot, thread)
    now = ada.services.database.clock.now()
    await set_rows(ada, conversation_channel, last_inbound_at=now - timedelta(hours=25))

    refused = await reply(ama, thread)
    template = await reply(ama, thread, template="agent_reply_waiting")
    in_app = await reply(ama, thread, channel="in_app")

    window = (await ama.get(f"/desk/conversations/{thread}")).json()["conversation"]["channels"][0]
    assert (refused.status_code, refused.json()["code"], window["template_only"]) == (409, "window_closed", True)
    assert [each.status_code for each in (template, in_app)] == [201, 201]
    assert (template.json()["template"], in_app.json()["status"]) == ("agent_reply_waiting", "sent")


async def test_nobody_answers_past_somebody(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama, ben = await agent(ada, AMA, online=True), await agent(ada, BEN)
    await handed_off(bot, thread)
    await ben.get(f"/desk/conversations/{thread}")
    seen = (await ama.get(f"/desk/conversations/{thread}/messages")).json()["items"][0]["id"]
    reading = (await ama.get(f"/desk/conversations/{thread}")).json()["reading"]
    await says(bot, "one more thing")

    refused = await reply(ama, thread, seen_message_id=seen)
    claimed = await ben.post(f"/desk/conversations/{thread}/claim", {})
    taken = await ben.post(f"/desk/conversations/{thread}/claim", {"take_over": True})

    assert reading == [await id_of(ben)]
    assert (refused.status_code, refused.json()["code"]) == (409, "newer_message")
    assert (claimed.json()["code"], taken.json()["assignee_id"]) == ("already_claimed", await id_of(ben))
    assert len((await ada.get("/me/conversation/messages")).json()["items"]) == 2


async def test_of_two_who_claim_at_once_one_has_it(bot: BotCaller, ada: Browser, thread: str) -> None:
    agents = [await agent(ada, AMA), await agent(ada, BEN)]
    await handed_off(bot, thread)

    claims = await asyncio.gather(*(each.post(f"/desk/conversations/{thread}/claim", {}) for each in agents))

    assert sorted(each.status_code for each in claims) == [200, 409]
    assert [len(await inbox(each, "mine")) for each in agents].count(1) == 1


async def test_notes_stay_among_people(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    await handed_off(bot, thread)

    await ama.post(f"/desk/conversations/{thread}/notes", {"text": "Sounds worried"})

    among = (await ama.get(f"/desk/conversations/{thread}/messages")).json()["items"]
    hers = (await ada.get("/me/conversation/messages")).json()["items"]
    assert [(each["text"], each["is_note"]) for each in among] == [("Sounds worried", True), ("hello", False)]
    assert [each["text"] for each in hers] == ["hello"]


async def test_whoever_comes_online_is_given_what_waits_as_far_as_they_have_room(bot: BotCaller, ada: Browser) -> None:
    threads = [str((await says(bot, "hello", subject=f"stranger-{n}"))["conversation_id"]) for n in range(3)]
    for each in threads:
        await handed_off(bot, each)
    ama = await agent(ada, AMA, online=True, capacity=2, languages=["en"], skills=["payments"])

    mine, left = await inbox(ama, "mine"), await inbox(ama, "unassigned")
    await ama.post(f"/desk/conversations/{threads[0]}/resolve", {"reason": "answered"})
    await next(tick for tick in TICKS if tick.name == "support.give_out").run(
        JobContext(ada.services.database, scope(ada))
    )

    assert (mine, left) == (threads[:2], threads[2:])
    assert await inbox(ama, "mine") == threads[1:]
    (shown,) = (await ama.get("/desk/agents")).json()
    assert (shown["load"], shown["capacity"], shown["presence"]) == (2, 2, "online")


async def test_what_an_agent_leaves_waiting_goes_to_another(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    await handed_off(bot, thread)
    assert await inbox(ama, "mine") == [thread]
    long_ago = ada.services.database.clock.now() - timedelta(hours=1)
    await set_rows(ada, support_agent, seen_at=long_ago)

    ben = await agent(ada, BEN, online=True)

    assert await inbox(ben, "mine") == [thread]


async def test_promises_of_service_are_kept_by_an_answer_or_told_as_broken(
    bot: BotCaller, ada: Browser, thread: str
) -> None:
    boss = await agent(ada, BOSS, Role.TENANT_ADMIN)
    levels = dict.fromkeys(("low", "normal", "high", "urgent"), LEVEL)
    await put(boss, "/desk/settings", {"hours": ALWAYS, **levels, "strategy": "round_robin", "ask_rating": True})
    ama = await agent(ada, AMA, online=True)
    first = (await handed_off(bot, thread))["conversation"]
    breach = JOBS[0].handle
    context = JobContext(ada.services.database, scope(ada))
    due = msgspec.convert({"conversation_id": thread, "target": "first", "due_at": first["first_due_at"]}, Due)
    await reply(ama, thread)
    await breach(context, due)
    kept = (await ama.get(f"/desk/conversations/{thread}")).json()["conversation"]
    second = (await says(bot, "and another thing"))["conversation_id"]
    waiting = (await ama.get(f"/desk/conversations/{second}")).json()["conversation"]
    due = msgspec.convert({"conversation_id": thread, "target": "next", "due_at": waiting["next_due_at"]}, Due)
    await breach(context, due)
    await breach(context, due)
    broken = (await ama.get(f"/desk/conversations/{thread}")).json()["conversation"]

    assert (kept["sla_breached"], kept["first_due_at"]) == (False, None)
    assert waiting["next_due_at"] is not None
    assert (broken["sla_breached"], await inbox(ama, "at_risk")) == (True, [thread])
    assert (await topics(ada)).count("support.service_level_breached") == 1


async def test_a_conversation_is_put_aside_ended_and_rated_once(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    await handed_off(bot, thread)
    later = (ada.services.database.clock.now() + timedelta(hours=2)).isoformat()
    path = f"/desk/conversations/{thread}"

    past = await ama.post(f"{path}/snooze", {"until": "2020-01-01T00:00:00Z"})
    snoozed = await ama.post(f"{path}/snooze", {"until": later})
    await set_rows(ada, conversation, snoozed_until=ada.services.database.clock.now() - timedelta(minutes=1))
    await next(tick for tick in TICKS if tick.name == "support.wake").run(JobContext(ada.services.database, scope(ada)))
    woken = (await ama.get(path)).json()["conversation"]["status"]
    ended = await ama.post(f"{path}/resolve", {"reason": "answered"})
    rated = [await ada.post("/me/conversation/rating", {"score": 4, "comment": "Kind"}) for _ in range(2)]
    again = await says(bot, "thanks")

    assert (past.status_code, snoozed.json()["status"], woken) == (400, "snoozed", "open")
    assert (ended.json()["status"], again["status"]) == ("resolved", "pending")
    assert [each.status_code for each in rated] == [204, 409]
    report = (await ama.get("/desk/report")).json()
    assert (report["ratings"], report["rating_sum"], report["open"], report["agents_online"]) == (1, 4, 0, 1)


async def test_contacts_are_masked_and_revealed_for_a_reason_that_is_kept(
    bot: BotCaller, ada: Browser, thread: str
) -> None:
    ama = await agent(ada, AMA, online=True)
    path = f"/desk/conversations/{thread}"

    masked = (await ama.get(path)).json()["borrower"]
    refused = await ama.post(f"{path}/reveal", {"reason": "hm"})
    revealed = await ama.post(f"{path}/reveal", {"reason": "Calls back as agreed"})

    assert (masked["phone"], masked["email"]) == ("+234•••67", None)
    assert (refused.status_code, revealed.json()["phone"], revealed.json()["name"]) == (400, ADA, "Ada Obi")
    async with ada.services.database.read(scope(ada)) as tx:
        rows = await tx.all(select(audit_entry).where(audit_entry.c.action == "person.revealed"))
    assert [(row.actor, row.data["reason"]) for row in rows] == [(await id_of(ama), "Calls back as agreed")]


async def test_the_desk_is_for_agents_of_the_tenant(bot: BotCaller, ada: Browser, thread: str) -> None:
    elsewhere = platform.caller(ada.services, await platform.new_tenant(ada.services), Role.SUPPORT_AGENT).headers
    strangers = await agent(ada, BEN, Role.COMPLIANCE_OFFICER)
    path = f"/v1/desk/conversations/{thread}"

    borrower = [await ada.get("/desk/inbox"), await ada.post(f"/desk/conversations/{thread}/claim", {})]
    officer = await strangers.get("/desk/inbox")
    foreign = [
        await ada.http.get(path, headers=elsewhere),
        await ada.http.post(f"{path}/claim", json={}, headers=elsewhere),
        await ada.http.post(f"{path}/replies", json={"text": "x"}, headers=elsewhere),
        await ada.http.post(f"{path}/reveal", json={"reason": "curious"}, headers=elsewhere),
    ]

    assert [each.status_code for each in borrower] + [officer.status_code] == [403, 403, 403]
    assert [each.status_code for each in foreign] == [404] * 4
    assert (await bot.get(f"/conversations/{thread}")).json()["status"] == "pending"


async def test_an_agent_answers_from_telegram(bot: BotCaller, ada: Browser, thread: str) -> None:
    ama = await agent(ada, AMA, online=True)
    await handed_off(bot, thread)
    link = await bot.link(ama, "778899", channel="telegram")
    headers = await bot.acting(link["id"])
    path = f"/v1/desk/conversations/{thread}"

    answered = await ada.http.post(f"{path}/replies", json={"text": "From my phone"}, headers=headers)
    revealed = await ada.http.post(f"{path}/reveal", json={"reason": "Calls back"}, headers=headers)

    assert (answered.status_code, answered.json()["author_id"]) == (201, await id_of(ama))
    assert (revealed.status_code, revealed.json()["code"]) == (403, "app_only")


async def test_saved_replies_are_kept_by_name_and_language(ada: Browser) -> None:
    ama = await agent(ada, AMA)
    first = (await ama.post("/desk/macros", {"name": "Hello", "language": "ha", "text": "Sannu"})).json()

    second = (await ama.post("/desk/macros", {"name": "Hello", "language": "ha", "text": "Sannu da zuwa"})).json()
    listed = (await ama.get("/desk/macros?language=ha")).json()
    gone = await ada.http.delete(f"/v1/desk/macros/{first['id']}", headers=ama.headers())

    assert (second["id"], [each["text"] for each in listed]) == (first["id"], ["Sannu da zuwa"])
    assert (gone.status_code, (await ama.get("/desk/macros")).json()) == (204, [])
    async with ada.services.database.read(scope(ada)) as tx:
        assert await tx.scalar(select(func.count()).select_from(conversation)) == 0
