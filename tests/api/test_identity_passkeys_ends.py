"""How passkeys end: removed, copied, too late, too many, with their person; and whose they are not."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from backend import identity
from backend.identity import TenantProfile
from backend.identity.passkey_tables import passkey, passkey_ceremony
from backend.identity.store import ceremonies
from backend.identity.tables import session
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from tests.builders import platform
from tests.builders.identity import Browser, audited, count, problem, published, set_up
from tests.builders.passkeys import (
    APP_URL,
    WITH_APP,
    Ceremony,
    SoftAuthenticator,
    add_passkey,
    answered_sign_in,
    step_up_code,
    stranger,
    verifier_pair,
)

ADA = "+2348031234567"


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services)]


@pytest.fixture
def profile() -> TenantProfile:
    return WITH_APP


async def later(browser: Browser, by: timedelta) -> None:
    """Stands for time going by."""
    async with browser.services.database.write(Scope.system(browser.tenant.id, "test")) as tx:
        back = {name: passkey_ceremony.c[name] - by for name in ("created_at", "expires_at", "answered_at")}
        await tx.execute(update(passkey_ceremony).values(back))


async def test_a_removed_passkey_signs_nobody_in_not_even_by_a_code_that_is_out(ada: Browser) -> None:
    phone = SoftAuthenticator()
    added = await add_passkey(ada, phone)
    out = await answered_sign_in(ada, phone)
    before = await count(ada, session)

    removed = await ada.http.delete(f"/v1/me/passkeys/{added['id']}", headers=ada.headers())
    by_code = await ada.post("/auth/passkeys/redeem", out)
    ceremony = await Ceremony.signing_in(ada)
    anew = await ceremony.answer(ada, phone.get(await ceremony.options(ada)))

    assert removed.status_code == 204
    assert [problem(by_code), problem(anew)] == [(401, "passkey_refused")] * 2
    assert (await ada.get("/me/passkeys")).json() == []
    assert await count(ada, session) == before
    assert await published(ada, "identity.passkey_removed") == 1


async def test_a_counter_that_falls_gives_a_copy_away(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    for _ in range(2):
        await answered_sign_in(ada, phone)
    phone.credentials[0].count = 0
    ceremony = await Ceremony.signing_in(ada)

    copied = await ceremony.answer(ada, phone.get(await ceremony.options(ada)))

    assert problem(copied) == (401, "passkey_refused")
    assert await audited(ada, "passkey.count_fell") == 1


async def test_a_synced_passkey_does_not_count_and_is_not_taken_for_a_copy(ada: Browser) -> None:
    phone = SoftAuthenticator(counts=False, synced=True)
    await add_passkey(ada, phone)

    for _ in range(2):
        await answered_sign_in(ada, phone)

    assert (await ada.get("/me/passkeys")).json()[0]["synced"] is True


async def test_a_page_that_was_left_open_is_too_late(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    ceremony = await Ceremony.signing_in(ada)
    answer = phone.get(await ceremony.options(ada))
    await later(ada, timedelta(minutes=6))

    late = await ceremony.answer(ada, answer)

    assert problem(late) == (401, "passkey_ended")


async def test_a_code_that_nobody_fetched_is_too_late(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good = await answered_sign_in(ada, phone)
    before = await count(ada, session)
    await later(ada, timedelta(minutes=3))

    late = await ada.post("/auth/passkeys/redeem", good)

    assert problem(late) == (401, "passkey_refused")
    assert await count(ada, session) == before


async def test_tickets_codes_and_passkeys_of_one_tenant_mean_nothing_in_another(
    ada: Browser, services: Services
) -> None:
    other = await set_up(services, await platform.new_tenant(services), app_url=APP_URL)
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good, ceremony = await answered_sign_in(ada, phone), await Ceremony.signing_in(ada)
    there = Browser(ada.http, services, other, {"phone": ADA})

    options = await there.post("/auth/passkeys/options", {"ticket": ceremony.ticket})
    redeemed = await there.post("/auth/passkeys/redeem", good)
    own = await Ceremony.signing_in(there)
    used = await own.answer(there, phone.get(await own.options(there)))

    assert [problem(options), problem(redeemed)] == [(401, "token_invalid")] * 2
    assert problem(used) == (401, "passkey_refused")
    assert await count(there, session) == 0


async def test_ten_are_the_most(ada: Browser) -> None:
    for _ in range(9):
        await add_passkey(ada, SoftAuthenticator())
    ceremony = await Ceremony.adding(ada)
    code = (await ceremony.answer(ada, SoftAuthenticator().create(await ceremony.options(ada)))).json()["code"]
    await add_passkey(ada, SoftAuthenticator())

    redeemed = await ada.post("/me/passkeys", {"code": code, "verifier": ceremony.verifier, "name": "x"})
    begun = await ada.post(
        "/me/passkeys/begin", {"verifier_hash": verifier_pair()[1], "step_up_code": await step_up_code(ada)}
    )

    assert [problem(redeemed), problem(begun)] == [(409, "passkeys_too_many")] * 2
    assert await count(ada, passkey) == 10


@pytest.mark.parametrize("app_url", [None, "http://127.0.0.1:8002"])
async def test_where_the_app_has_no_address_there_are_no_passkeys(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, app_url: str | None
) -> None:
    await set_up(services, tenant, app_url=app_url)
    someone = Browser(client, services, tenant, {"phone": ADA})

    answer = await someone.post("/auth/passkeys", {"verifier_hash": verifier_pair()[1]})

    assert problem(answer) == (409, "passkeys_unavailable")
    assert await count(someone, passkey_ceremony) == 0


async def test_anothers_passkey_is_not_there(ada: Browser) -> None:
    added = await add_passkey(ada, SoftAuthenticator())
    eve = stranger(ada)
    await eve.sign_up("Eve")
    path = f"/v1/me/passkeys/{added['id']}"

    renamed = await eve.http.patch(path, json={"name": "Mine"}, headers=eve.headers())
    removed = await eve.http.delete(path, headers=eve.headers())

    assert [problem(renamed), problem(removed)] == [(404, "passkey_not_found")] * 2
    assert [each["name"] for each in (await ada.get("/me/passkeys")).json()] == ["My phone"]
    assert (await eve.get("/me/passkeys")).json() == []


async def test_a_passkey_is_renamed(ada: Browser) -> None:
    added = await add_passkey(ada, SoftAuthenticator())

    await ada.http.patch(f"/v1/me/passkeys/{added['id']}", json={"name": "Work laptop"}, headers=ada.headers())

    assert [each["name"] for each in (await ada.get("/me/passkeys")).json()] == ["Work laptop"]


@pytest.mark.parametrize("end", [identity.erase_person, identity.close_person])
async def test_passkeys_go_with_their_person(ada: Browser, end: object) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    out = await answered_sign_in(ada, phone)
    me = (await ada.get("/me")).json()["id"]
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await end(tx, ada.services.vault, me)  # type: ignore[operator]

    someone = stranger(ada)
    redeemed = await someone.post("/auth/passkeys/redeem", out)
    ceremony = await Ceremony.signing_in(someone)
    used = await ceremony.answer(someone, phone.get(await ceremony.options(someone)))

    assert [redeemed.status_code, used.status_code] == [401, 401]
    assert await count(ada, passkey) == 0


@pytest.mark.parametrize("end", [identity.erase_person, identity.close_person])
async def test_a_passkey_that_is_just_being_added_goes_with_its_person(
    ada: Browser, monkeypatch: pytest.MonkeyPatch, end: object
) -> None:
    me = (await ada.get("/me")).json()["id"]
    ceremony = await Ceremony.adding(ada)
    answered = await ceremony.answer(ada, SoftAuthenticator().create(await ceremony.options(ada)))
    body = {"code": answered.json()["code"], "verifier": ceremony.verifier, "name": "x"}
    stored, go_on, redeem = asyncio.Event(), asyncio.Event(), ceremonies.redeem

    async def redeem_late(*given: Any, **more: Any) -> None:
        stored.set()
        await go_on.wait()
        await redeem(*given, **more)

    async def leave() -> None:
        async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
            await end(tx, ada.services.vault, me)  # type: ignore[operator]

    monkeypatch.setattr(ceremonies, "redeem", redeem_late)
    async with asyncio.timeout(30), asyncio.TaskGroup() as both:
        adding = both.create_task(ada.post("/me/passkeys", body))
        await stored.wait()
        both.create_task(leave())
        await somebody_waits(ada)
        go_on.set()

    assert adding.result().status_code == 201
    assert await count(ada, passkey) == 0
    assert await count(ada, passkey_ceremony) == 0


async def somebody_waits(browser: Browser) -> None:
    """Until one transaction in this test's database is held up by another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while True:
        async with browser.services.database.unscoped() as connection:
            if (await connection.execute(waiting)).scalar():
                return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("junk", [{}, {"id": 1}, {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}])
async def test_whatever_is_sent_in_place_of_an_answer_is_refused_and_nothing_breaks(
    ada: Browser, junk: dict[str, object]
) -> None:
    adding, using = await Ceremony.adding(ada), await Ceremony.signing_in(ada)

    answers = [await adding.answer(ada, junk), await using.answer(ada, junk)]

    assert [problem(each) for each in answers] == [(401, "passkey_refused")] * 2
