"""The page of passkeys: what it may load, who may ask through it, and where alone it leads back to."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.config import AppConfig
from backend.appserver import AppServer, ServerOptions
from backend.appserver.passkeys import BODY_MAX, PasskeyPage
from shared.api.identity import Brand
from shared.api.passkeys import CeremonyAnswered, CeremonyBack, CeremonyOptions, CeremonyPurpose
from shared.i18n import Language
from tests.builders.app_stage import OFFLINE, Table, TableConnections

ORIGIN = "https://app.example"
TICKET = {"ticket": "cpt." + "x" * 20}
OPTIONS = "POST /v1/auth/passkeys/options"
ANSWER = "POST /v1/auth/passkeys/answer"


@pytest.fixture
def table() -> Table:
    options: dict[str, object] = {"challenge": "AAAA", "rpId": "app.example"}
    asked = CeremonyOptions(purpose=CeremonyPurpose.SIGN_IN, back=CeremonyBack.WEB, options=options)
    return Table({OPTIONS: asked, ANSWER: CeremonyAnswered(back=CeremonyBack.WEB, code="cpc.code")})


@pytest.fixture
async def client(table: Table, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    options = ServerOptions(app=AppConfig(), origins=frozenset({ORIGIN}), cache=tmp_path)
    transport: Any = httpx.ASGITransport(app=AppServer(options, connections=TableConnections(table)))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as open_client:
        yield open_client


@pytest.mark.parametrize("language", Language)
async def test_the_page_speaks_every_language_in_its_direction(client: httpx.AsyncClient, language: Language) -> None:
    answer = await client.get(f"/passkey?language={language}")

    direction = "rtl" if language is Language.ARABIC else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"https?://", answer.text)


async def test_nothing_of_the_address_is_written_into_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/passkey?language=%3Cscript%3Ealert(1)&back=https://evil.example&ticket=secret")

    assert "evil.example" not in answer.text
    assert "alert(1)" not in answer.text
    assert '<html lang="en"' in answer.text


def test_a_tenants_name_can_not_break_out_of_the_page() -> None:
    page = PasskeyPage("0" * 12, Language.ENGLISH, name='</title><script>alert("x")</script>', brand=Brand())

    assert b"<script>alert" not in page.html


def test_what_it_says_is_said_to_whoever_signs_in_adds_or_confirms_alike() -> None:
    page = PasskeyPage("0" * 12, Language.ENGLISH, name="Kola Credit", brand=Brand()).html.decode()

    assert "sign in with a code" not in page.lower()
    assert "sign in another way" not in page.lower()
    assert "Go back to the app and choose another way." in page


async def test_the_page_is_given_the_browsers_options_and_the_places_that_it_knows(
    client: httpx.AsyncClient, table: Table
) -> None:
    asked = await client.post("/passkey/options", json=TICKET)
    answered = await client.post("/passkey/answer", json={**TICKET, "credential": {"id": "AAAA"}})

    assert asked.json() == {
        "purpose": "sign_in",
        "back": "/passkey/done",
        "options": {"challenge": "AAAA", "rpId": "app.example"},
    }
    assert answered.json() == {"to": "/passkey/done#code=cpc.code"}
    assert {each.headers["X-Forwarded-For"] for each in table.asked} == {"127.0.0.1"}


async def test_a_phone_is_led_back_by_its_own_scheme(client: httpx.AsyncClient, table: Table) -> None:
    table.set(ANSWER, CeremonyAnswered(back=CeremonyBack.PHONE, code="cpc.code"))

    answered = await client.post("/passkey/answer", json={**TICKET, "credential": {}})

    assert answered.json() == {"to": "caas://app/passkey/done?code=cpc.code"}


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", ORIGIN + ".evil.example"])
@pytest.mark.parametrize("path", ["/passkey/options", "/passkey/answer"])
async def test_nobody_asks_through_it_from_elsewhere(
    client: httpx.AsyncClient, table: Table, origin: str, path: str
) -> None:
    answer = await client.post(path, json=TICKET, headers={"Origin": origin})

    assert answer.status_code == 403
    assert table.asked == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (BODY_MAX + 1), "application/json", 413),
        (b"not json", "application/json", 400),
        (b'{"ticket": 1}', "application/json", 400),
        (json.dumps(TICKET).encode(), "text/plain", 415),
    ],
)
async def test_what_is_no_question_of_the_page_goes_no_further(
    client: httpx.AsyncClient, table: Table, body: bytes, kind: str, status: int
) -> None:
    answer = await client.post("/passkey/options", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert table.asked == []


@pytest.mark.parametrize(
    ("answer", "told"), [((401, "passkey_ended"), (401, "passkey_ended")), (OFFLINE, (503, "unavailable"))]
)
async def test_a_refusal_is_told_by_its_code_alone(
    client: httpx.AsyncClient, table: Table, answer: object, told: tuple[int, str]
) -> None:
    table.set(OPTIONS, answer)

    refused = await client.post("/passkey/options", json=TICKET)

    assert (refused.status_code, refused.json()) == (told[0], {"code": told[1]})


async def test_one_address_asks_so_often_and_no_more(client: httpx.AsyncClient, table: Table) -> None:
    answers = await asyncio.gather(*(client.post("/passkey/options", json=TICKET) for _ in range(65)))

    assert [each.status_code for each in answers].count(429) >= 4
    assert len(table.asked) <= 61


async def test_it_is_asked_by_post_alone(client: httpx.AsyncClient) -> None:
    assert (await client.get("/passkey/options")).headers["content-type"].startswith("text/html")
    assert (await client.put("/passkey/options", json=TICKET)).status_code == 405
