"""What agents do with a conversation: claim it, give it away, put it aside, mark it, end it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import UNSET

from backend import identity
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import AgentUnknown, AlreadyClaimed, ConversationNotFound
from backend.support.store import conversations, feed
from backend.support.store.feed import About
from backend.support.usecases import rating
from backend.support.usecases.assign import assigned
from backend.support.usecases.service_level import targets
from backend.support.usecases.show import conversation_out
from backend.support.usecases.timers import set_timers
from shared.api.conversations import ConversationOut, FeedKind, HandoffIn
from shared.api.desk import ClaimIn, SnoozeIn, TagIn
from shared.errors import InvalidInput
from shared.events.support import ConversationResolved
from shared.roles import Role

LONGEST_SNOOZE = timedelta(days=90)
CLAIMED = "claimed"


async def claim(tx: Tx, vault: Vault, conversation_id: UUID, wanted: ClaimIn) -> ConversationOut:
    """The caller takes a conversation, from the bot as well. Raises ConversationNotFound, AlreadyClaimed."""
    me = identity.caller(tx).user_id
    found = await locked(tx, conversation_id)
    if not found.is_in_hands:
        open_ = found.handed_off(HandoffIn(reason=CLAIMED), tx.now, await targets(tx, found.priority))
        await conversations.save(tx, open_)
        await set_timers(tx, open_, before=found)
        about = About(conversation_id=found.id, user_id=found.user_id)
        await feed.tell(tx, FeedKind.HANDED_OFF, about, reason=CLAIMED, priority=open_.priority.value)
        found = open_
    elif found.assignee_id not in (None, me) and not wanted.take_over:
        raise AlreadyClaimed
    return await conversation_out(tx, vault, await assigned(tx, found, me))


async def assign(tx: Tx, vault: Vault, conversation_id: UUID, agent_id: UUID | None) -> ConversationOut:
    """Gives it to an agent, or to nobody. Raises ConversationNotFound, ConversationNotOpen, AgentUnknown."""
    found = await locked(tx, conversation_id)
    if agent_id is not None:
        await require_agent(tx, vault, agent_id)
    return await conversation_out(tx, vault, await assigned(tx, found, agent_id))


async def snooze(tx: Tx, vault: Vault, conversation_id: UUID, wanted: SnoozeIn) -> ConversationOut:
    """Puts a conversation aside. Raises ConversationNotFound, ConversationNotOpen, InvalidInput for a time gone by."""
    found = await locked(tx, conversation_id)
    until: datetime = wanted.until
    if until.tzinfo is None or not tx.now < until <= tx.now + LONGEST_SNOOZE:
        raise InvalidInput({"until": "give a time within the next 90 days, with its offset from UTC"})
    snoozed = found.snoozed(until)
    await conversations.save(tx, snoozed)
    await audit.record(tx, "conversation.snoozed", f"conversation:{found.id}", until=until)
    about = About(conversation_id=found.id, user_id=found.user_id)
    await feed.tell(tx, FeedKind.SNOOZED, about, until=until.isoformat())
    return await conversation_out(tx, vault, snoozed)


async def resolve(tx: Tx, vault: Vault, conversation_id: UUID, reason: str) -> ConversationOut:
    """Ends a conversation; the borrower may then say how they were helped.

    Raises ConversationNotFound, ConversationNotOpen.
    """
    found = await locked(tx, conversation_id)
    ended = found.resolved(reason, tx.now)
    await conversations.save(tx, ended)
    await audit.record(tx, "conversation.resolved", f"conversation:{found.id}", reason=reason)
    about = About(conversation_id=found.id, user_id=found.user_id)
    more = {"channel": found.channel.value, "language": found.language}
    if (rating_id := await rating.ask(tx, ended)) is not None:
        more["rating_id"] = str(rating_id)
    await feed.tell(tx, FeedKind.RESOLVED, about, reason=reason, **more)
    told = ConversationResolved(
        conversation_id=found.id, user_id=found.user_id, reason=reason, agent_id=found.assignee_id
    )
    await outbox.add(tx, told)
    return await conversation_out(tx, vault, ended)


async def tag(tx: Tx, vault: Vault, conversation_id: UUID, wanted: TagIn) -> ConversationOut:
    """Sets priority, subject or labels. Raises ConversationNotFound."""
    found = await locked(tx, conversation_id)
    labels: Sequence[str] = found.labels if wanted.labels is UNSET else wanted.labels
    tagged = found.tagged(
        priority=found.priority if wanted.priority is UNSET else wanted.priority,
        skill=found.skill if wanted.skill is UNSET else wanted.skill,
        labels=labels,
    )
    await conversations.save(tx, tagged)
    return await conversation_out(tx, vault, tagged)


async def require_agent(tx: Tx, vault: Vault, agent_id: UUID) -> None:
    """Raises AgentUnknown unless this is one of the tenant's support agents."""
    try:
        person = await identity.person(tx, vault, agent_id)
    except identity.PersonNotFound as missing:
        raise AgentUnknown from missing
    if Role.SUPPORT_AGENT not in person.roles:
        raise AgentUnknown


async def locked(tx: Tx, conversation_id: UUID) -> Conversation:
    """A conversation, held until the transaction ends. Raises ConversationNotFound."""
    found = await conversations.lock(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    return found
