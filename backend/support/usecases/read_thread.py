"""Reads a conversation and its messages, for bots and agents."""

from uuid import UUID

from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.support.errors import ConversationNotFound
from backend.support.store import conversations, messages
from backend.support.usecases.paging import cursor_id
from backend.support.usecases.show import conversation_out
from shared.api.conversations import ConversationOut, MessageOut
from shared.paging import Page


async def read_conversation(tx: ReadTx, vault: Vault, conversation_id: UUID) -> ConversationOut:
    """Where a thread stands. Raises ConversationNotFound."""
    found = await conversations.get(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    return await conversation_out(tx, vault, found)


async def list_messages(
    tx: ReadTx, vault: Vault, conversation_id: UUID, *, cursor: str | None, limit: int
) -> Page[MessageOut]:
    """A thread's messages with the notes of agents, the newest first. Raises ConversationNotFound, InvalidInput."""
    found = await conversations.get(tx, conversation_id)
    if found is None:
        raise ConversationNotFound
    shown = await messages.page(
        tx, vault, found.id, found.user_id, with_notes=True, before=cursor_id(cursor), limit=limit + 1
    )
    more = str(shown[limit - 1].id) if len(shown) > limit else None
    return Page(items=shown[:limit], next_cursor=more)
