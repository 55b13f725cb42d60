"""Events leave with the transaction that made them true, and reach every subscriber exactly once.

`add` writes the event beside the change. The relay follows the outbox with a cursor that is free of gaps (it reads no
further than the oldest transaction still running) and, in one transaction, enqueues a job for each subscriber and moves
the cursor. The job runs the subscriber's handler in a transaction that first claims (subscriber, event) in the inbox.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import Database, Tx
from backend.kernel.scope import Scope
from backend.kernel.tables import inbox
from shared.events import Event
from shared.ids import new_id

E = TypeVar("E", bound=Event)

RELAY_BATCH = 500
RELAY_CURSOR = "subscribers"
_ADD = (
    "INSERT INTO outbox (id, topic, version, data, actor, correlation_id, at)"
    " SELECT id, topic, version, body::jsonb, $5, $6, $7"
    " FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[])"
    " WITH ORDINALITY AS e (id, topic, version, body, place) ORDER BY place"
)


@dataclass(frozen=True, slots=True)
class Subscriber(Generic[E]):
    """Runs `handle(tx, event)` once for each event of a topic, in a transaction of the event's tenant.

    `name` is the subscriber's own and must stay the same across releases: it is what "once" is counted by.
    """

    name: str
    event: type[E]
    handle: Callable[[Tx, E], Awaitable[None]]


class Envelope(Struct, frozen=True, kw_only=True):
    """An event on its way to one subscriber."""

    tenant_id: UUID
    event_id: UUID
    subscriber: str
    correlation_id: str
    data: msgspec.Raw


async def add(tx: Tx, event: Event) -> UUID:
    """Publishes `event` when, and only when, the transaction commits. Returns the event's id."""
    return (await add_many(tx, [event]))[0]


async def add_many(tx: Tx, events: Sequence[Event]) -> list[UUID]:
    """Publishes `events`, in their order, in one statement. Returns their ids."""
    if not events:
        return []
    ids = [new_id() for _ in events]
    topics, versions = [event.topic for event in events], [event.version for event in events]
    bodies = [msgspec.json.encode(event).decode() for event in events]
    await tx.driver.execute(_ADD, ids, topics, versions, bodies, tx.scope.actor, tx.scope.correlation_id, tx.now)
    return ids


def job_name(subscriber: str) -> str:
    """The job that delivers to `subscriber`."""
    return f"event:{subscriber}"


async def deliver(database: Database, subscriber: Subscriber[E], envelope: Envelope) -> None:
    """Hands one event to one subscriber, unless that was done before."""
    event = msgspec.json.decode(envelope.data, type=subscriber.event)
    scope = Scope.system(envelope.tenant_id, subscriber.name, envelope.correlation_id)
    async with database.write(scope) as tx:
        claim = insert(inbox).values(subscriber=subscriber.name, event_id=envelope.event_id, at=tx.now)
        if await tx.execute(claim.on_conflict_do_nothing()):
            await subscriber.handle(tx, event)


_LOCK_CURSOR = text("SELECT xid::text AS xid, position FROM outbox_cursor WHERE name = :name FOR UPDATE SKIP LOCKED")
_READ = text(
    "SELECT id, tenant_id, xid::text AS xid, position, topic, data::text AS data, correlation_id FROM outbox"
    " WHERE (xid, position) > (CAST(CAST(:xid AS text) AS xid8), :position)"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, position LIMIT :batch"
)
_MOVE_CURSOR = text(
    "UPDATE outbox_cursor SET xid = CAST(CAST(:xid AS text) AS xid8), position = :position WHERE name = :name"
)


async def relay_once(database: Database, subscribers: dict[str, list[str]]) -> int:
    """Moves up to RELAY_BATCH events into jobs; `subscribers` maps a topic to names. Returns how many it read.

    `database` connects as the relay's role. Only one relay works at a time; the others find the cursor locked.
    """
    async with database.unscoped() as connection:
        cursor = (await connection.execute(_LOCK_CURSOR, {"name": RELAY_CURSOR})).first()
        if cursor is None:
            return 0
        place = {"xid": cursor.xid, "position": cursor.position, "batch": RELAY_BATCH}
        rows = (await connection.execute(_READ, place)).all()
        if not rows:
            return 0
        jobs = [(job_name(name), _envelope(row, name)) for row in rows for name in subscribers.get(row.topic, ())]
        if jobs:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "an open transaction has a driver's connection"
            names = [name for name, _ in jobs]
            payloads: list[bytes | None] = [payload for _, payload in jobs]
            await Queries(AsyncpgDriver(driver)).enqueue(names, payloads, [0] * len(jobs))
        last = rows[-1]
        await connection.execute(_MOVE_CURSOR, {"name": RELAY_CURSOR, "xid": last.xid, "position": last.position})
        return len(rows)


def _envelope(row: Row[Any], subscriber: str) -> bytes:
    return msgspec.json.encode(
        Envelope(
            tenant_id=row.tenant_id,
            event_id=row.id,
            subscriber=subscriber,
            correlation_id=row.correlation_id,
            data=msgspec.Raw(row.data.encode()),
        )
    )
