"""What bots hear of, in SQL: written beside the change, read in commit order by a cursor that leaves nothing out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Row, delete, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx
from backend.kernel.tables import Xid8
from backend.support.tables import bot_feed, conversation
from shared.api.conversations import FeedKind
from shared.ids import new_id

LIMIT = 200


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that bots hear of."""

    id: UUID
    xid: int
    position: int
    kind: FeedKind
    conversation_id: UUID | None
    message_id: UUID | None
    link_id: UUID | None
    user_id: UUID | None
    data: dict[str, str]
    at: datetime

    @property
    def cursor(self) -> str:
        """Its place."""
        return f"{self.xid}.{self.position}"


class About(Struct, frozen=True, kw_only=True):
    """What something that bots hear of is about."""

    conversation_id: UUID | None = None
    message_id: UUID | None = None
    link_id: UUID | None = None
    user_id: UUID | None = None


async def tell(tx: Tx, kind: FeedKind, about: About, **data: str) -> None:
    """Tells bots of something, once the transaction commits."""
    values = {
        "id": new_id(),
        "kind": kind,
        **asdict(about),
        "data": data,
        "at": tx.now,
    }
    await tx.execute(insert(bot_feed).values(values))


async def after(tx: ReadTx, place: tuple[int, int], limit: int = LIMIT) -> list[Entry]:
    """What was told after a place, and that no running transaction can come before."""
    order = tuple_(bot_feed.c.xid, bot_feed.c.position)
    wanted = (
        select(bot_feed)
        .where(order > tuple_(literal(place[0], Xid8()), literal(place[1])))
        .where(bot_feed.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot()))
        .order_by(bot_feed.c.xid, bot_feed.c.position)
        .limit(limit)
    )
    return [_entry(row) for row in await tx.all(wanted)]


async def newest(tx: ReadTx) -> tuple[int, int]:
    """The place of the last thing told: where somebody new begins."""
    last = select(bot_feed.c.xid, bot_feed.c.position).order_by(bot_feed.c.xid.desc(), bot_feed.c.position.desc())
    row = await tx.first(last.where(bot_feed.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())).limit(1))
    return (0, 0) if row is None else (int(row.xid), int(row.position))


async def users_of(tx: ReadTx, conversation_ids: set[UUID]) -> dict[UUID, UUID | None]:
    """Whose these conversations are."""
    if not conversation_ids:
        return {}
    rows = await tx.all(
        select(conversation.c.id, conversation.c.user_id).where(conversation.c.id.in_(conversation_ids))
    )
    return {row.id: row.user_id for row in rows}


async def forget_old(tx: Tx, kept_for: timedelta) -> None:
    """Deletes what every bot must have heard of long ago."""
    await tx.execute(delete(bot_feed).where(bot_feed.c.at < tx.now - kept_for))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        xid=int(row.xid),
        position=int(row.position),
        kind=FeedKind(row.kind),
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        link_id=row.link_id,
        user_id=row.user_id,
        data=row.data,
        at=row.at,
    )
