"""Puts what notifications have to tell into the person's thread, for the bot to bring; and says what became of it."""

from uuid import UUID

from backend import identity, notifications
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.store import conversations, feed, messages
from backend.support.store.feed import About
from backend.support.usecases.threads import thread_of_user
from shared.api.channels import ChatChannel
from shared.api.conversations import Author, Direction, FeedKind, MessageStatus, MessageStatusIn
from shared.api.nudges import NudgeFailure
from shared.events.notifications import NudgeReady
from shared.ids import new_id

_NAME = "nudge:"


async def put_nudge(tx: Tx, vault: Vault, told: NudgeReady) -> None:
    """Stores a nudge in its reader's thread once and tells the bot; one without a chat goes another way."""
    wanted = await notifications.to_say(tx, vault, told.delivery_id)
    if wanted is None:
        return
    link = await identity.person_link(tx, wanted.user_id, ChatChannel.WHATSAPP)
    if link is None:
        await notifications.nudge_failed(tx, vault, told.delivery_id, NudgeFailure.UNREACHABLE)
        return
    thread = await thread_of_user(tx, vault, wanted.user_id, ChatChannel.WHATSAPP)
    new = messages.New(
        id=new_id(),
        conversation_id=thread.id,
        channel=ChatChannel.WHATSAPP,
        direction=Direction.OUTBOUND,
        author=Author.SYSTEM,
        text=wanted.text,
        template=wanted.nudge.kind.value,
        external_id=f"{_NAME}{told.delivery_id}",
        status=MessageStatus.QUEUED,
        at=tx.now,
    )
    if not await messages.add(tx, vault, wanted.user_id, new):
        return
    await conversations.save(tx, thread.spoken(tx.now))
    about = About(conversation_id=thread.id, user_id=wanted.user_id, message_id=new.id, link_id=link.id)
    values = {f"value_{place}": value for place, value in wanted.nudge.values.items()}
    await feed.tell(tx, FeedKind.NUDGE, about, until=wanted.until.isoformat(), **values)


async def nudge_told(tx: Tx, vault: Vault, of: messages.Stored, told: MessageStatusIn) -> None:
    """Passes on what became of a message, if it is a nudge. Idempotent."""
    if of.author is not Author.SYSTEM or not (of.external_id or "").startswith(_NAME):
        return
    delivery_id = UUID((of.external_id or "").removeprefix(_NAME))
    match told.status:
        case MessageStatus.SENT:
            await notifications.nudge_accepted(tx, delivery_id)
        case MessageStatus.DELIVERED | MessageStatus.READ:
            await notifications.nudge_arrived(tx, vault, delivery_id)
        case MessageStatus.FAILED:
            await notifications.nudge_failed(tx, vault, delivery_id, told.error_code or "failed")
        case MessageStatus.RECEIVED | MessageStatus.QUEUED:
            return
