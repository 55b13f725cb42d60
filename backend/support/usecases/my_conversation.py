"""A borrower's own thread in the app: read, written to, handed to a person."""

from msgspec.structs import replace

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import ConversationNotFound
from backend.support.store import conversations, messages
from backend.support.store.conversations import Channel
from backend.support.usecases.hand_off import handed_off
from backend.support.usecases.paging import cursor_id
from backend.support.usecases.show import conversation_out
from backend.support.usecases.take_message import told
from backend.support.usecases.threads import thread_of_user
from shared.api.channels import ChatChannel
from shared.api.conversations import (
    Author,
    ConversationOut,
    Direction,
    HandoffIn,
    HandoffOut,
    MessageOut,
    MessageStatus,
    PersonWantedIn,
    WriteIn,
)
from shared.ids import new_id
from shared.paging import Page


async def read_own(tx: ReadTx, vault: Vault) -> ConversationOut:
    """The caller's thread, without what is among people. Raises ConversationNotFound before its first word."""
    return _without_notes(await conversation_out(tx, vault, await _mine(tx)))


async def own_messages(tx: ReadTx, vault: Vault, *, cursor: str | None, limit: int) -> Page[MessageOut]:
    """The caller's messages on every channel, the newest first. Raises InvalidInput; an empty page before any."""
    me = identity.caller(tx).user_id
    found = await conversations.of_user(tx, me)
    if found is None:
        return Page(items=[])
    shown = await messages.page(tx, vault, found.id, me, with_notes=False, before=cursor_id(cursor), limit=limit + 1)
    more = str(shown[limit - 1].id) if len(shown) > limit else None
    return Page(items=shown[:limit], next_cursor=more)


async def write(tx: Tx, vault: Vault, given: WriteIn) -> MessageOut:
    """Adds the caller's words to their thread, once by the app's name for them."""
    caller = identity.caller(tx)
    thread = await thread_of_user(tx, vault, caller.user_id, ChatChannel.IN_APP)
    link = await identity.own_link(tx, vault, caller) if caller.assurance is Assurance.FULL else None
    name = f"{caller.user_id}:{given.client_id}"
    new = messages.New(
        id=new_id(),
        conversation_id=thread.id,
        channel=ChatChannel.IN_APP,
        direction=Direction.INBOUND,
        author=Author.BORROWER,
        author_id=caller.user_id,
        text=given.text,
        external_id=name,
        status=MessageStatus.RECEIVED,
        at=tx.now,
        more=messages.More(choice=given.choice),
    )
    if await messages.add(tx, vault, caller.user_id, new):
        link_id = link.id if link else None
        here = Channel(conversation_id=thread.id, channel=ChatChannel.IN_APP, link_id=link_id, last_inbound_at=tx.now)
        await conversations.note_channel(tx, vault, here)
        await told(tx, thread, new, link_id)
        message_id = new.id
    else:
        known = await messages.by_name(tx, ChatChannel.IN_APP, name)
        assert known is not None, "a message of that name is there"
        message_id = known.id
    return (await messages.many(tx, vault, [message_id], {thread.id: caller.user_id}))[message_id]


async def ask_for_person(tx: Tx, vault: Vault, wanted: PersonWantedIn) -> HandoffOut:
    """Hands the caller's thread to people, and says what to expect."""
    caller = identity.caller(tx)
    thread = await thread_of_user(tx, vault, caller.user_id, ChatChannel.IN_APP)
    handoff = HandoffIn(reason="asked_for_person", summary=wanted.note, skill=wanted.skill)
    answer = await handed_off(tx, vault, thread, handoff)
    return replace(answer, conversation=_without_notes(answer.conversation))


async def mark_read(tx: Tx) -> None:
    """The caller has seen what was written to them in the app. Idempotent."""
    found = await conversations.of_user(tx, identity.caller(tx).user_id)
    if found is not None:
        await messages.mark_read(tx, found.id, ChatChannel.IN_APP)


async def _mine(tx: ReadTx) -> Conversation:
    found = await conversations.of_user(tx, identity.caller(tx).user_id)
    if found is None:
        raise ConversationNotFound
    return found


def _without_notes(shown: ConversationOut) -> ConversationOut:
    """What is among people: summary, marks, and how urgent they hold it to be."""
    return replace(shown, summary=None, labels=[])
