"""Takes in what a bot saw or wrote: stored once, in the borrower's one thread, and told to whoever has to act."""

from uuid import UUID

from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import MessageEmpty
from backend.support.store import conversations, feed, messages
from backend.support.store.conversations import Channel
from backend.support.store.feed import About
from backend.support.usecases.service_level import next_due_at
from backend.support.usecases.threads import take_over_strangers_words, thread_of_chat
from backend.support.usecases.timers import set_timers
from shared.api.channels import ChatChannel, ChatIdentityIn
from shared.api.conversations import (
    Author,
    BotMessageIn,
    BotMessageOut,
    Direction,
    FeedKind,
    MessageStatus,
)
from shared.events.support import MessageFromBorrower, MessageFromBot
from shared.ids import new_id


async def take_message(tx: Tx, vault: Vault, bot_id: UUID, given: BotMessageIn) -> BotMessageOut:
    """Stores a message of a chat once by its name. The answer says whose turn it is. Raises MessageEmpty."""
    if given.text is None and given.template is None:
        raise MessageEmpty({"text": "give a text, or the template that it was made from"})
    chat = ChatIdentityIn(channel=given.channel, subject=given.subject, alternate=given.alternate)
    thread = await thread_of_chat(tx, vault, chat, given.language)
    conversation, link = thread.conversation, thread.link
    inbound = given.direction is Direction.INBOUND
    at = min(given.sent_at or tx.now, tx.now)
    new = messages.New(
        id=new_id(),
        conversation_id=conversation.id,
        channel=given.channel,
        direction=given.direction,
        author=Author.BORROWER if inbound else Author.BOT,
        author_id=conversation.user_id if inbound else bot_id,
        text=given.text,
        template=given.template,
        external_id=given.external_id,
        status=MessageStatus.RECEIVED if inbound else MessageStatus.QUEUED,
        at=at,
        more=messages.More(options=given.options, link=given.link),
    )
    is_new = await messages.add(tx, vault, conversation.user_id, new)
    if is_new:
        channel = Channel(
            conversation_id=conversation.id,
            channel=given.channel,
            link_id=link.id if link else None,
            last_inbound_at=at if inbound else None,
        )
        is_new_link = await conversations.note_channel(tx, vault, channel, subject=None if link else given.subject)
        if link is not None and is_new_link:
            await take_over_strangers_words(tx, vault, chat, conversation)
        conversation = await told(tx, conversation, new, link.id if link else None)
        message_id = new.id
    else:
        known = await messages.by_name(tx, given.channel, given.external_id)
        assert known is not None, "a message of that name is there"
        message_id = known.id
    return BotMessageOut(
        message_id=message_id,
        conversation_id=conversation.id,
        link_id=link.id if link else None,
        user_id=conversation.user_id,
        status=conversation.status,
        is_new=is_new,
    )


async def told(tx: Tx, conversation: Conversation, new: messages.New, link_id: UUID | None) -> Conversation:
    """Has a stored message of the borrower's or the bot's do what it does to its locked thread, and tells of it."""
    about = About(conversation_id=conversation.id, user_id=conversation.user_id, message_id=new.id, link_id=link_id)
    if new.author is Author.BORROWER:
        due = await next_due_at(tx, conversation.priority) if conversation.is_in_hands else None
        heard = conversation.heard(new.channel, new.at, due)
        await conversations.save(tx, heard)
        await set_timers(tx, heard, before=conversation)
        await feed.tell(tx, FeedKind.MESSAGE_FROM_BORROWER, about)
        written = MessageFromBorrower(
            message_id=new.id,
            conversation_id=conversation.id,
            user_id=conversation.user_id,
            channel=new.channel.value,
        )
        await outbox.add(tx, written)
        return heard
    spoken = conversation.spoken(new.at)
    await conversations.save(tx, spoken)
    if new.channel is ChatChannel.IN_APP:
        await messages.set_status(tx, new.id, MessageStatus.SENT, provider_id=None, error_code=None)
        answered = MessageFromBot(message_id=new.id, conversation_id=conversation.id, user_id=conversation.user_id)
        await outbox.add(tx, answered)
    await feed.tell(tx, FeedKind.MESSAGE_FROM_BOT, about)
    return spoken
