"""Timers of what the tenant promises: a job for each instant, which looks whether it still matters."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.kernel import audit, jobs, outbox
from backend.kernel.db import Tx
from backend.support.domain.conversation import Conversation
from backend.support.store import conversations
from shared.events.support import ServiceLevelBreached

BREACH_JOB = "support.service_level"
_TARGETS = {"first": "first_due_at", "next": "next_due_at", "resolution": "resolve_due_at"}


class Due(Struct, frozen=True, kw_only=True):
    """Told to the job: a target of a conversation, and the instant that it was set to."""

    conversation_id: UUID
    target: str
    due_at: datetime


async def set_timers(tx: Tx, conversation: Conversation, *, before: Conversation) -> None:
    """Sets a timer for each target that came to be, or moved."""
    for target, field in _TARGETS.items():
        due_at: datetime | None = getattr(conversation, field)
        if due_at is not None and due_at != getattr(before, field):
            told = Due(conversation_id=conversation.id, target=target, due_at=due_at)
            await jobs.enqueue(tx, BREACH_JOB, told, after=max(due_at - tx.now, due_at - due_at))


async def note_breach(tx: Tx, told: Due) -> bool:
    """Says that a promise was broken, if it still stood at its instant. Whether it did. Idempotent."""
    conversation = await conversations.lock(tx, told.conversation_id)
    if conversation is None or getattr(conversation, _TARGETS[told.target]) != told.due_at:
        return False
    await conversations.save(tx, replace(conversation, sla_breached=True, **{_TARGETS[told.target]: None}))
    await audit.record(tx, "conversation.service_level_breached", f"conversation:{conversation.id}", target=told.target)
    breached = ServiceLevelBreached(
        conversation_id=conversation.id,
        target=told.target,
        due_at=told.due_at,
        assignee_id=conversation.assignee_id,
    )
    await outbox.add(tx, breached)
    return True
