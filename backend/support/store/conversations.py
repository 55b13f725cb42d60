"""Conversations and their channels in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Row, and_, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.tables import conversation, conversation_channel, message, rating
from shared.api.channels import ChatChannel

_SUMMARY, _SUBJECT = Field("conversation", "summary"), Field("conversation_channel", "subject")
# PostgreSQL 18 tells what a row was before the statement.
_IS_NEW_LINK: ColumnElement[bool] = literal_column("old.link_id IS DISTINCT FROM new.link_id").label("is_new")
_NEVER_CHANGED = {"id", "user_id", "created_at"}


class Channel(Struct, frozen=True, kw_only=True):
    """Where a conversation can be answered."""

    conversation_id: UUID
    channel: ChatChannel
    link_id: UUID | None = None
    last_inbound_at: datetime | None = None


async def ring_of(tx: ReadTx, vault: Vault, user_id: UUID | None) -> Keyring:
    """What a thread's words are sealed with: its person's own key once they are known."""
    return await vault.keyring(tx) if user_id is None else await vault.subject_keyring(tx, user_id)


async def get(tx: ReadTx, conversation_id: UUID) -> Conversation | None:
    """One conversation."""
    return _conversation(await tx.first(select(conversation).where(conversation.c.id == conversation_id)))


async def lock(tx: Tx, conversation_id: UUID) -> Conversation | None:
    """One conversation, held until the transaction ends."""
    mine = select(conversation).where(conversation.c.id == conversation_id).with_for_update()
    return _conversation(await tx.first(mine))


async def of_user(tx: ReadTx, user_id: UUID) -> Conversation | None:
    """A person's thread."""
    return _conversation(await tx.first(select(conversation).where(conversation.c.user_id == user_id)))


async def lock_of_user(tx: Tx, user_id: UUID) -> Conversation | None:
    """A person's thread, held until the transaction ends."""
    mine = select(conversation).where(conversation.c.user_id == user_id).with_for_update()
    return _conversation(await tx.first(mine))


async def of_stranger(tx: ReadTx, vault: Vault, channel: ChatChannel, subject: str) -> Conversation | None:
    """The thread of a chat identity that belongs to nobody here."""
    index = (await vault.keyring(tx)).blind_index(_SUBJECT, subject)
    here = and_(conversation_channel.c.channel == channel, conversation_channel.c.subject_index == index)
    joined = and_(conversation_channel.c.conversation_id == conversation.c.id, conversation.c.user_id.is_(None))
    return _conversation(await tx.first(select(conversation).join(conversation_channel, joined).where(here).limit(1)))


async def add(tx: Tx, new: Conversation) -> bool:
    """Stores a conversation; False when its person has a thread already."""
    row = msgspec.structs.asdict(new) | {"labels": list(new.labels)}
    return await tx.execute(insert(conversation).values(row).on_conflict_do_nothing()) == 1


async def save(tx: Tx, changed: Conversation) -> None:
    """Writes what can change of a locked conversation."""
    values = {name: value for name, value in msgspec.structs.asdict(changed).items() if name not in _NEVER_CHANGED}
    values["labels"] = list(changed.labels)
    await tx.execute(update(conversation).where(conversation.c.id == changed.id).values(values))


async def adopt(tx: Tx, conversation_id: UUID, user_id: UUID) -> None:
    """A stranger's thread turns out to be this person's."""
    await tx.execute(update(conversation).where(conversation.c.id == conversation_id).values(user_id=user_id))


async def merge(tx: Tx, stranger_id: UUID, into_id: UUID) -> None:
    """Moves what a stranger wrote into the thread of the person that they turned out to be."""
    moved = {"conversation_id": into_id}
    await tx.execute(update(message).where(message.c.conversation_id == stranger_id).values(moved))
    await tx.execute(update(rating).where(rating.c.conversation_id == stranger_id).values(moved))
    await tx.execute(delete(conversation_channel).where(conversation_channel.c.conversation_id == stranger_id))


async def note_channel(
    tx: Tx,
    vault: Vault,
    of: Channel,
    *,
    subject: str | None = None,
) -> bool:
    """Notes that a conversation is had on a channel, and when a word last came in by it.

    Whether this is the first word of that link there.
    """
    index = (await vault.keyring(tx)).blind_index(_SUBJECT, subject) if subject else None
    values = msgspec.structs.asdict(of) | {"subject_index": index}
    upsert = insert(conversation_channel).values(values)
    seen = func.greatest(conversation_channel.c.last_inbound_at, upsert.excluded.last_inbound_at)
    changed = {
        "link_id": func.coalesce(upsert.excluded.link_id, conversation_channel.c.link_id),
        "subject_index": func.coalesce(upsert.excluded.subject_index, conversation_channel.c.subject_index),
        "last_inbound_at": seen,
    }
    keys = ["tenant_id", "conversation_id", "channel"]
    noted = upsert.on_conflict_do_update(index_elements=keys, set_=changed).returning(_IS_NEW_LINK)
    return bool((await tx.one(noted)).is_new)


async def channels_of(tx: ReadTx, conversation_id: UUID) -> list[Channel]:
    """Where a conversation can be answered."""
    mine = select(conversation_channel).where(conversation_channel.c.conversation_id == conversation_id)
    return [into(row, Channel) for row in await tx.all(mine.order_by(conversation_channel.c.channel))]


async def channels_of_many(tx: ReadTx, conversation_ids: Sequence[UUID]) -> dict[UUID, list[Channel]]:
    """Where these conversations can be answered."""
    found: dict[UUID, list[Channel]] = {each: [] for each in conversation_ids}
    if conversation_ids:
        theirs = conversation_channel.c.conversation_id.in_(conversation_ids)
        for row in await tx.all(select(conversation_channel).where(theirs).order_by(conversation_channel.c.channel)):
            found[row.conversation_id].append(into(row, Channel))
    return found


async def set_summary(tx: Tx, vault: Vault, of: Conversation, summary: str) -> None:
    """Keeps what the bot tells people of a conversation."""
    ring = await ring_of(tx, vault, of.user_id)
    sealed = ring.encrypt_text(_SUMMARY, summary, row_id=of.id, subject_id=of.user_id) if summary else None
    await tx.execute(update(conversation).where(conversation.c.id == of.id).values(summary=sealed))


async def summary(tx: ReadTx, vault: Vault, of: Conversation) -> str | None:
    """What the bot told of a conversation; None once it was erased."""
    sealed = await tx.scalar(select(conversation.c.summary).where(conversation.c.id == of.id))
    if sealed is None:
        return None
    try:
        return (await ring_of(tx, vault, of.user_id)).decrypt_text(_SUMMARY, sealed, row_id=of.id)
    except DataErased:
        return None


def _conversation(row: Row[Any] | None) -> Conversation | None:
    return None if row is None else into(row, Conversation)
