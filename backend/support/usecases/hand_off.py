"""Hands a conversation over to people, and back to the bot."""

from uuid import UUID

from backend.kernel import audit, outbox
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import ConversationNotFound
from backend.support.store import conversations, feed, inbox
from backend.support.store.feed import About
from backend.support.usecases.assign import give_out
from backend.support.usecases.service_level import clock_of, targets
from backend.support.usecases.show import conversation_out
from backend.support.usecases.timers import set_timers
from shared.api.conversations import ConversationOut, FeedKind, HandoffIn, HandoffOut
from shared.events.support import ConversationHandedOff


async def hand_off(tx: Tx, vault: Vault, conversation_id: UUID, wanted: HandoffIn) -> HandoffOut:
    """People take over, and whoever fits is given the conversation. Idempotent but for urgency.

    Raises ConversationNotFound.
    """
    found = await conversations.lock(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    return await handed_off(tx, vault, found, wanted)


async def handed_off(tx: Tx, vault: Vault, found: Conversation, wanted: HandoffIn) -> HandoffOut:
    """Hands a locked conversation over."""
    before = found
    open_ = found.handed_off(wanted, tx.now, await targets(tx, wanted.priority))
    await conversations.save(tx, open_)
    if wanted.summary:
        await conversations.set_summary(tx, vault, open_, wanted.summary)
    if not before.is_in_hands:
        await set_timers(tx, open_, before=before)
        await audit.record(tx, "conversation.handed_off", f"conversation:{open_.id}", reason=wanted.reason)
        about = About(conversation_id=open_.id, user_id=open_.user_id)
        await feed.tell(tx, FeedKind.HANDED_OFF, about, reason=wanted.reason, priority=open_.priority.value)
        told = ConversationHandedOff(
            conversation_id=open_.id,
            user_id=open_.user_id,
            reason=wanted.reason,
            channel=open_.channel.value,
            priority=open_.priority.value,
        )
        await outbox.add(tx, told)
        open_ = await give_out(tx, open_)
    return await wait_of(tx, vault, open_)


async def wait_of(tx: ReadTx, vault: Vault, conversation: Conversation) -> HandoffOut:
    """What to tell somebody who waits for a person."""
    clock = await clock_of(tx)
    promised = await targets(tx, conversation.priority)
    due = conversation.first_due_at or conversation.next_due_at or promised.first_due_at
    assert due is not None, "an answer is promised"
    return HandoffOut(
        conversation=await conversation_out(tx, vault, conversation),
        is_within_hours=clock.is_open(tx.now),
        ahead=await inbox.waiting_before(tx, conversation),
        expected_by=due,
    )


async def return_to_bot(tx: Tx, vault: Vault, conversation_id: UUID) -> ConversationOut:
    """The bot answers again. Raises ConversationNotFound, ConversationNotOpen."""
    found = await conversations.lock(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    returned = found.returned()
    await conversations.save(tx, returned)
    await audit.record(tx, "conversation.returned", f"conversation:{found.id}")
    await feed.tell(tx, FeedKind.RETURNED_TO_BOT, About(conversation_id=found.id, user_id=found.user_id))
    return await conversation_out(tx, vault, returned)
