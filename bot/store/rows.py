"""Conversations, what came in and what goes out. Every method is one statement, and so one transaction.

A connection carries the tenant that row-level security turns on; it is set whenever a connection is taken for another
tenant than before, and nobody else ever holds these connections.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from bot.store import statements as sql
from bot.store.records import Arrived, Claim, Noted, Outgoing, Sent
from bot.store.schema import plain

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
MAX_ATTEMPTS = 5


class Unavailable(Exception):
    """The database can't be reached; trying again is safe."""


_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


class _Scoped(asyncpg.Connection):  # type: ignore[misc]  # untyped
    """A connection that knows whose rows it sees."""

    tenant: str | None = None


class Rows:
    """The bot's rows of every tenant, each seen only in its own scope."""

    def __init__(self, url: str, size: int) -> None:
        self._url, self._size = plain(url), size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Opens a pool of connections. Raises Unavailable."""
        try:
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._size,
                reset=_keep,
                connection_class=_Scoped,
                server_settings={"jit": "off", "application_name": "caas-bot"},
                command_timeout=30,
            )
        except _LOST as failure:
            raise Unavailable from failure

    async def close(self) -> None:
        """Closes every connection."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def _of(self, tenant: str) -> AsyncIterator[Connection]:
        assert self._pool is not None, "opened before it is used"
        try:
            async with self._pool.acquire(timeout=15) as connection:
                driver: Any = connection._con  # noqa: SLF001 -- the proxy is new each time, the connection stays
                if driver.tenant != tenant:
                    driver.tenant = None  # cut off in the middle, the connection is in nobody's scope
                    await connection.execute(sql.SCOPE, tenant)
                    driver.tenant = tenant
                yield connection
        except _LOST as failure:
            raise Unavailable from failure

    async def accept(
        self,
        tenant: str,
        line: str,
        conversation_id: UUID,
        event_id: str,
        body: bytes,
        *,
        lease: UUID | None,
        now: datetime,
        until: datetime,
    ) -> Claim | None:
        """Stores a message once, and takes the conversation for `lease` if nobody has it.

        None where the message had come before, or somebody else works on the conversation and will see to it.
        """
        async with self._of(tenant) as connection:
            row = await connection.fetchrow(sql.ACCEPT, event_id, conversation_id, body, now, line, lease, until)
        return None if row is None or lease is None or row["lease"] != lease else _claim(tenant, row)

    async def wake(self, tenant: str, lease: UUID, now: datetime, until: datetime, *, limit: int) -> list[Claim]:
        """Takes up to `limit` conversations that something is to be done for and nobody works on."""
        async with self._of(tenant) as connection:
            rows = await connection.fetch(sql.WAKE, now, lease, until, limit)
        return [_claim(tenant, row) for row in rows]

    async def waiting(self, claim: Claim) -> list[Arrived]:
        """The messages of a conversation that are not handled, in the order in which they came."""
        async with self._of(claim.tenant) as connection:
            rows = await connection.fetch(sql.WAITING, claim.conversation_id)
        return [Arrived(event_id=row["event_id"], body=row["body"], attempts=row["attempts"]) for row in rows]

    async def state_of(self, tenant: str, conversation_id: UUID) -> tuple[str, bytes | None] | None:
        """The line and the sealed state of a conversation, if it has one."""
        async with self._of(tenant) as connection:
            row = await connection.fetchrow(sql.STATE, conversation_id)
        return None if row is None else (row["line"], row["state"])

    async def intended(self, claim: Claim) -> list[Outgoing]:
        """What is still to be sent, in its order."""
        async with self._of(claim.tenant) as connection:
            rows = await connection.fetch(sql.INTENDED, claim.conversation_id)
        return [
            Outgoing(
                id=row["id"],
                channel=row["channel"],
                body=row["body"],
                about=row["about"],
                attempts=row["attempts"],
                not_before=row["not_before"],
            )
            for row in rows
        ]

    async def handled(
        self,
        claim: Claim,
        event_id: str,
        state: bytes | None,
        outgoing: Sequence[Outgoing],
        *,
        now: datetime,
        until: datetime,
    ) -> bool:
        """Keeps what a message led to: the new state and what is to be sent. False when the lease was lost."""
        async with self._of(claim.tenant) as connection:
            row = await connection.fetchrow(
                sql.HANDLED,
                claim.conversation_id,
                claim.lease,
                state,
                now,
                until,
                event_id,
                [each.id for each in outgoing],
                [each.channel for each in outgoing],
                [each.body for each in outgoing],
                [each.about for each in outgoing],
            )
        return row is not None

    async def failed(self, claim: Claim, event_id: str, error: str, *, again_at: datetime) -> int:
        """Counts a failed attempt and has the conversation rest until `again_at`. Returns how many there were."""
        async with self._of(claim.tenant) as connection:
            return int(
                await connection.fetchval(
                    sql.FAILED, claim.conversation_id, claim.lease, event_id, error[:300], again_at
                )
                or 0
            )

    async def settle(self, claim: Claim, sent: Sequence[Sent], *, now: datetime, until: datetime) -> bool:
        """Marks what was sent and lets the conversation go; False when there is more to do, and it is still ours."""
        async with self._of(claim.tenant) as connection:
            row = await connection.fetchrow(
                sql.SETTLE,
                claim.conversation_id,
                claim.lease,
                now,
                until,
                [each.id for each in sent],
                [each.provider_id for each in sent],
                [each.again_at for each in sent],
                [each.error for each in sent],
            )
        return row is None or bool(row["free"])

    async def note_status(
        self, tenant: str, outgoing_id: UUID, *, provider_id: str, status: str, now: datetime
    ) -> Noted | None:
        """Notes what Meta says of a message of ours; none where it is unknown, or further than that already.

        What it says of somebody else's message, and that one failed, comes back each time that it is said.
        """
        async with self._of(tenant) as connection:
            row = await connection.fetchrow(sql.STATUS, outgoing_id, provider_id, status, now)
        if row is None:
            return None
        return Noted(conversation_id=row["conversation_id"], about=row["about"], body=row["body"])

    async def is_intended(self, tenant: str, outgoing_id: UUID) -> bool:
        """Whether this was to be sent, whatever became of it."""
        async with self._of(tenant) as connection:
            return bool(await connection.fetchval(sql.IS_INTENDED, outgoing_id))

    async def know(self, tenant: str, id_: UUID, conversation_id: UUID, line: str) -> None:
        """Notes that the platform's `id_`, of a thread or of a link, means this conversation."""
        async with self._of(tenant) as connection:
            await connection.execute(sql.KNOW, id_, conversation_id, line)

    async def known(self, tenant: str, id_: UUID) -> tuple[UUID, str] | None:
        """The conversation and the line that the platform means by `id_`, if it was ever noted."""
        async with self._of(tenant) as connection:
            row = await connection.fetchrow(sql.KNOWN, id_)
        return None if row is None else (row["conversation_id"], row["line"])

    async def topic_of(self, tenant: str, thread_id: UUID) -> int | None:
        """The topic of a thread, if it has one."""
        async with self._of(tenant) as connection:
            found: int | None = await connection.fetchval(sql.TOPIC, thread_id)
        return found

    async def thread_of(self, tenant: str, topic_id: int) -> UUID | None:
        """The thread of a topic, if it is one of ours."""
        async with self._of(tenant) as connection:
            found: UUID | None = await connection.fetchval(sql.THREAD, topic_id)
        return found

    async def keep_topic(self, tenant: str, thread_id: UUID, topic_id: int) -> None:
        """Notes a thread's topic."""
        async with self._of(tenant) as connection:
            await connection.execute(sql.KEEP_TOPIC, thread_id, topic_id)

    async def take_feed(self, tenant: str, now: datetime, until: datetime) -> tuple[bool, str | None]:
        """Whether the reading of the tenant's news is ours until `until`, and from where to go on."""
        async with self._of(tenant) as connection:
            row = await connection.fetchrow(sql.TAKE_FEED, now, until)
        return (False, None) if row is None else (True, row["cursor"])

    async def keep_feed(self, tenant: str, cursor: str | None, until: datetime) -> None:
        """Notes how far the news were read."""
        async with self._of(tenant) as connection:
            await connection.execute(sql.KEEP_FEED, cursor, until)

    async def intend(
        self,
        tenant: str,
        line: str,
        conversation_id: UUID,
        *,
        state: bytes | None,
        outgoing: Sequence[Outgoing],
        now: datetime,
    ) -> int:
        """Has something sent that nobody's message led to, once by its id. Returns how many were new.

        `state` is what the conversation begins with where there is none.
        """
        async with self._of(tenant) as connection:
            return int(
                await connection.fetchval(
                    sql.INTEND,
                    conversation_id,
                    line,
                    state,
                    now,
                    [each.id for each in outgoing],
                    [each.channel for each in outgoing],
                    [each.body for each in outgoing],
                    [each.about for each in outgoing],
                )
            )

    async def forget(self, tenant: str, before: datetime) -> int:
        """Empties what is older than `before`: the messages go, the ids stay against duplicates."""
        async with self._of(tenant) as connection:
            return int(await connection.fetchval(sql.FORGET, before, before - timedelta(days=60)))


async def _keep(_: Connection) -> None:
    """Keeps a connection as it is between its uses."""


def _claim(tenant: str, row: asyncpg.Record) -> Claim:
    return Claim(
        tenant=tenant,
        conversation_id=row["id"],
        line=row["line"],
        lease=row["lease"],
        state=row["state"],
        owed=row["owed"],
        waiting=row["waiting"],
    )
