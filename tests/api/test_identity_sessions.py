"""Sessions from outside: refreshed, listed, ended, and lost to whoever copies a token."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from backend import identity
from backend.identity.tables import session
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.identity import Browser, set_up

ADA = "+2348031234567"


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [identity.module(services)]) as client:
        yield client


@pytest.fixture
async def ada(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> Browser:
    browser = Browser(client, services, await set_up(services, tenant), {"phone": ADA})
    await browser.sign_up()
    return browser


def copy_of(browser: Browser) -> Browser:
    return Browser(browser.http, browser.services, browser.tenant, browser.contact, dict(browser.tokens))


async def signed_out_within(browser: Browser, seconds: int) -> bool:
    for _ in range(seconds * 20):
        if (await browser.get("/me")).status_code == 401:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_refreshing_gives_a_new_pair_each_time(ada: Browser) -> None:
    seen = {ada.tokens["refresh_token"]}

    for _ in range(3):
        answer = await ada.refresh()
        assert answer.status_code == 200
        assert (await ada.get("/me")).status_code == 200
        seen.add(ada.tokens["refresh_token"])

    assert len(seen) == 4


async def test_an_old_token_in_another_request_ends_the_session_for_both(ada: Browser) -> None:
    thief = copy_of(ada)
    await ada.refresh()

    stolen = await thief.refresh()

    assert (stolen.status_code, stolen.json()["code"]) == (401, "session_ended")
    mine = await ada.refresh()
    assert (mine.status_code, mine.json()["code"]) == (401, "session_ended")
    assert await signed_out_within(ada, 3)


async def test_the_same_request_again_gets_the_same_pair_until_it_is_used(ada: Browser) -> None:
    before = copy_of(ada)
    key = new_id().hex

    first = await ada.refresh(**{"Idempotency-Key": key})
    again = await copy_of(before).refresh(**{"Idempotency-Key": key})

    assert first.json()["refresh_token"] == again.json()["refresh_token"]
    await ada.refresh()
    late = await before.refresh(**{"Idempotency-Key": key})
    assert (late.status_code, late.json()["code"]) == (401, "session_ended")


async def test_of_many_refreshes_at_once_under_one_key_all_get_the_same_and_under_many_the_session_ends(
    ada: Browser,
) -> None:
    key = {"Idempotency-Key": new_id().hex}
    together = await asyncio.gather(*(copy_of(ada).refresh(**key) for _ in range(6)))
    assert {answer.status_code for answer in together} == {200}
    assert len({answer.json()["refresh_token"] for answer in together}) == 1

    ada.tokens = together[0].json()
    apart = await asyncio.gather(*(copy_of(ada).refresh() for _ in range(6)))

    assert sorted(answer.status_code for answer in apart) == [200] + [401] * 5
    winner = next(answer.json() for answer in apart if answer.status_code == 200)
    ada.tokens = winner
    assert (await ada.refresh()).status_code == 401


async def test_a_forged_or_foreign_token_is_refused_and_ends_nothing(ada: Browser, services: Services) -> None:
    genuine = dict(ada.tokens)
    kind, tenant, row, generation, secret = genuine["refresh_token"].split(".")
    for forged in (f"{kind}.{tenant}.{row}.{int(generation) + 1}.{secret}", f"{kind}.{tenant}.{row}.0.{'A' * 64}"):
        ada.tokens = genuine | {"refresh_token": forged}
        answer = await ada.refresh()
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    ada.tokens = genuine
    home, ada.tenant = ada.tenant, await set_up(services, await platform.new_tenant(services))
    assert (await ada.refresh()).json()["code"] == "token_invalid"

    ada.tenant = home
    assert (await ada.refresh()).status_code == 200


async def test_a_session_that_nobody_used_for_a_month_has_ended(ada: Browser) -> None:
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(session).values(refreshed_at=tx.now - timedelta(days=30, seconds=1)))

    answer = await ada.refresh()

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


async def test_signing_out_ends_access_within_about_a_second(ada: Browser) -> None:
    answer = await ada.http.post("/v1/auth/sign-out", headers=ada.headers())

    assert answer.status_code == 204
    assert await signed_out_within(ada, 3)
    assert (await ada.refresh()).status_code == 401


async def test_devices_are_listed_and_signed_out_one_by_one(ada: Browser) -> None:
    other = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    challenge_id = await other.ask_code()
    body = {"challenge_id": challenge_id, "code": await other.code(), "device": {"name": "Old phone"}}
    other.tokens = (await other.post("/auth/sessions", body)).json()["tokens"]

    listed = (await ada.get("/sessions")).json()
    assert next(one["device"] for one in listed) == "Old phone"
    assert [one["current"] for one in listed] == [False, True]

    gone = await ada.http.delete(f"/v1/sessions/{listed[0]['id']}", headers=ada.headers())
    assert gone.status_code == 204
    assert await signed_out_within(other, 3)
    assert (await ada.get("/me")).status_code == 200
    assert [one["current"] for one in (await ada.get("/sessions")).json()] == [True]


async def test_all_other_devices_are_signed_out_at_once(ada: Browser) -> None:
    others = [Browser(ada.http, ada.services, ada.tenant, ada.contact) for _ in range(2)]
    for other in others:
        await other.prove()

    await ada.http.delete("/v1/sessions", headers=ada.headers())

    assert [await signed_out_within(other, 3) for other in others] == [True, True]
    assert (await ada.get("/me")).status_code == 200


async def test_nobody_ends_the_session_of_another(ada: Browser) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"phone": "+2348031234569"})
    await obi.sign_up("Obi")
    target = (await ada.get("/sessions")).json()[0]["id"]

    answer = await obi.http.delete(f"/v1/sessions/{target}", headers=obi.headers())

    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        revoked = select(func.count()).select_from(session).where(session.c.revoked_at.is_not(None))
        assert await tx.scalar(revoked) == 0


async def test_an_erased_person_is_gone_everywhere_at_once(ada: Browser) -> None:
    user_id = (await ada.get("/me")).json()["id"]

    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await identity.erase_person(tx, ada.services.vault, user_id)

    assert await signed_out_within(ada, 3)
    assert (await ada.refresh()).status_code == 401
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        remains = await identity.person(tx, ada.services.vault, user_id)
    assert (remains.name, remains.phone, remains.email, remains.roles) == (None, None, None, ())
    assert (await Browser(ada.http, ada.services, ada.tenant, ada.contact).prove())["status"] == "sign_up"


async def test_the_public_keys_check_our_tokens(ada: Browser) -> None:
    keys = (await ada.http.get("/.well-known/jwks.json")).json()["keys"]

    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]
