"""How people were helped, in SQL: asked for once for each time that a conversation was ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.crypto import DataErased, Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.store.conversations import ring_of
from backend.support.tables import rating

_COMMENT = Field("rating", "comment")


class Rating(Struct, frozen=True, kw_only=True):
    """What was asked, and the answer: a `score` from 1 to 5, or declined; neither while there is none."""

    id: UUID
    conversation_id: UUID
    agent_id: UUID | None
    resolved_at: datetime
    asked_at: datetime
    at: datetime | None = None
    score: int | None = None
    declined: bool = False


async def ask(tx: Tx, new: Rating) -> bool:
    """Notes that a rating is asked for; False when this ending of the conversation has one."""
    values = {
        "id": new.id,
        "conversation_id": new.conversation_id,
        "agent_id": new.agent_id,
        "resolved_at": new.resolved_at,
        "asked_at": new.asked_at,
        "declined": False,
    }
    return await tx.execute(insert(rating).values(values).on_conflict_do_nothing()) == 1


async def lock(tx: Tx, rating_id: UUID) -> Rating | None:
    """One rating, held until the transaction ends."""
    return _rating(await tx.first(select(rating).where(rating.c.id == rating_id).with_for_update()))


async def newest(tx: ReadTx, conversation_id: UUID) -> Rating | None:
    """What was asked last about a conversation."""
    mine = select(rating).where(rating.c.conversation_id == conversation_id)
    return _rating(await tx.first(mine.order_by(rating.c.asked_at.desc(), rating.c.id.desc()).limit(1)))


async def declined_since(tx: ReadTx, conversation_id: UUID, since: datetime) -> bool:
    """Whether somebody said that they would rather not."""
    said = and_(rating.c.conversation_id == conversation_id, rating.c.declined, rating.c.at > since)
    return await tx.scalar(select(rating.c.id).where(said).limit(1)) is not None


async def answer(
    tx: Tx, vault: Vault, user_id: UUID | None, of: Rating, *, score: int | None, comment: str | None
) -> None:
    """Keeps the answer to a locked rating; without a score it is declined."""
    sealed = None
    if comment:
        ring = await ring_of(tx, vault, user_id)
        sealed = ring.encrypt_text(_COMMENT, comment, row_id=of.id, subject_id=user_id)
    values = {"score": score, "declined": score is None, "comment": sealed, "at": tx.now}
    await tx.execute(update(rating).where(rating.c.id == of.id).values(values))


async def comment(tx: ReadTx, vault: Vault, user_id: UUID | None, of: Rating) -> str | None:
    """What somebody wrote beside their score; None once it was erased."""
    sealed = await tx.scalar(select(rating.c.comment).where(rating.c.id == of.id))
    try:
        return (await ring_of(tx, vault, user_id)).decrypt_text(_COMMENT, sealed, row_id=of.id) if sealed else None
    except DataErased:
        return None


async def since(tx: ReadTx, begin: datetime) -> tuple[int, int, int]:
    """How many were asked for since, how many of them have a score, and the sum of the scores."""
    found = await tx.one(
        select(
            func.count().label("asked"),
            func.count(rating.c.score).label("ratings"),
            func.coalesce(func.sum(rating.c.score), 0).label("total"),
        ).where(rating.c.asked_at > begin)
    )
    return int(found.asked), int(found.ratings), int(found.total)


def _rating(row: Row[Any] | None) -> Rating | None:
    if row is None:
        return None
    return Rating(
        id=row.id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        resolved_at=row.resolved_at,
        asked_at=row.asked_at,
        at=row.at,
        score=row.score,
        declined=row.declined,
    )
