"""Sign-up and sign-in as an app does them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select, text, update

from backend import identity
from backend.identity.tables import challenge, consent, consent_text, person, session
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.identity import TenantSettings
from shared.i18n import Language
from tests.builders import platform
from tests.builders.identity import Browser, let_pass, messages, newest_code, set_up

ADA = "+2348031234567"


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [identity.module(services)]) as client:
        yield client


@pytest.fixture
async def ada(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> Browser:
    return Browser(client, services, await set_up(services, tenant), {"phone": ADA})


async def count(services: Services, tenant: Tenant, table: object) -> int:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_an_app_reads_brand_and_texts_before_anyone_signs_in(ada: Browser) -> None:
    tenant = (await ada.get("/tenant")).json()
    texts = (await ada.get("/consent-texts?locale=fr")).json()

    assert (tenant["slug"], tenant["name"], tenant["currency"]) == (ada.tenant.slug, "Acme Credit", "NGN")
    assert {one["kind"]: one["required"] for one in texts} == {
        "terms": True,
        "privacy": True,
        "credit_check": True,
        "marketing": False,
    }
    assert {one["locale"] for one in texts} == {"fr"}
    assert "Conditions d'utilisation" in {one["title"] for one in texts}


@pytest.mark.parametrize("language", Language)
async def test_what_is_agreed_to_is_there_in_every_language(ada: Browser, language: Language) -> None:
    texts = (await ada.get(f"/consent-texts?locale={language}")).json()

    assert [one["locale"] for one in texts] == [language] * 4


async def test_a_newcomer_proves_a_phone_agrees_and_is_signed_in(ada: Browser) -> None:
    proven = await ada.prove()

    assert (proven["status"], proven["tokens"]) == ("sign_up", None)
    assert await count(ada.services, ada.tenant, person) == 0

    user_id = await ada.sign_up()
    me = (await ada.get("/me")).json()

    assert (me["name"], me["phone"], me["email"], me["roles"]) == ("Ada Obi", ADA, None, ["borrower"])
    assert (me["id"], me["consents_due"]) == (str(user_id), [])
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        topics = [row.topic for row in await tx.all(select(outbox.c.topic))]
    assert topics == ["identity.user_registered"]


async def test_nothing_of_a_person_lies_in_the_clear(ada: Browser) -> None:
    await ada.sign_up()

    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        for table in (person, challenge, session):
            rows = str(await tx.all(select(table)))
            assert "Ada" not in rows
            assert "8031234567" not in rows
    async with ada.services.database.unscoped() as connection:
        queued = (await connection.execute(text("SELECT payload FROM pgqueuer"))).scalars().all()
    code = (await ada.code()).encode()
    assert all(ADA.encode() not in payload and b'"code"' not in payload and code not in payload for payload in queued)


async def test_somebody_known_is_signed_in_by_the_next_code(ada: Browser) -> None:
    await ada.sign_up()
    again = Browser(ada.http, ada.services, ada.tenant, {"phone": ADA})
    challenge_id = (await again.post("/auth/codes", {"phone": "0803 123 4567"})).json()["challenge_id"]

    answer = (await again.post("/auth/sessions", {"challenge_id": challenge_id, "code": await again.code()})).json()

    assert answer["status"] == "signed_in"
    assert answer["tokens"]["expires_in"] == 300
    again.tokens = answer["tokens"]
    assert (await again.get("/me")).json()["name"] == "Ada Obi"
    assert await count(ada.services, ada.tenant, person) == 1


async def test_asking_for_a_code_never_tells_whether_somebody_is_known(ada: Browser) -> None:
    await ada.sign_up()
    known = await ada.http.post("/v1/auth/codes", json={"phone": ADA}, headers={"X-Tenant": ada.tenant.slug})
    unknown = await ada.http.post(
        "/v1/auth/codes", json={"phone": "+2348031234569"}, headers={"X-Tenant": ada.tenant.slug}
    )

    assert known.status_code == unknown.status_code == 202
    assert known.json().keys() == unknown.json().keys()
    assert known.json()["sent_to"] == "+234•••67"
    templates = [(await messages(ada.services, ada.tenant, to))[-1].template for to in (ADA, "+2348031234569")]
    assert templates == ["sign_in_code", "sign_in_code"]


async def test_an_e_mail_address_works_like_a_phone(ada: Browser) -> None:
    ada.contact = {"email": "Ada@example.com"}

    await ada.sign_up()

    assert (await ada.get("/me")).json()["email"] == "Ada@example.com"
    other = Browser(ada.http, ada.services, ada.tenant, {"email": "ada@EXAMPLE.com"})
    challenge_id = await other.ask_code()
    code = await newest_code(ada.services, ada.tenant, "ada@example.com")
    answer = await other.post("/auth/sessions", {"challenge_id": challenge_id, "code": code})
    assert answer.json()["status"] == "signed_in"


async def test_five_wrong_codes_end_it_even_when_sent_at_once(ada: Browser) -> None:
    challenge_id = await ada.ask_code()
    code = await ada.code()
    wrong = [f"{(int(code) + n) % 10**6:06d}" for n in range(1, 13)]

    answers = await asyncio.gather(
        *(ada.post("/auth/sessions", {"challenge_id": challenge_id, "code": guess}) for guess in wrong)
    )

    assert {answer.status_code for answer in answers} == {401}
    assert sorted(answer.json()["code"] for answer in answers).count("code_refused") == 5
    right = await ada.post("/auth/sessions", {"challenge_id": challenge_id, "code": code})
    assert (right.status_code, right.json()["code"]) == (401, "code_spent")
    assert await count(ada.services, ada.tenant, session) == 0


async def test_a_code_works_once_and_only_for_its_challenge(ada: Browser) -> None:
    await ada.sign_up()
    first = await ada.ask_code()
    code = await ada.code()
    body = {"challenge_id": first, "code": code}

    assert (await ada.post("/auth/sessions", body)).status_code == 200
    assert (await ada.post("/auth/sessions", body)).json()["code"] == "code_spent"
    second = await ada.ask_code()
    if await ada.code() != code:
        again = await ada.post("/auth/sessions", {"challenge_id": second, "code": code})
        assert again.json()["code"] == "code_refused"


async def test_a_code_expires(ada: Browser) -> None:
    challenge_id = await ada.ask_code()
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        past = {"created_at": tx.now - timedelta(minutes=11), "expires_at": tx.now - timedelta(minutes=1)}
        await tx.execute(update(challenge).values(past))

    answer = await ada.post("/auth/sessions", {"challenge_id": challenge_id, "code": await ada.code()})

    assert (answer.status_code, answer.json()["code"]) == (401, "code_refused")


async def test_the_next_code_has_to_wait_until_the_last_was_met(ada: Browser) -> None:
    await ada.ask_code()

    answer = await ada.post("/auth/codes", ada.contact)

    assert (answer.status_code, answer.json()["code"]) == (429, "code_too_soon")
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert len(await messages(ada.services, ada.tenant, ADA)) == 1


async def test_many_requests_at_once_send_one_code(ada: Browser) -> None:
    answers = await asyncio.gather(*(ada.post("/auth/codes", ada.contact) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [202] + [429] * 7
    assert len(await messages(ada.services, ada.tenant, ADA)) == 1


async def test_a_sign_in_whose_answer_was_lost_can_be_repeated_and_gives_the_same_session(ada: Browser) -> None:
    await ada.sign_up()
    challenge_id = await ada.ask_code()
    body = {"challenge_id": challenge_id, "code": await ada.code()}
    key = {"Idempotency-Key": "lost-on-its-way"}

    first = (await ada.post("/auth/sessions", body, **key)).json()
    second = (await ada.post("/auth/sessions", body, **key)).json()
    other = await ada.post("/auth/sessions", body)

    assert first["tokens"]["refresh_token"] == second["tokens"]["refresh_token"]
    assert other.status_code == 401
    assert await count(ada.services, ada.tenant, session) == 2


async def test_a_sign_up_whose_answers_were_lost_can_be_repeated_step_by_step(ada: Browser) -> None:
    challenge_id = await ada.ask_code()
    body = {"challenge_id": challenge_id, "code": await ada.code()}
    key = {"Idempotency-Key": "lost-on-its-way"}
    tickets = [(await ada.post("/auth/sessions", body, **key)).json()["ticket"] for _ in range(2)]
    texts = (await ada.get("/consent-texts")).json()
    consents = [{"kind": one["kind"], "version": one["version"]} for one in texts]
    sign_up = {"ticket": tickets[0], "name": "Ada", "consents": consents}

    answers = [(await ada.post("/auth/sign-ups", sign_up, **key)).json() for _ in range(2)]

    assert tickets[0] == tickets[1]
    assert answers[0]["tokens"]["refresh_token"] == answers[1]["tokens"]["refresh_token"]
    assert await count(ada.services, ada.tenant, person) == 1


async def test_the_language_that_a_consent_was_read_in_is_on_record(ada: Browser) -> None:
    ticket = (await ada.prove())["ticket"]
    texts = (await ada.get("/consent-texts?locale=ar")).json()
    read = [{"kind": one["kind"], "version": one["version"], "locale": one["locale"]} for one in texts]

    signed_up = await ada.post("/auth/sign-ups", {"ticket": ticket, "name": "Ada", "consents": read, "locale": "en"})
    ada.tokens = signed_up.json()["tokens"]

    assert {one["locale"] for one in (await ada.get("/me/consents")).json()} == {"ar"}
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        words = {(one.kind, one.locale): one.hash for one in await tx.all(select(consent_text))}
        given = await tx.all(select(consent))
    assert {one.text_hash for one in given} == {words[one["kind"], "ar"] for one in texts}


async def test_without_the_needed_consents_nobody_is_registered(ada: Browser) -> None:
    ticket = (await ada.prove())["ticket"]

    missing = await ada.post("/auth/sign-ups", {"ticket": ticket, "name": "Ada", "consents": []})
    stale = await ada.post(
        "/auth/sign-ups", {"ticket": ticket, "name": "Ada", "consents": [{"kind": "terms", "version": "0"}]}
    )

    assert (missing.status_code, missing.json()["code"]) == (400, "consent_missing")
    assert "credit_check, privacy, terms" in missing.json()["detail"]
    assert (stale.status_code, stale.json()["code"]) == (404, "consent_text_not_found")
    assert await count(ada.services, ada.tenant, person) == 0


async def test_where_sign_up_is_closed_a_newcomer_is_told_after_proving_the_phone(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    await set_up(services, tenant, TenantSettings(sign_up_open=False))
    someone = Browser(client, services, tenant, {"phone": ADA})
    challenge_id = await someone.ask_code()

    answer = await someone.post("/auth/sessions", {"challenge_id": challenge_id, "code": await someone.code()})

    assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_closed")


async def test_a_link_signs_in_once(ada: Browser) -> None:
    ada.contact = {"email": "ada@example.com"}
    await ada.sign_up()

    await ada.post("/auth/magic-links", {"email": "ada@example.com"})
    link = (await messages(ada.services, ada.tenant, "ada@example.com"))[-1].params["link"]
    token = parse_qs(urlsplit(link).fragment)["token"][0]
    first = await ada.post("/auth/magic-links/redeem", {"token": token})
    second = await ada.post("/auth/magic-links/redeem", {"token": token})

    assert first.json()["status"] == "signed_in"
    assert (second.status_code, second.json()["code"]) == (401, "code_spent")
    assert parse_qs(urlsplit(link).query)["tenant"] == [ada.tenant.slug]


async def test_codes_links_and_tickets_of_one_tenant_mean_nothing_in_another(ada: Browser, services: Services) -> None:
    other = await set_up(services, await platform.new_tenant(services))
    challenge_id = await ada.ask_code()
    code = await ada.code()

    ada.tenant, home = other, ada.tenant
    foreign = await ada.post("/auth/sessions", {"challenge_id": challenge_id, "code": code})

    assert (foreign.status_code, foreign.json()["code"]) == (401, "code_refused")
    ada.tenant = home
    assert (await ada.post("/auth/sessions", {"challenge_id": challenge_id, "code": code})).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "contact_missing"),
        ({"phone": ADA, "email": "a@example.com"}, "contact_missing"),
        ({"phone": "0700"}, "phone_invalid"),
        ({"email": "a@b"}, "email_invalid"),
        ({"phone": ADA, "channel": "email"}, "channel_unfit"),
        ({"email": "a@example.com", "channel": "voice"}, "channel_unfit"),
        ({"phone": ADA, "more": 1}, "invalid_input"),
    ],
)
async def test_a_bad_request_for_a_code_sends_nothing(body: dict[str, object], code: str, ada: Browser) -> None:
    answer = await ada.post("/auth/codes", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await count(ada.services, ada.tenant, challenge) == 0


@pytest.mark.parametrize("minutes_ago", [None, 11])
async def test_nobody_is_called_who_was_sent_no_code_in_the_last_ten_minutes(
    minutes_ago: int | None, ada: Browser
) -> None:
    if minutes_ago is not None:
        await ada.ask_code()
        await let_pass(ada.services, ada.tenant, timedelta(minutes=minutes_ago))
    before = await count(ada.services, ada.tenant, challenge)

    refused = await ada.post("/auth/codes", {**ada.contact, "channel": "voice"})

    assert (refused.status_code, refused.json()["code"]) == (409, "call_unexpected")
    assert await count(ada.services, ada.tenant, challenge) == before


@pytest.mark.parametrize("body", [b'{"phone": "\xed\xa0\x80"}', b'{"phone": "a\\ud800"}', b"{", b"[]", b"null", b""])
async def test_a_body_that_is_no_request_is_refused(body: bytes, ada: Browser) -> None:
    answer = await ada.http.post(
        "/v1/auth/codes",
        content=body,
        headers={"X-Tenant": ada.tenant.slug, "Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_a_character_that_can_not_be_stored_is_refused(ada: Browser) -> None:
    await ada.sign_up()

    answer = await ada.post("/auth/step-up", {"action": "agreement.sign", "subject": "a\x00b"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
