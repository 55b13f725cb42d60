"""Background work on pgqueuer: enqueued in the caller's transaction, retried with back-off, parked if it keeps failing.

A job may run more than once (a worker may die after its work and before its mark), so a handler must find out for
itself whether its work was done. Due dates of the business live in the contexts' own tables; only what is due is a job.
"""

import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from backend.kernel.db import Contention, Database, ReadTx, Tx
from backend.kernel.scope import Principal, Scope

P = TypeVar("P", bound=Struct)

MAX_ATTEMPTS = 8
_CALM, _URGENT = 0, 1  # pgqueuer takes the highest priority first, and of one priority the oldest
attempt: contextvars.ContextVar[int] = contextvars.ContextVar("attempt", default=0)


class JobContext:
    """What a job's handler works with: its tenant's transactions, opened and committed one at a time."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database = database
        self.scope = scope

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that may write, committed when the block ends well."""
        async with self._database.write(self.scope) as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """A read-only transaction."""
        async with self._database.read(self.scope) as tx:
            yield tx

    def in_the_name_of(self, principal: Principal) -> "JobContext":
        """The same for transactions that see what a person may see."""
        return JobContext(self._database, Scope.of(principal, self.scope.correlation_id))

    @property
    def is_last_attempt(self) -> bool:
        """Whether the job is parked for a person if this attempt fails."""
        return attempt.get() >= MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Job(Generic[P]):
    """A kind of background work: a stable name, what it is told, and what it does."""

    name: str
    payload: type[P]
    handle: Callable[[JobContext, P], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tick:
    """Work that is looked for again and again, for each tenant; `find(context)` does at most one batch a call."""

    name: str
    every: timedelta
    run: Callable[[JobContext], Awaitable[None]] = field(repr=False)


class Order(Struct, frozen=True, kw_only=True):
    """A job on its way: whose, why, and what."""

    tenant_id: UUID
    correlation_id: str
    payload: msgspec.Raw


async def enqueue(
    tx: Tx,
    job: str,
    payload: Struct,
    *,
    after: timedelta | None = None,
    dedupe_key: str | None = None,
    urgent: bool = False,
) -> None:
    """Enqueues work that becomes visible when, and only when, the transaction commits.

    While a job with the same `dedupe_key` waits or runs, another is not added. An `urgent` one, for which somebody
    stands waiting, goes before all others.
    """
    order = Order(
        tenant_id=tx.tenant_id,
        correlation_id=tx.scope.correlation_id,
        payload=msgspec.Raw(msgspec.json.encode(payload)),
    )
    queries = Queries(AsyncpgDriver(tx.driver))
    key = None if dedupe_key is None else f"{tx.tenant_id}:{dedupe_key}"
    await queries.enqueue(
        job,
        msgspec.json.encode(order),
        _URGENT if urgent else _CALM,
        execute_after=after or timedelta(0),
        dedupe_key=key,
        on_conflict="skip",
    )


async def run(database: Database, job: Job[P], body: bytes) -> None:
    """Runs one job from its encoded Order, again at once when it lost against another transaction."""
    order = msgspec.json.decode(body, type=Order)
    payload = msgspec.json.decode(order.payload, type=job.payload)
    context = JobContext(database, Scope.system(order.tenant_id, job.name, order.correlation_id))
    for left in (2, 1, 0):
        try:
            return await job.handle(context, payload)
        except Contention:
            if not left:
                raise
    return None
