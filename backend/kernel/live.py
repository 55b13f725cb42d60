"""News for open screens: one reader of the outbox in each process hands what happened to whoever follows it.

Followers cost a queue each and no connection. A follower that is too slow loses its queue and is told so.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Row, func, literal, select, text, tuple_

from backend.kernel.db import Database, ReadTx
from backend.kernel.tables import Xid8, outbox
from shared.errors import TooManyRequests

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.25
BATCH = 500
QUEUE = 200
FOLLOWERS_MAX = 2_000  # of a process
FOLLOWERS_OF_ONE = 6  # tabs and devices of one person, in a process

# Whatever is still to commit has at least the transaction id that this names.
_XMIN = text("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AS xmin")
_END = 2**63 - 1  # of the positions under one transaction id
_READ = text(
    "SELECT id, tenant_id, (xid::text)::bigint AS xid, position, topic, data::text AS data, at FROM outbox"
    " WHERE (xid, position) > (CAST(CAST(:xid AS text) AS xid8), :position)"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, position LIMIT :batch"
)
Place = tuple[int, int]


class TooManyStreams(TooManyRequests):
    """More open streams than one person, or one process, may have."""

    code = "too_many_streams"
    message = "Too many live streams are open. Close one, or wait {retry_after_s} seconds."


class News(Struct, frozen=True, kw_only=True):
    """Something that happened, and its place among everything that happened."""

    place: Place
    id: UUID
    topic: str
    data: dict[str, Any]
    at: datetime


class Follower:
    """One open screen."""

    def __init__(self, user_id: UUID, wants: Callable[[News], bool]) -> None:
        self.user_id = user_id
        self.wants = wants
        self._queue: asyncio.Queue[News | None] = asyncio.Queue(maxsize=QUEUE)

    def hand(self, news: News) -> None:
        """Queues news; a full queue is emptied, and the follower is told that it missed some."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(None)
        self._queue.put_nowait(news)

    async def next(self, within_s: float) -> News | None:
        """The next news; None where some were missed. Raises TimeoutError after `within_s`."""
        return await asyncio.wait_for(self._queue.get(), timeout=within_s)


class LiveHub:
    """The one reader of a process. `relay` connects as the role that may read every tenant's outbox."""

    def __init__(self, relay: Database) -> None:
        self._relay = relay
        self._followers: dict[UUID, set[Follower]] = {}
        self._place: Place | None = None

    @asynccontextmanager
    async def follow(self, tenant_id: UUID, user_id: UUID, wants: Callable[[News], bool]) -> AsyncIterator[Follower]:
        """Follows a tenant's news until the block ends. Raises TooManyStreams."""
        everybody = sum(len(group) for group in self._followers.values())
        own = sum(each.user_id == user_id for each in self._followers.get(tenant_id, ()))
        if everybody >= FOLLOWERS_MAX or own >= FOLLOWERS_OF_ONE:
            raise TooManyStreams(retry_after_s=10)
        if self._place is None:
            self._place = await self._newest()
        follower = Follower(user_id, wants)
        self._followers.setdefault(tenant_id, set()).add(follower)
        try:
            yield follower
        finally:
            self._followers[tenant_id].discard(follower)
            if not self._followers[tenant_id]:
                del self._followers[tenant_id]
            if not self._followers:
                self._place = None

    async def watch(self) -> None:
        """Reads and hands out until cancelled; a database that is away is waited for."""
        while True:
            more = False
            if self._place is not None:
                try:
                    more = await self._hand_out() == BATCH
                except Exception as failure:
                    log.warning("loop_failed", job="live", exc_info=failure)
            await asyncio.sleep(0 if more else LOOK_EVERY_S)

    async def close(self) -> None:
        """Lets go of the connection."""
        await self._relay.close()

    async def _hand_out(self) -> int:
        assert self._place is not None, "somebody follows"
        place = {"xid": str(self._place[0]), "position": self._place[1], "batch": BATCH}
        async with self._relay.unscoped() as connection:
            rows = (await connection.execute(_READ, place)).all()
        for row in rows:
            followers = self._followers.get(row.tenant_id)
            if followers:
                news = _news(row, msgspec.json.decode(row.data))
                for follower in followers:
                    if follower.wants(news):
                        follower.hand(news)
        if rows and self._place is not None:
            self._place = (rows[-1].xid, rows[-1].position)
        return len(rows)

    async def _newest(self) -> Place:
        async with self._relay.unscoped() as connection:
            return _before((await connection.execute(_XMIN)).one())


async def newest(tx: ReadTx) -> Place:
    """The place before everything that is still to happen in the transaction's tenant."""
    return _before(await tx.one(_XMIN))


async def since(tx: ReadTx, place: Place, limit: int) -> list[News]:
    """What happened in the transaction's tenant after a place, `limit` at most, in order."""
    order = tuple_(outbox.c.xid, outbox.c.position)
    wanted = (
        select(outbox)
        .where(order > tuple_(literal(place[0], Xid8()), literal(place[1])))
        .where(outbox.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()))
        .order_by(outbox.c.xid, outbox.c.position)
        .limit(limit)
    )
    return [_news(row, row.data) for row in await tx.all(wanted)]


def _before(row: Row[Any]) -> Place:
    return int(row.xmin) - 1, _END


def _news(row: Row[Any], data: dict[str, Any]) -> News:
    return News(place=(int(row.xid), int(row.position)), id=row.id, topic=row.topic, data=data, at=row.at)
