"""Lists of conversations for the desk, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from backend.kernel.db import ReadTx, into
from backend.support.domain.conversation import Conversation
from backend.support.tables import conversation, support_agent
from shared.api.conversations import ConversationStatus
from shared.api.desk import InboxView, Presence

_OPEN = conversation.c.status == ConversationStatus.OPEN


async def unassigned_ids(tx: ReadTx, limit: int) -> list[UUID]:
    """Open conversations that nobody has, those who wait longest first."""
    wanted = select(conversation.c.id).where(_OPEN, conversation.c.assignee_id.is_(None))
    ordered = wanted.order_by(conversation.c.waiting_since.nulls_last(), conversation.c.id).limit(limit)
    return [row.id for row in await tx.all(ordered)]


async def left_behind(tx: ReadTx, seen_before: datetime, limit: int) -> list[UUID]:
    """Conversations that wait for an agent who went quiet, in the order in which they are locked."""
    gone = or_(support_agent.c.presence == Presence.OFFLINE, support_agent.c.seen_at < seen_before)
    theirs = and_(conversation.c.assignee_id == support_agent.c.user_id, gone)
    wanted = select(conversation.c.id).join(support_agent, theirs)
    wanted = wanted.where(_OPEN, conversation.c.waiting_since.is_not(None)).order_by(conversation.c.id)
    return [row.id for row in await tx.all(wanted.limit(limit))]


async def snoozed_past(tx: ReadTx, limit: int) -> list[UUID]:
    """Conversations whose time aside is over, in the order in which they are locked."""
    over = and_(conversation.c.status == ConversationStatus.SNOOZED, conversation.c.snoozed_until <= tx.now)
    return [row.id for row in await tx.all(select(conversation.c.id).where(over).order_by("id").limit(limit))]


async def waiting_before(tx: ReadTx, than: Conversation) -> int:
    """How many wait for an answer longer than this one."""
    if than.waiting_since is None:
        return 0
    longer = and_(conversation.c.waiting_since < than.waiting_since, _OPEN)
    return int(await tx.scalar(select(func.count()).select_from(conversation).where(longer)))


async def listed(
    tx: ReadTx, view: InboxView, *, me: UUID, soon: datetime, offset: int, limit: int
) -> list[Conversation]:
    """Conversations of a view, the most pressing first."""
    wanted = _of_view(view, me, soon).offset(offset).limit(limit)
    return [into(row, Conversation) for row in await tx.all(wanted)]


async def counts(tx: ReadTx) -> tuple[int, int, int, int]:
    """How many are open, have nobody, wait, and had a promise broken."""
    row = await tx.one(
        select(
            func.count(),
            func.count().filter(conversation.c.assignee_id.is_(None)),
            func.count().filter(conversation.c.waiting_since.is_not(None)),
            func.count().filter(conversation.c.sla_breached),
        ).where(_OPEN)
    )
    return tuple(int(each) for each in row)  # type: ignore[return-value]  # four were selected


def _of_view(view: InboxView, me: UUID, soon: datetime) -> Select[Any]:
    wanted = select(conversation)
    oldest_first: Sequence[Any] = (conversation.c.waiting_since.nulls_last(), conversation.c.id)
    if view is InboxView.ALL:
        return wanted.order_by(conversation.c.last_message_at.desc(), conversation.c.id.desc())
    if view is InboxView.MINE:
        in_hands = conversation.c.status.in_((ConversationStatus.OPEN, ConversationStatus.SNOOZED))
        return wanted.where(in_hands, conversation.c.assignee_id == me).order_by(*oldest_first)
    if view is InboxView.UNASSIGNED:
        return wanted.where(_OPEN, conversation.c.assignee_id.is_(None)).order_by(*oldest_first)
    if view is InboxView.WAITING:
        return wanted.where(conversation.c.waiting_since.is_not(None)).order_by(*oldest_first)
    if view is InboxView.HANDOFFS:
        return wanted.where(_OPEN, conversation.c.first_replied_at.is_(None)).order_by(*oldest_first)
    due = func.least(conversation.c.first_due_at, conversation.c.next_due_at, conversation.c.resolve_due_at)
    at_risk = or_(due <= soon, conversation.c.sla_breached)
    return wanted.where(_OPEN, at_risk).order_by(due.nulls_first(), conversation.c.id)
