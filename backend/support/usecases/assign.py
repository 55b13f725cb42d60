"""Gives conversations out to agents: by the tenant's strategy, or by hand."""

from datetime import timedelta
from uuid import UUID

from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.support.domain.assignment import chosen
from backend.support.domain.conversation import Conversation
from backend.support.store import conversations, desk, feed, inbox
from backend.support.store.feed import About
from shared.api.conversations import ConversationStatus, FeedKind
from shared.events.support import ConversationAssigned

BATCH = 50
QUIET = timedelta(minutes=15)


async def give_out(tx: Tx, conversation: Conversation) -> Conversation:
    """Gives a locked conversation that nobody has to whoever fits best, if anybody is free."""
    if conversation.assignee_id is not None or conversation.status is not ConversationStatus.OPEN:
        return conversation
    settings = await desk.settings(tx)
    agent = chosen(
        await desk.lock_agents(tx),
        language=conversation.language,
        skill=conversation.skill,
        strategy=settings.strategy,
        now=tx.now,
    )
    return conversation if agent is None else await assigned(tx, conversation, agent.user_id)


async def assigned(tx: Tx, conversation: Conversation, agent_id: UUID | None) -> Conversation:
    """Gives a locked conversation to an agent, or takes it from one. Raises ConversationNotOpen."""
    given = conversation.assigned(agent_id)
    if given == conversation:
        return conversation
    await conversations.save(tx, given)
    if agent_id is not None:
        await desk.note_assigned(tx, agent_id)
    await audit.record(tx, "conversation.assigned", f"conversation:{given.id}", agent_id=agent_id)
    about = About(conversation_id=given.id, user_id=given.user_id)
    await feed.tell(tx, FeedKind.ASSIGNED, about, agent_id=str(agent_id or ""))
    told = ConversationAssigned(conversation_id=given.id, user_id=given.user_id, assignee_id=agent_id)
    await outbox.add(tx, told)
    return given


async def give_out_waiting(tx: Tx) -> int:
    """Gives out what nobody has, or whoever had it left waiting, those who wait longest first; returns how many."""
    for conversation_id in await inbox.left_behind(tx, tx.now - QUIET, BATCH):
        left = await conversations.lock(tx, conversation_id)
        if left is not None and left.is_in_hands:
            await assigned(tx, left, None)
    found = 0
    for conversation_id in await inbox.unassigned_ids(tx, BATCH):
        locked = await conversations.lock(tx, conversation_id)
        if locked is None:
            continue
        if (await give_out(tx, locked)).assignee_id is None:
            break
        found += 1
    return found
