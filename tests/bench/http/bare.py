"""The bare server: answers what was recorded, after the same statements on a connection, and does nothing else.

It is what the platform is held against: the least that a Python program on this server and this driver can do for the
same requests. Started as `python -m tests.bench.http.bare <plans> <port>`; CAAS_DATABASE_URL names the database.
"""

import os
import pickle
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn

from backend.settings import Settings, from_environ
from shared.clock import SystemClock
from shared.ids import new_id
from tests.bench.http.recording import Fresh, Plan, Statement

CALLER_HEADER = b"x-caller"
_KEY = b"idempotency-key"
_CLOCK = SystemClock()
Message = MutableMapping[str, Any]


class Bare:
    """One ASGI application over one pool."""

    def __init__(self, plans: dict[tuple[str, str, str], Plan], settings: Settings) -> None:
        self._plans = plans
        self._settings = settings
        self._pool: Any = None

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        headers = dict(scope["headers"])
        plan = self._plans[scope["method"], scope["path"], headers.get(CALLER_HEADER, b"").decode()]
        if plan.statements:
            await self._run(plan, headers.get(_KEY, b"").decode())
        told = [(b"content-type", plan.content_type.encode()), (b"content-length", b"%d" % len(plan.body))]
        await send({"type": "http.response.start", "status": plan.status, "headers": told})
        await send({"type": "http.response.body", "body": plan.body})

    async def _run(self, plan: Plan, key: str) -> None:
        ids = [new_id() for _ in range(plan.ids)]
        async with self._connection() as connection:
            for statement in plan.statements:
                if statement.prepared:
                    await connection.fetch(statement.text, *_values(statement, ids, key))
                else:
                    await connection.execute(statement.text)

    @asynccontextmanager
    async def _connection(self) -> Any:
        async with self._pool.acquire() as connection:
            yield connection

    async def _live(
        self, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        await receive()
        size = self._settings.database_pool
        self._pool = await asyncpg.create_pool(
            self._settings.database_url.replace("+asyncpg", ""),
            min_size=size,
            max_size=size,
            reset=_leave_as_it_is,
            server_settings={"jit": "off", "application_name": "bare"},
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _leave_as_it_is(_: Any) -> None:
    """Each transaction is ended by its plan; the pool's own clean-up would cost it a round trip that ours has not."""


def _values(statement: Statement, ids: list[UUID], key: str) -> list[Any]:
    return [_value(value, ids, key) if isinstance(value, Fresh) else value for value in statement.values]


def _value(fresh: Fresh, ids: list[UUID], key: str) -> Any:
    if fresh.at is not None:
        return ids[fresh.at]
    if fresh.key:
        return key
    return _CLOCK.now() if fresh.text is None else fresh.text.format(*ids)


def main() -> None:
    """Serves with the same server in the same manner as `caas serve`."""
    plans = pickle.loads(Path(sys.argv[1]).read_bytes())
    uvicorn.run(
        Bare(plans, from_environ(os.environ)),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        server_header=False,
        access_log=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
