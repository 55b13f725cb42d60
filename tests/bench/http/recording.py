"""Records what one request asks of the database: each statement with its values, in order, as they go over the wire."""

import contextvars
import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from sqlalchemy import event

from backend.kernel.db import Database
from backend.kernel.edge import KEY_HEADER
from shared.ids import new_id

TRIES = 5
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_heard: contextvars.ContextVar["list[Statement] | None"] = contextvars.ContextVar("heard", default=None)


@dataclass(frozen=True)
class Statement:
    """One statement; `prepared` unless it is a command of the transaction's frame."""

    text: str
    values: tuple[Any, ...]
    prepared: bool


@dataclass(frozen=True)
class Fresh:
    """A value that is another one in each request: the `at`th id, the Idempotency-Key, or the time of day."""

    at: int | None = None
    key: bool = False
    text: str | None = None  # around the ids, as `{0}`


@dataclass(frozen=True)
class Plan:
    """Everything that a request does to the database, and the answer that it then gets."""

    statements: tuple[Statement, ...]
    ids: int
    status: int
    content_type: str
    body: bytes


@contextmanager
def listening(database: Database) -> Iterator[None]:
    """Hears the statements of `database` inside the block."""

    def through_core(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if (heard := _heard.get()) is not None:
            assert isinstance(parameters, tuple), "a statement for many rows carries them all at once"
            heard.append(Statement(statement, parameters, prepared=True))

    by_driver = {name: getattr(asyncpg.Connection, name) for name in ("execute", "fetch", "fetchrow", "fetchval")}
    for name, method in by_driver.items():
        setattr(asyncpg.Connection, name, _hearing(method))
    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", through_core)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", through_core)
        for name, method in by_driver.items():
            setattr(asyncpg.Connection, name, method)


def _hearing(method: Any) -> Any:
    @functools.wraps(method)
    async def heard(self: Any, query: str, *values: Any, **options: Any) -> Any:
        if (list_ := _heard.get()) is not None:
            is_command = method.__name__ == "execute" and not values  # as BEGIN is: sent as it stands
            list_.append(Statement(query, values, prepared=not is_command))
        return await method(self, query, *values, **options)

    return heard


async def record(client: httpx.AsyncClient, method: str, path: str, body: bytes, headers: dict[str, str]) -> Plan:
    """The plan of a request: made until two in a row do the same, for now and then one renews what is kept a while."""
    first, answer, key = await _heard_of(client, method, path, body, headers)
    for _ in range(TRIES):
        second, later_answer, later_key = await _heard_of(client, method, path, body, headers)
        if [each.text for each in first] == [each.text for each in second]:
            break
        first, answer, key = second, later_answer, later_key
    else:
        raise AssertionError(f"{method} {path} does not repeat itself")
    ids: dict[UUID, int] = {}
    statements = tuple(
        Statement(
            one.text,
            tuple(
                value if value == other else _fresh(value, key, ids)
                for value, other in zip(one.values, another.values, strict=True)
            ),
            one.prepared,
        )
        for one, another in zip(first, second, strict=True)
    )
    return Plan(statements, len(ids), answer.status_code, answer.headers["content-type"], answer.content)


async def _heard_of(
    client: httpx.AsyncClient, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[list[Statement], httpx.Response, str]:
    key = new_id().hex
    heard: list[Statement] = []
    token = _heard.set(heard)
    try:
        answer = await client.request(method, path, content=body, headers={**headers, KEY_HEADER: key})
    finally:
        _heard.reset(token)
    answer.raise_for_status()
    return heard, answer, key


def _fresh(value: Any, key: str, ids: dict[UUID, int]) -> Any:
    """What stands in for a value that differs between two requests; a digest or a sealed text may stay as it is."""
    match value:
        case UUID():
            return Fresh(at=ids.setdefault(UUID(value.hex), len(ids)))
        case datetime():
            return Fresh()
        case str() if value == key:
            return Fresh(key=True)
        case str() if _UUID.search(value):
            escaped = value.replace("{", "{{").replace("}", "}}")
            return Fresh(text=_UUID.sub(lambda found: f"{{{ids.setdefault(UUID(found[0]), len(ids))}}}", escaped))
        case _:
            return value
