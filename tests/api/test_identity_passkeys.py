"""Passkeys from outside: added, used, removed; and on each refusal nothing has happened."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from backend import identity
from backend.identity import TenantProfile
from backend.identity.passkey_tables import passkey, passkey_ceremony
from backend.identity.tables import session
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from shared.api.identity import TenantSettings
from shared.roles import Role
from tests.builders.identity import Browser, count, problem, published, set_up, staff
from tests.builders.passkeys import (
    APP_URL,
    EDDSA,
    ES256,
    RS256,
    WITH_APP,
    Ceremony,
    SoftAuthenticator,
    add_passkey,
    answered_sign_in,
    stranger,
    verifier_pair,
)

EVE = "+2348031234568"


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services)]


@pytest.fixture
def profile() -> TenantProfile:
    return WITH_APP


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
async def test_a_passkey_signs_in_on_a_device_that_knows_nothing_of_its_owner(ada: Browser, algorithm: int) -> None:
    phone = SoftAuthenticator(algorithm=algorithm)
    added = await add_passkey(ada, phone)
    elsewhere = stranger(ada)

    answer = await elsewhere.post("/auth/passkeys/redeem", await answered_sign_in(elsewhere, phone))

    assert (answer.status_code, answer.json()["status"]) == (200, "signed_in")
    elsewhere.tokens = answer.json()["tokens"]
    assert (await elsewhere.get("/me")).json()["id"] == (await ada.get("/me")).json()["id"]
    assert (await elsewhere.get("/sessions")).json()[0]["second_factor"] is True
    (mine,) = (await ada.get("/me/passkeys")).json()
    assert (mine["id"], mine["name"], mine["synced"]) == (added["id"], "My phone", False)
    assert mine["last_used_at"] is not None
    assert await published(ada, "identity.passkey_added") == 1
    assert (await elsewhere.refresh()).status_code == 200


async def test_nothing_personal_lies_open_in_the_tables(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone, name="Adas secret phone")

    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        (row,) = await tx.all(select(passkey))
        (done,) = await tx.all(select(passkey_ceremony))
    kept = repr(tuple(row)).encode() + repr(tuple(done)).encode()
    assert b"Adas secret phone" not in kept
    assert repr(phone.credentials[0].id)[2:-1].encode() not in kept
    assert done.made is None
    assert phone.credentials[0].user_handle != str(row.person_id).encode()


async def test_it_stands_for_both_factors_of_the_tenants_own_people(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    await set_up(services, tenant, TenantSettings(staff_need_second_factor=True), app_url=APP_URL)
    await staff(services, tenant, EVE, Role.OPERATIONS)
    boss = Browser(client, services, tenant, {"phone": EVE})
    await boss.prove()
    key = SoftAuthenticator()
    await add_passkey(boss, key)
    assert (await boss.get("/me")).json()["roles"] == []

    signed = await boss.post("/auth/passkeys/redeem", await answered_sign_in(boss, key))

    boss.tokens = signed.json()["tokens"]
    assert (await boss.get("/me")).json()["roles"] == ["operations"]


async def test_adding_one_needs_the_code_that_was_sent_for_it(ada: Browser) -> None:
    _, verifier_hash = verifier_pair()
    me = (await ada.get("/me")).json()["id"]
    await ada.post("/auth/step-up", {"action": "person.delete", "subject": me})
    other_action = await ada.code()

    wrong = await ada.post("/me/passkeys/begin", {"verifier_hash": verifier_hash, "step_up_code": other_action})

    assert problem(wrong) == (403, "step_up_refused")
    assert await count(ada, passkey_ceremony) == 0


async def test_a_code_without_the_verifier_signs_nobody_in_and_is_used_up(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good = await answered_sign_in(ada, phone)
    before = await count(ada, session)

    stolen = await ada.post("/auth/passkeys/redeem", good | {"verifier": verifier_pair()[0]})
    late = await ada.post("/auth/passkeys/redeem", good)

    assert problem(stolen) == (401, "passkey_refused")
    assert problem(late) == (401, "passkey_refused")
    assert await count(ada, session) == before


async def test_a_passkey_that_somebody_was_led_to_make_is_not_added(ada: Browser) -> None:
    """An attacker begins in their own account and has a victim's browser carry it out: the code comes to the victim."""
    ceremony = await Ceremony.adding(ada)
    made = SoftAuthenticator().create(await ceremony.options(ada))
    code = (await ceremony.answer(ada, made)).json()["code"]
    victim = stranger(ada)
    await victim.sign_up("Vic")

    answer = await victim.post("/me/passkeys", {"code": code, "verifier": ceremony.verifier, "name": "x"})

    assert problem(answer) == (403, "passkey_unconfirmed")
    assert await count(ada, passkey) == 0
    assert await published(ada, "identity.passkey_added") == 0


async def test_the_same_code_redeemed_twice_at_once_makes_one_session(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good = await answered_sign_in(ada, phone)
    before = await count(ada, session)

    answers = await asyncio.gather(*(ada.post("/auth/passkeys/redeem", good) for _ in range(8)))

    assert sorted(each.status_code for each in answers) == [200, *[401] * 7]
    assert await count(ada, session) == before + 1


async def test_a_request_whose_answer_was_lost_gets_the_same_tokens_again(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good = await answered_sign_in(ada, phone)
    key = {"Idempotency-Key": "the-same-key"}

    first, again = [await ada.post("/auth/passkeys/redeem", good, **key) for _ in range(2)]

    assert first.json()["tokens"]["refresh_token"] == again.json()["tokens"]["refresh_token"]


async def test_a_passkey_is_added_once_however_often_it_is_asked_for(ada: Browser) -> None:
    ceremony = await Ceremony.adding(ada)
    code = (await ceremony.answer(ada, SoftAuthenticator().create(await ceremony.options(ada)))).json()["code"]
    body = {"code": code, "verifier": ceremony.verifier, "name": "x"}

    answers = await asyncio.gather(*(ada.post("/me/passkeys", body) for _ in range(5)))

    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    assert await count(ada, passkey) == 1
    assert await published(ada, "identity.passkey_added") == 1


async def test_a_ticket_takes_one_answer_right_or_wrong(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    right, wrong = await Ceremony.signing_in(ada), await Ceremony.signing_in(ada)
    answer = phone.get(await right.options(ada))

    answers = await asyncio.gather(*(right.answer(ada, answer) for _ in range(5)))
    refused = await wrong.answer(ada, phone.get(await wrong.options(ada)) | {"id": "AAAA", "rawId": "AAAA"})
    again = await ada.post("/auth/passkeys/options", {"ticket": wrong.ticket})

    assert sorted(each.status_code for each in answers) == [200, *[401] * 4]
    assert problem(refused) == (401, "passkey_refused")
    assert problem(again) == (401, "passkey_ended")


@pytest.mark.parametrize(
    "what", ["challenge", "signature", "origin", "relying party", "user verification", "frame", "handle"]
)
async def test_an_answer_that_is_wrong_in_one_thing_proves_nothing(ada: Browser, what: str) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    ceremony = await Ceremony.signing_in(ada)
    options = await ceremony.options(ada)
    before = await count(ada, session)
    match what:
        case "challenge":
            answer = phone.get(options, challenge="A" * 43)
        case "signature":
            answer = phone.get(options, signature=b"x" * 70)
        case "origin":
            phone.origin = "https://app.example.com.evil.example"
            answer = phone.get(options)
        case "relying party":
            phone.rp_id = "evil.example"
            answer = phone.get(options)
        case "user verification":
            phone.verifies = False
            answer = phone.get(options)
        case "frame":
            phone.framed = True
            answer = phone.get(options)
        case _:
            answer = phone.get(options, user_handle=b"somebody else")

    refused = await ceremony.answer(ada, answer)

    assert problem(refused) == (401, "passkey_refused")
    assert await count(ada, session) == before
    assert (await ada.get("/me/passkeys")).json()[0]["last_used_at"] is None


@pytest.mark.parametrize("what", ["origin", "relying party", "user verification", "frame", "challenge"])
async def test_nothing_is_added_by_an_answer_that_is_wrong_in_one_thing(ada: Browser, what: str) -> None:
    phone = SoftAuthenticator(verifies=what != "user verification", framed=what == "frame")
    phone.origin = "https://evil.example" if what == "origin" else phone.origin
    phone.rp_id = "evil.example" if what == "relying party" else None
    ceremony = await Ceremony.adding(ada)
    options = await ceremony.options(ada)
    made = phone.create(options, **({"challenge": "A" * 43} if what == "challenge" else {}))

    refused = await ceremony.answer(ada, made)

    assert problem(refused) == (401, "passkey_refused")
    assert await count(ada, passkey) == 0


async def test_an_unknown_passkey_and_a_wrong_signature_are_told_the_same(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    unknown, wrong = await Ceremony.signing_in(ada), await Ceremony.signing_in(ada)
    nobodys = SoftAuthenticator(credentials=[replace_id(phone)])

    first = await unknown.answer(ada, nobodys.get(await unknown.options(ada)))
    second = await wrong.answer(ada, phone.get(await wrong.options(ada), signature=b"x" * 70))

    assert first.status_code == second.status_code
    hidden = {"instance", "request_id", "trace_id"}
    shown = [{name: value for name, value in each.json().items() if name not in hidden} for each in (first, second)]
    assert shown[0] == shown[1]


def replace_id(phone: SoftAuthenticator) -> Any:
    known = phone.credentials[0]
    return type(known)(bytes(32), known.key, known.user_handle, known.rp_id, known.count)
