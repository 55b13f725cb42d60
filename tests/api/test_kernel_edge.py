"""The kernel's promises, seen through a small context made for the purpose."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import httpx
import pytest
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct
from sqlalchemy import Integer, Text, bindparam, cast, func, literal, select

from backend.kernel import audit, jobs, outbox
from backend.kernel.db import Tx, UnwritableValue
from backend.kernel.edge import Edge
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.module import Module, Services
from backend.kernel.outbox import Subscriber
from backend.kernel.scope import Scope
from backend.kernel.tables import audit_entry, idempotency
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.errors import Unprocessable
from shared.events import Event
from tests.builders import platform
from tests.builders.audit import link_all
from tests.builders.money_stage import until
from tests.builders.worker import working

heard: list[tuple[str, str]] = []


class Noted(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "tests.noted"
    text: str


class NoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str


class NoteOut(Struct, frozen=True, kw_only=True):
    text: str
    count: int


class Refused(Unprocessable):
    code = "refused_by_test"
    message = "The word {word} is refused. Use another."


class Later(Struct, frozen=True, kw_only=True):
    text: str


async def note(tx: Tx, text: str) -> NoteOut:
    await audit.record(tx, "note.made", f"note:{text}")
    await outbox.add(tx, Noted(text=text))
    if text == "bad":
        raise Refused(word=text)
    count = await tx.scalar(select(func.count()).select_from(audit_entry))
    return NoteOut(text=text, count=int(count))


@post("/notes", operation_id="makeNote")
async def make_note(data: JSONBody[NoteIn], edge: NamedDependency[Edge]) -> NoteOut:
    return await edge.write(lambda tx: note(tx, data.text), NoteOut)


@get("/notes/crash", operation_id="crash")
async def crash() -> NoteOut:
    raise RuntimeError("a secret that must not be told")


async def hear(tx: Tx, event: Noted) -> None:
    await jobs.enqueue(tx, "tests.later", Later(text=event.text))


async def later(context: JobContext, payload: Later) -> None:
    heard.append((str(context.scope.tenant_id), payload.text))


MODULE = Module(
    name="tests",
    routes=(make_note, crash),
    subscribers=(Subscriber("tests.hear", Noted, hear),),
    jobs=(Job("tests.later", Later, later),),
)


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [MODULE]) as client:
        yield client


async def count(services: Services, tenant: Tenant, table: object) -> int:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_a_repeated_key_gets_the_stored_answer_and_acts_once(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    who = platform.caller(services, tenant).headers | {"Idempotency-Key": "the-same-key"}

    answers = await asyncio.gather(*[client.post("/notes", json={"text": "a"}, headers=who) for _ in range(8)])

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.content for answer in answers} == {b'{"text":"a","count":1}'}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert await count(services, tenant, audit_entry) == 1


async def test_a_key_used_with_another_input_is_refused(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    who = platform.caller(services, tenant).headers | {"Idempotency-Key": "the-same-key"}
    await client.post("/notes", json={"text": "a"}, headers=who)

    answer = await client.post("/notes", json={"text": "b"}, headers=who)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert await count(services, tenant, audit_entry) == 1


async def test_a_refusal_leaves_nothing_behind(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> None:
    who = platform.caller(services, tenant).headers

    answer = await client.post("/notes", json={"text": "bad"}, headers=who)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "refused_by_test"
    assert problem["detail"] == "The word bad is refused. Use another."
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert await count(services, tenant, audit_entry) == 0
    assert await count(services, tenant, idempotency) == 0


@pytest.mark.parametrize(
    ("_case", "body", "headers", "status", "code"),
    [
        ("no token", {"text": "a"}, {"Authorization": ""}, 401, "not_authenticated"),
        ("a forged token", {"text": "a"}, {"Authorization": "Bearer a.b.c"}, 401, "token_invalid"),
        ("an unknown field", {"text": "a", "more": 1}, {}, 400, "invalid_input"),
        ("the character U+0000", {"text": "a\x00"}, {}, 400, "invalid_input"),
        ("a short key", {"text": "a"}, {"Idempotency-Key": "x"}, 400, "idempotency_key_required"),
    ],
)
async def test_bad_requests_are_told_what_is_wrong(
    _case: str,
    body: dict[str, object],
    headers: dict[str, str],
    status: int,
    code: str,
    client: httpx.AsyncClient,
    services: Services,
    tenant: Tenant,
) -> None:
    who = platform.caller(services, tenant).headers | headers

    answer = await client.post("/notes", json=body, headers=who)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await count(services, tenant, audit_entry) == 0


async def test_a_text_may_tell_of_the_character_that_it_must_not_hold(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    who = platform.caller(services, tenant).headers

    answer = await client.post("/notes", json={"text": r"\u0000"}, headers=who)

    assert (answer.status_code, answer.json()["text"]) == (201, r"\u0000")


async def test_a_value_that_no_column_takes_is_a_mistake_in_the_request(services: Services, tenant: Tenant) -> None:
    for statement, value in (
        (select(literal("a").concat(bindparam("value", type_=Text))), "\x00"),
        (select(cast(bindparam("value", type_=Text), Integer)), "9999999999"),
        (select(bindparam("value", type_=Integer)), 2**40),
    ):
        with pytest.raises(UnwritableValue):
            async with services.database.read(Scope.system(tenant.id, "test")) as tx:
                await tx.scalar(statement, {"value": value})


async def test_a_crash_is_told_without_its_message(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    answer = await client.get("/notes/crash", headers=platform.caller(services, tenant).headers)

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


async def test_an_event_reaches_its_subscriber_once_and_its_job_runs_in_the_same_tenant(
    client: httpx.AsyncClient, settings: Settings, services: Services, tenant: Tenant
) -> None:
    who = platform.caller(services, tenant).headers

    async with working(settings, services, [MODULE], tenant):
        await client.post("/notes", json={"text": "hello"}, headers=who)
        await client.post("/notes", json={"text": "bad"}, headers=who)
        for _ in range(1_200):
            if (str(tenant.id), "hello") in heard:
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)

    assert [text for owner, text in heard if owner == str(tenant.id)] == ["hello"]


async def test_an_urgent_job_goes_before_all_that_wait(settings: Settings, services: Services, tenant: Tenant) -> None:
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        for number in range(60):
            await jobs.enqueue(tx, "tests.later", Later(text=f"calm {number}"))
        await jobs.enqueue(tx, "tests.later", Later(text="urgent"), urgent=True)

    async def told() -> list[str]:
        return [text for owner, text in heard if owner == str(tenant.id)]

    async with working(settings, services, [MODULE], tenant):
        order = await until(told, lambda texts: len(texts) == 61)

    assert "urgent" in order[:8]  # as many run side by side
    assert len(set(order)) == 61


async def test_a_worker_that_is_stopped_ticks_for_no_other_tenant(settings: Settings, services: Services) -> None:
    tenants = [await platform.new_tenant(services) for _ in range(5)]
    ticked_for: list[UUID] = []
    ticking, stopped = asyncio.Event(), asyncio.Event()

    async def tick(context: JobContext) -> None:
        ticked_for.append(context.scope.tenant_id)
        ticking.set()
        await stopped.wait()

    module = Module(name="tests", ticks=(Tick("tests.tick", timedelta(hours=1), tick),))
    async with working(settings, services, [module], *tenants) as worker:
        await ticking.wait()
        worker.stop()
        stopped.set()

    assert len(ticked_for) == 1


async def test_the_audit_chain_holds(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> None:
    who = platform.caller(services, tenant).headers
    for text in ("a", "b", "c"):
        await client.post("/notes", json={"text": text}, headers=who)
    scope = Scope.system(tenant.id, "test")

    await link_all(services, scope, 3)

    async with services.database.read(scope) as tx:
        assert await audit.verify(tx) == []
