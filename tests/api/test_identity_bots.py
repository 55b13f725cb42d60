"""Bots: how they sign in, whom they may speak for, and how far."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from backend import identity, servicing
from backend.identity.tables import channel_link
from backend.kernel import auth
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry, revoked_session
from backend.settings import Settings
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, messages, staff

ADA, OBI, AGENT = "+2348031234567", "+2348031234568", "+2348031234560"
WA = "2348031234567"


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    modules = [identity.module(services), servicing.module(services)]
    async with platform.serve(settings, services, modules) as client:
        yield client


async def actions(browser: Browser) -> list[tuple[str, str]]:
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        rows = await tx.all(select(audit_entry.c.action, audit_entry.c.actor).order_by(audit_entry.c.position))
    return [(row.action, row.actor) for row in rows]


async def age(browser: Browser, by: timedelta) -> None:
    """Lets time pass over every link."""
    async with browser.services.database.write(Scope.system(browser.tenant.id, "test")) as tx:
        await tx.execute(
            update(channel_link).values(
                active_at=channel_link.c.active_at - by, stepped_up_at=channel_link.c.stepped_up_at - by
            )
        )


async def status(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    answer = await http.get(f"/v1{path}", headers=headers)
    return answer.status_code, answer.json().get("code")


async def test_a_bot_by_itself_sees_nothing_and_nobody_else_is_a_bot(bot: BotCaller, ada: Browser) -> None:
    headers = {"Authorization": f"Bearer {bot.tokens['access_token']}", "X-Tenant": ada.tenant.slug}

    loans = await ada.http.get("/v1/loans", headers=headers)
    people = await ada.http.get("/v1/people", params={"phone": ADA}, headers=headers)
    refused = await ada.post("/bot/links/lookup", {"channel": "whatsapp", "subject": WA})

    assert (loans.status_code, loans.json()["items"]) == (200, [])
    assert (people.status_code, refused.status_code) == (403, 403)


async def test_a_chat_is_linked_once_by_a_code_from_the_app(bot: BotCaller, ada: Browser) -> None:
    asked = (await ada.post("/me/channel-links/codes", {"channel": "whatsapp"})).json()
    body = {"channel": "whatsapp", "subject": "NG.1234567890", "alternate": WA, "code": asked["code"].lower()}

    wrong = await bot.post("/links", {**body, "code": "AAAA-AAAA"})
    elsewhere = await bot.post("/links", {**body, "channel": "telegram"})
    linked = await bot.post("/links", body)
    again = await bot.post("/links", body)
    by_either = [
        (await bot.post("/links/lookup", {"channel": "whatsapp", "subject": name})).json()["id"]
        for name in ("NG.1234567890", WA)
    ]

    assert [each.json()["code"] for each in (wrong, elsewhere, again)] == ["link_code_refused"] * 3
    assert by_either == [linked.json()["id"]] * 2
    assert (linked.json()["masked"], linked.json()["assurance"]) == ("••7890", "linked")
    assert [each["id"] for each in (await ada.get("/me/channel-links")).json()] == [linked.json()["id"]]


async def test_nobody_reads_balances_before_the_owner_confirmed(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)
    before = await bot.acting(link["id"])
    refused = await status(ada.http, "/loans", before)
    open_to_all = await status(ada.http, "/me/notification-preferences", before)

    await bot.stepped_up(ada, link["id"])
    after = await bot.acting(link["id"])

    assert refused == (403, "assurance_too_low")
    assert open_to_all[0] in {200, 404}
    assert (await status(ada.http, "/loans", after))[0] == 200
    assert (await ada.http.get("/v1/me", headers=after)).json()["name"] == "Ada Obi"
    assert await status(ada.http, "/loans", before) == (403, "assurance_too_low")


async def test_what_is_kept_for_the_app_stays_there(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)
    await bot.stepped_up(ada, link["id"])
    headers = await bot.acting(link["id"])

    tried = [
        await ada.http.get("/v1/sessions", headers=headers),
        await ada.http.patch("/v1/me", json={"name": "Eve"}, headers=headers),
        await ada.http.post("/v1/me/contacts", json={"phone": OBI}, headers=headers),
        await ada.http.post("/v1/me/channel-links/codes", json={}, headers=headers),
        await ada.http.delete("/v1/sessions", headers=headers),
        await ada.http.post("/v1/bot/links/lookup", json={"channel": "whatsapp", "subject": WA}, headers=headers),
    ]

    assert [(each.status_code, each.json()["code"]) for each in tried] == [(403, "app_only")] * 6
    assert (await ada.get("/me")).json()["name"] == "Ada Obi"


async def test_a_confirmation_runs_out_and_can_be_taken_back(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)
    await bot.stepped_up(ada, link["id"])
    await age(ada, timedelta(minutes=11))
    after_a_while = await bot.acting(link["id"])
    await bot.stepped_up(ada, link["id"])
    confirmed = await bot.acting(link["id"])

    locked = await bot.post(f"/links/{link['id']}/lock")

    assert await status(ada.http, "/loans", after_a_while) == (403, "assurance_too_low")
    assert locked.status_code == 204
    assert (await bot.get(f"/links/{link['id']}")).json()["assurance"] == "linked"
    revoked = auth.Revocations(ada.services.database)
    await revoked.refresh()
    claims = ada.services.tokens.verify(confirmed["Authorization"].split()[1], ada.services.database.clock.now())
    assert claims.sid is not None
    assert claims.sid in revoked


async def test_a_code_confirms_as_well_and_wrong_ones_count(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)
    asked = (await bot.post(f"/links/{link['id']}/step-ups", {"method": "code"})).json()
    code = (await messages(ada.services, ada.tenant, ADA))[-1].params["code"]
    wrong = "000000" if code != "000000" else "000001"

    refused = await bot.post(f"/step-ups/{asked['id']}/answer", {"code": wrong})
    by_tap = await ada.post(f"/me/channel-step-ups/{asked['id']}/confirm")
    confirmed = await bot.post(f"/step-ups/{asked['id']}/answer", {"code": code})
    again = await bot.post(f"/step-ups/{asked['id']}/answer", {"code": code})

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_refused")
    assert (by_tap.status_code, again.status_code) == (404, 404)
    assert confirmed.json()["assurance"] == "stepped_up"
    assert asked["url"] is None
    assert asked["sent_to"].endswith("67")


async def test_only_its_owner_confirms_and_the_owner_may_refuse(bot: BotCaller, ada: Browser) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"phone": OBI})
    await obi.sign_up("Obi")
    link = await bot.link(ada, WA)
    asked = (await bot.post(f"/links/{link['id']}/step-ups", {"method": "app"})).json()
    path = f"/me/channel-step-ups/{asked['id']}"

    stolen = [await obi.get(path), await obi.post(f"{path}/confirm"), await obi.post(f"{path}/refuse")]
    seen = (await ada.get(path)).json()
    refused = await ada.post(f"{path}/refuse")
    late = await ada.post(f"{path}/confirm")

    assert [each.status_code for each in stolen] == [404, 404, 404]
    assert (seen["status"], seen["url"].endswith(f"/confirm/{asked['id']}")) == ("waiting", True)
    assert (refused.status_code, late.status_code) == (204, 404)
    assert (await bot.get(f"/links/{link['id']}")).json()["assurance"] == "linked"


async def test_unlinking_ends_whatever_a_bot_could_do(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)

    ended = await ada.http.delete(f"/v1/me/channel-links/{link['id']}", headers=ada.headers())

    assert ended.status_code == 204
    assert (await bot.post(f"/links/{link['id']}/delegations")).status_code == 404
    assert (await bot.post("/links/lookup", {"channel": "whatsapp", "subject": WA})).status_code == 404
    async with ada.services.database.unscoped() as connection:
        gone = (await connection.execute(select(revoked_session.c.session_id))).scalars().all()
    assert link["id"] in {str(each) for each in gone}


async def test_a_number_that_changed_hands_belongs_to_the_one_who_links_it_anew(bot: BotCaller, ada: Browser) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"phone": OBI})
    await obi.sign_up("Obi")
    first = await bot.link(ada, WA)

    second = await bot.link(obi, WA)

    assert second["user_id"] != first["user_id"]
    assert (await bot.post("/links/lookup", {"channel": "whatsapp", "subject": WA})).json()["id"] == second["id"]
    assert (await ada.get("/me/channel-links")).json() == []


async def test_what_a_bot_does_for_somebody_is_on_record_in_both_names(bot: BotCaller, ada: Browser) -> None:
    link = await bot.link(ada, WA)
    await bot.acting(link["id"])

    found = await actions(ada)

    assert ("channel_link.delegated", str(bot.account_id)) in found
    assert ("channel_link.made", str(bot.account_id)) in found


async def test_an_ended_account_is_out_and_a_new_secret_replaces_the_old(bot: BotCaller, ada: Browser) -> None:
    boss = Browser(ada.http, ada.services, ada.tenant, {"phone": AGENT})
    await staff(ada.services, ada.tenant, AGENT, Role.TENANT_ADMIN)
    await boss.prove()
    old = bot.secret

    renewed = (await boss.post(f"/service-accounts/{bot.account_id}/secret")).json()
    with_old = await bot.sign_in()
    bot.secret = renewed["secret"]
    with_new = await bot.sign_in()
    ended = await ada.http.delete(f"/v1/service-accounts/{bot.account_id}", headers=boss.headers())
    after = await bot.sign_in()
    refused = await ada.get("/service-accounts")

    assert (old != bot.secret, with_old.json()["code"]) == (True, "service_secret_refused")
    assert (with_new.status_code, ended.status_code, after.status_code) == (200, 204, 401)
    assert refused.status_code == 403
    listed = (await boss.get("/service-accounts")).json()
    assert [(each["role"], each["revoked_at"] is not None) for each in listed] == [("bot", True)]


async def test_a_bot_is_never_made_one_of_the_staff(bot: BotCaller, ada: Browser) -> None:
    boss = Browser(ada.http, ada.services, ada.tenant, {"phone": AGENT})
    await staff(ada.services, ada.tenant, AGENT, Role.TENANT_ADMIN)
    await boss.prove()

    path = f"/v1/staff/{bot.account_id}/roles"
    answer = await ada.http.put(path, json={"roles": ["operations"]}, headers=boss.headers())
    given = await boss.post("/staff", {"name": "Robot", "roles": ["bot"], "phone": OBI})

    assert (answer.status_code, given.status_code) == (404, 403)
    assert [each["role"] for each in (await boss.get("/service-accounts")).json()] == ["bot"]


async def test_an_agents_telegram_opens_the_desk_and_nothing_else(bot: BotCaller, ada: Browser) -> None:
    agent = Browser(ada.http, ada.services, ada.tenant, {"phone": AGENT})
    await staff(ada.services, ada.tenant, AGENT, Role.SUPPORT_AGENT, Role.OPERATIONS)
    await agent.prove()
    link = await bot.link(agent, "778899", channel="telegram")

    headers = await bot.acting(link["id"])

    assert (link["is_agent"], link["assurance"]) == (True, "agent")
    assert await status(ada.http, "/loans", headers) == (403, "app_only")
    assert await status(ada.http, "/people?phone=%2B2348031234567", headers) == (403, "app_only")
