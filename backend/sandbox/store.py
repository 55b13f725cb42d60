"""The only SQL of the sandbox: records, messages and webhooks that wait to be delivered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel.db import Database, into
from backend.sandbox.pace import Pace
from backend.sandbox.tables import sandbox_message, sandbox_record, sandbox_webhook
from shared.ids import new_id

S = TypeVar("S", bound=Struct)
KEPT = timedelta(days=7)
LEASE = timedelta(seconds=30)


class Message(Struct, frozen=True, kw_only=True):
    """A message that was sent to someone."""

    id: str
    channel: str
    address: str
    subject: str | None
    text: str
    language: str | None = None
    status: str
    sent_at: datetime


class Waiting(Struct, frozen=True, kw_only=True):
    """A webhook whose time has come."""

    id: UUID
    message_id: str
    url: str
    body: bytes
    due_at: datetime
    attempts: int


class WebhookBody(Struct, frozen=True, kw_only=True):
    """What a webhook carries."""

    type: str
    timestamp: datetime
    data: Struct


class WorldTx:
    """One transaction in the outside world."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self.now = now
        self.has_scheduled = False

    async def add(self, kind: str, key: str, record: Struct) -> bool:
        """Remembers a new thing; False when one of that kind and key is there, which stays as it is."""
        row = {"kind": kind, "key": key, "data": msgspec.to_builtins(record), "created_at": self.now}
        return await self._count(upsert(sandbox_record).values(row).on_conflict_do_nothing()) == 1

    async def get(self, kind: str, key: str, struct: type[S], *, lock: bool = False) -> S | None:
        """The thing of that kind and key, locked until the end of the transaction when it is to be changed."""
        statement = select(sandbox_record.c.data).where(sandbox_record.c.kind == kind, sandbox_record.c.key == key)
        row = (await self._connection.execute(statement.with_for_update() if lock else statement)).first()
        return None if row is None else msgspec.convert(row.data, struct)

    async def put(self, kind: str, key: str, record: Struct) -> None:
        """Replaces a thing that is there."""
        mine = (sandbox_record.c.kind == kind) & (sandbox_record.c.key == key)
        changed = await self._count(update(sandbox_record).where(mine).values(data=msgspec.to_builtins(record)))
        assert changed == 1, "only what is there can be replaced"

    async def notify(self, url: str, kind: str, data: Struct, *, after: timedelta, copies: int = 1) -> str:
        """Schedules a webhook, sent `copies` times under one id. Returns the id."""
        self.has_scheduled = True
        message_id = f"evt_{new_id().hex}"
        due_at = self.now + after
        body = msgspec.json.encode(WebhookBody(type=kind, timestamp=due_at, data=data))
        rows = [
            {"message_id": message_id, "url": url, "body": body, "due_at": due_at, "next_try_at": due_at}
            for _ in range(copies)
        ]
        await self._connection.execute(insert(sandbox_webhook), [{"id": new_id(), **row} for row in rows])
        return message_id

    async def add_message(self, message: Message) -> bool:
        """Keeps a message; False when its id is known."""
        statement = upsert(sandbox_message).values(msgspec.structs.asdict(message)).on_conflict_do_nothing()
        return await self._count(statement) == 1

    async def message(self, message_id: str) -> Message | None:
        """A message by its id."""
        found = await self._connection.execute(select(sandbox_message).where(sandbox_message.c.id == message_id))
        row = found.first()
        return None if row is None else into(row, Message)

    async def inbox(self, address: str | None, limit: int) -> list[Message]:
        """The newest messages that arrived, at one address or at any."""
        statement = select(sandbox_message).where(sandbox_message.c.status == "delivered")
        if address is not None:
            statement = statement.where(sandbox_message.c.address == address)
        newest = statement.order_by(sandbox_message.c.sent_at.desc(), sandbox_message.c.id.desc()).limit(limit)
        return [into(row, Message) for row in await self._connection.execute(newest)]

    async def claim_webhooks(self, limit: int) -> Sequence[Waiting]:
        """Takes what is due, for as long as `LEASE`: whoever dies with it in hand has it taken over."""
        hook = sandbox_webhook.c
        due = (
            select(hook.id)
            .where(hook.ended_at.is_(None), hook.next_try_at <= self.now)
            .order_by(hook.next_try_at, hook.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(sandbox_webhook)
            .where(hook.id.in_(due))
            .values(next_try_at=self.now + LEASE, attempts=hook.attempts + 1)
            .returning(hook.id, hook.message_id, hook.url, hook.body, hook.due_at, hook.attempts)
        )
        taken = [into(row, Waiting) for row in await self._connection.execute(claimed)]
        return sorted(taken, key=lambda webhook: (webhook.due_at, webhook.id))

    async def next_webhook_at(self) -> datetime | None:
        """When the next webhook is due, if one waits."""
        waiting = sandbox_webhook.c.ended_at.is_(None)
        found = await self._connection.execute(select(func.min(sandbox_webhook.c.next_try_at)).where(waiting))
        next_at: datetime | None = found.scalar()
        return next_at

    async def end_webhook(self, webhook_id: UUID, outcome: str) -> None:
        """Notes that a webhook was delivered or given up."""
        values = {"ended_at": self.now, "last_outcome": outcome}
        await self._connection.execute(update(sandbox_webhook).where(sandbox_webhook.c.id == webhook_id).values(values))

    async def put_off_webhook(self, webhook_id: UUID, outcome: str, pause: timedelta) -> None:
        """Notes why a webhook was not taken, and when to try again."""
        values = {"next_try_at": self.now + pause, "last_outcome": outcome}
        await self._connection.execute(update(sandbox_webhook).where(sandbox_webhook.c.id == webhook_id).values(values))

    async def forget_old(self) -> None:
        """Drops messages and finished webhooks older than a week."""
        since = self.now - KEPT
        await self._connection.execute(delete(sandbox_webhook).where(sandbox_webhook.c.ended_at < since))
        await self._connection.execute(delete(sandbox_message).where(sandbox_message.c.sent_at < since))

    async def _count(self, statement: object) -> int:
        result = await self._connection.execute(statement)  # type: ignore[call-overload]
        assert isinstance(result, CursorResult)
        return result.rowcount


class World:
    """Where everything of the outside world is kept, and how fast it is; `stirred` tells of new webhooks."""

    def __init__(self, database: Database, pace: Pace) -> None:
        self._database = database
        self.pace = pace
        self.stirred = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[WorldTx]:
        """One transaction, committed when the block ends well. Raises Unavailable."""
        async with self._database.unscoped() as connection:
            tx = WorldTx(connection, self._database.clock.now())
            yield tx
        if tx.has_scheduled:
            self.stirred.set()
