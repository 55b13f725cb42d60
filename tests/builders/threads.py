"""Conversations for tests: a borrower, a bot and agents over the real application."""

import asyncio
from typing import Any

from shared.ids import new_id
from shared.roles import Role
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, staff

WA = "2348031234567"


async def says(bot: BotCaller, text: str, *, name: str | None = None, subject: str = WA, **more: Any) -> dict[str, Any]:
    """A message that came by WhatsApp, as the bot puts it into its thread."""
    body = {
        "channel": "whatsapp",
        "subject": subject,
        "direction": "inbound",
        "external_id": name or f"wamid.{new_id().hex}",
        "text": text,
        **more,
    }
    answer = await bot.post("/messages", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def feed_start(bot: BotCaller, *, behind: int = 0) -> str:
    """Where the feed is now, once the `behind` things that were said before can be read in it."""
    await heard(bot, "0.0", behind)
    return str((await bot.get("/feed")).json()["cursor"])


async def heard(bot: BotCaller, after: str, count: int = 1) -> list[dict[str, Any]]:
    """What the bot hears after a cursor, once it is `count` things: none is shown before all earlier ones could be."""
    items: list[dict[str, Any]] = []
    for _ in range(100):
        items = list((await bot.get(f"/feed?after={after}")).json()["items"])
        if len(items) >= count:
            break
        await asyncio.sleep(0.1)
    return items


async def handed_off(bot: BotCaller, conversation_id: str, **wanted: Any) -> dict[str, Any]:
    """The bot hands a thread to people."""
    body = {"reason": "asked_for_person", **wanted}
    answer = await bot.post(f"/conversations/{conversation_id}/handoff", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def agent(like: Browser, phone: str, *roles: Role, online: bool = False, **works: Any) -> Browser:
    """One of the tenant's agents, signed in."""
    await staff(like.services, like.tenant, phone, *(roles or (Role.SUPPORT_AGENT,)))
    browser = Browser(like.http, like.services, like.tenant, {"phone": phone})
    await browser.prove()
    if online or works:
        await put(browser, "/desk/me", {"presence": "online" if online else "offline", **works})
    return browser


async def put(browser: Browser, path: str, body: object) -> dict[str, Any]:
    """A PUT that succeeds."""
    answer = await browser.http.put(f"/v1{path}", json=body, headers=browser.headers())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
