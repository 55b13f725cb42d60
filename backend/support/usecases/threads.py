"""Finds the one thread that a chat belongs to, and makes it at the first word."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend import identity
from backend.identity import Link
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.store import conversations
from backend.support.store.conversations import Channel
from shared.api.channels import ChatChannel, ChatIdentityIn
from shared.api.conversations import ConversationStatus
from shared.ids import new_id


class Thread(Struct, frozen=True, kw_only=True):
    """A locked conversation, and the link of the chat that it was reached by, where there is one."""

    conversation: Conversation
    link: Link | None


async def thread_of_chat(tx: Tx, vault: Vault, chat: ChatIdentityIn, language: str | None) -> Thread:
    """The thread of a chat identity: its person's once it is linked, one of its own before."""
    link = await identity.find_link(tx, vault, chat)
    if link is None:
        stranger = await _stranger(tx, vault, chat, language)
        return Thread(conversation=stranger, link=None)
    mine = await thread_of_user(tx, vault, link.person_id, chat.channel)
    return Thread(conversation=replace(mine, language=language) if language else mine, link=link)


async def take_over_strangers_words(tx: Tx, vault: Vault, chat: ChatIdentityIn, mine: Conversation) -> None:
    """Moves what was written in a chat before it was linked into its person's locked thread."""
    before = await conversations.of_stranger(tx, vault, chat.channel, chat.subject)
    if before is not None:
        await conversations.lock(tx, before.id)
        await conversations.merge(tx, before.id, mine.id)


async def thread_of_user(tx: Tx, vault: Vault, user_id: UUID, channel: ChatChannel) -> Conversation:
    """A person's thread, locked."""
    found = await conversations.lock_of_user(tx, user_id)
    if found is None:
        person = await identity.person(tx, vault, user_id)
        await conversations.add(tx, _begun(tx, user_id, channel, person.locale))
        found = await conversations.lock_of_user(tx, user_id)
    assert found is not None, "a person has a thread by now"
    return found


async def _stranger(tx: Tx, vault: Vault, chat: ChatIdentityIn, language: str | None) -> Conversation:
    found = await conversations.of_stranger(tx, vault, chat.channel, chat.subject)
    if found is None:
        fallback = (await identity.tenant_profile(tx)).locale
        found = _begun(tx, None, chat.channel, language or fallback)
        await conversations.add(tx, found)
        await conversations.note_channel(
            tx, vault, Channel(conversation_id=found.id, channel=chat.channel), subject=chat.subject
        )
    locked = await _locked(tx, found.id)
    return replace(locked, language=language) if language else locked


def _begun(tx: Tx, user_id: UUID | None, channel: ChatChannel, language: str) -> Conversation:
    return Conversation(
        id=new_id(),
        user_id=user_id,
        status=ConversationStatus.PENDING,
        channel=channel,
        language=language,
        created_at=tx.now,
        last_message_at=tx.now,
    )


async def _locked(tx: Tx, conversation_id: UUID) -> Conversation:
    locked = await conversations.lock(tx, conversation_id)
    assert locked is not None, "a conversation is never deleted"
    return locked
