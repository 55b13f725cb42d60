"""Agents' answers and notes."""

from uuid import UUID

from backend import identity
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.domain.window import require_open
from backend.support.errors import ChannelUnknown, NewerMessage
from backend.support.store import conversations, feed, messages
from backend.support.store.conversations import Channel
from backend.support.store.feed import About
from backend.support.usecases.assign import assigned
from backend.support.usecases.work_conversation import locked
from shared.api.channels import ChatChannel
from shared.api.conversations import Author, Direction, FeedKind, MessageOut, MessageStatus
from shared.api.desk import ReplyIn
from shared.events.support import MessageFromAgent
from shared.ids import new_id


async def reply(tx: Tx, vault: Vault, conversation_id: UUID, given: ReplyIn) -> MessageOut:
    """Answers the borrower where they wrote last; the bot delivers it. Who answers has the conversation.

    Raises ConversationNotFound, ConversationNotOpen, NewerMessage, ChannelUnknown, WindowClosed.
    """
    me = identity.caller(tx).user_id
    found = await locked(tx, conversation_id)
    found.require_in_hands()
    if given.seen_message_id is not None and await messages.newest_id(tx, found.id) != given.seen_message_id:
        raise NewerMessage
    channel = await _channel(tx, found, given.channel or found.channel)
    if given.template is None:
        require_open(channel.channel, channel.last_inbound_at, tx.now)
    in_app = channel.channel is ChatChannel.IN_APP
    new = messages.New(
        id=new_id(),
        conversation_id=found.id,
        channel=channel.channel,
        direction=Direction.OUTBOUND,
        author=Author.AGENT,
        author_id=me,
        text=given.text,
        template=given.template,
        status=MessageStatus.SENT if in_app else MessageStatus.QUEUED,
        at=tx.now,
    )
    await messages.add(tx, vault, found.user_id, new)
    answered = found.replied(tx.now)
    await conversations.save(tx, answered)
    if answered.assignee_id is None:
        answered = await assigned(tx, answered, me)
    await _tell(tx, found, new, channel, me)
    return await _shown(tx, vault, found, new.id)


async def note(tx: Tx, vault: Vault, conversation_id: UUID, text: str) -> MessageOut:
    """Adds a note that only staff and bots see. Raises ConversationNotFound."""
    found = await locked(tx, conversation_id)
    new = messages.New(
        id=new_id(),
        conversation_id=found.id,
        channel=found.channel,
        direction=Direction.OUTBOUND,
        author=Author.AGENT,
        author_id=identity.caller(tx).user_id,
        is_note=True,
        text=text,
        status=MessageStatus.RECEIVED,
        at=tx.now,
    )
    await messages.add(tx, vault, found.user_id, new)
    about = About(conversation_id=found.id, user_id=found.user_id, message_id=new.id)
    await feed.tell(tx, FeedKind.NOTE, about)
    return await _shown(tx, vault, found, new.id)


async def _channel(tx: Tx, found: Conversation, wanted: ChatChannel) -> Channel:
    for each in await conversations.channels_of(tx, found.id):
        if each.channel is wanted:
            return each
    if wanted is ChatChannel.IN_APP and found.user_id is not None:
        return Channel(conversation_id=found.id, channel=wanted)
    raise ChannelUnknown({"channel": "is none of this conversation's"})


async def _tell(tx: Tx, found: Conversation, new: messages.New, channel: Channel, me: UUID) -> None:
    about = About(conversation_id=found.id, user_id=found.user_id, message_id=new.id, link_id=channel.link_id)
    await feed.tell(tx, FeedKind.MESSAGE_FROM_AGENT, about)
    told = MessageFromAgent(
        message_id=new.id,
        conversation_id=found.id,
        user_id=found.user_id,
        channel=new.channel.value,
        agent_id=me,
    )
    await outbox.add(tx, told)


async def _shown(tx: Tx, vault: Vault, found: Conversation, message_id: UUID) -> MessageOut:
    return (await messages.many(tx, vault, [message_id], {found.id: found.user_id}))[message_id]
