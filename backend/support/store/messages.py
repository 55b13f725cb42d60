"""Messages and their files in SQL. A message is stored once for each name on its channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.store.conversations import ring_of
from backend.support.tables import message, message_file
from shared.api.channels import ChatChannel
from shared.api.conversations import AttachmentOut, Author, ChatLink, ChatOption, Direction, MessageOut, MessageStatus

_BODY, _MORE, _FILENAME = Field("message", "body"), Field("message", "more"), Field("message_file", "filename")


class More(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What can be tapped under a message, and what was tapped."""

    options: list[ChatOption] = []
    link: ChatLink | None = None
    choice: str | None = None


_NOTHING = More()


class New(Struct, frozen=True, kw_only=True):
    """A message to be stored."""

    id: UUID
    conversation_id: UUID
    channel: ChatChannel
    direction: Direction
    author: Author
    author_id: UUID | None = None
    is_note: bool = False
    text: str | None = None
    template: str | None = None
    external_id: str | None = None
    status: MessageStatus
    at: datetime
    more: More = _NOTHING


class Stored(Struct, frozen=True, kw_only=True):
    """A message without its words."""

    id: UUID
    conversation_id: UUID
    channel: ChatChannel
    direction: Direction
    author: Author
    is_note: bool
    status: MessageStatus
    external_id: str | None


class File(Struct, frozen=True, kw_only=True):
    """A file on a message."""

    id: UUID
    message_id: UUID
    blob_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: bytes


async def add(tx: Tx, vault: Vault, user_id: UUID | None, new: New) -> bool:
    """Stores a message; False when one of that name came by that channel before."""
    ring = await ring_of(tx, vault, user_id)
    body = ring.encrypt_text(_BODY, new.text, row_id=new.id, subject_id=user_id) if new.text else None
    values = {
        "id": new.id,
        "conversation_id": new.conversation_id,
        "channel": new.channel,
        "direction": new.direction,
        "author": new.author,
        "author_id": new.author_id,
        "is_note": new.is_note,
        "body": body,
        "more": _sealed(ring, new, user_id),
        "template": new.template,
        "external_id": new.external_id,
        "status": new.status,
        "at": new.at,
        "stored_at": tx.now,
    }
    return await tx.execute(insert(message).values(values).on_conflict_do_nothing()) == 1


def _sealed(ring: Keyring, new: New, user_id: UUID | None) -> bytes | None:
    if new.more == _NOTHING:
        return None
    return ring.encrypt(_MORE, msgspec.json.encode(new.more), row_id=new.id, subject_id=user_id)


async def by_name(tx: ReadTx, channel: ChatChannel, name: str) -> Stored | None:
    """The message of a channel with this name, ours or the provider's."""
    known = or_(message.c.external_id == name, message.c.provider_id == name)
    return _stored(await tx.first(select(message).where(message.c.channel == channel, known)))


async def get(tx: ReadTx, message_id: UUID) -> Stored | None:
    """One message."""
    return _stored(await tx.first(select(message).where(message.c.id == message_id)))


async def lock(tx: Tx, message_id: UUID) -> Stored | None:
    """One message, held until the transaction ends."""
    return _stored(await tx.first(select(message).where(message.c.id == message_id).with_for_update()))


async def set_status(
    tx: Tx, message_id: UUID, status: MessageStatus, *, provider_id: str | None, error_code: str | None
) -> None:
    """Writes how far a locked message came."""
    values: dict[str, object] = {"status": status, "error_code": error_code}
    if provider_id is not None:
        values["provider_id"] = provider_id
    await tx.execute(update(message).where(message.c.id == message_id).values(values))


async def mark_read(tx: Tx, conversation_id: UUID, channel: ChatChannel) -> None:
    """Marks what went out on a channel as read."""
    sent = and_(
        message.c.conversation_id == conversation_id,
        message.c.channel == channel,
        message.c.direction == Direction.OUTBOUND,
        message.c.status.in_((MessageStatus.SENT, MessageStatus.DELIVERED)),
    )
    await tx.execute(update(message).where(sent).values(status=MessageStatus.READ))


async def page(
    tx: ReadTx,
    vault: Vault,
    conversation_id: UUID,
    user_id: UUID | None,
    *,
    with_notes: bool,
    before: UUID | None,
    limit: int,
) -> list[MessageOut]:
    """Messages of a thread, the newest first."""
    wanted = select(message).where(message.c.conversation_id == conversation_id)
    if not with_notes:
        wanted = wanted.where(~message.c.is_note)
    if before is not None:
        wanted = wanted.where(message.c.id < before)
    rows = await tx.all(wanted.order_by(message.c.id.desc()).limit(limit))
    return await _opened(tx, vault, rows, {conversation_id: user_id})


async def newest_id(tx: ReadTx, conversation_id: UUID) -> UUID | None:
    """The last message that the borrower or people see of a thread."""
    mine = and_(message.c.conversation_id == conversation_id, ~message.c.is_note)
    row = await tx.first(select(message.c.id).where(mine).order_by(message.c.id.desc()).limit(1))
    return None if row is None else row.id


async def many(
    tx: ReadTx, vault: Vault, message_ids: Sequence[UUID], users: dict[UUID, UUID | None]
) -> dict[UUID, MessageOut]:
    """Messages by their ids; `users` says whose each conversation is."""
    if not message_ids:
        return {}
    rows = await tx.all(select(message).where(message.c.id.in_(message_ids)))
    return {each.id: each for each in await _opened(tx, vault, rows, users)}


async def last_of(tx: ReadTx, vault: Vault, users: dict[UUID, UUID | None]) -> dict[UUID, MessageOut]:
    """The last message of each conversation, notes left out."""
    if not users:
        return {}
    newest = (
        select(message)
        .where(message.c.conversation_id.in_(users), ~message.c.is_note)
        .distinct(message.c.conversation_id)
        .order_by(message.c.conversation_id, message.c.id.desc())
    )
    return {each.conversation_id: each for each in await _opened(tx, vault, await tx.all(newest), users)}


async def add_file(tx: Tx, vault: Vault, user_id: UUID | None, new: File) -> None:
    """Stores what file a message has."""
    ring = await ring_of(tx, vault, user_id)
    values = {
        "id": new.id,
        "message_id": new.message_id,
        "blob_id": new.blob_id,
        "filename": ring.encrypt_text(_FILENAME, new.filename, row_id=new.id, subject_id=user_id),
        "media_type": new.media_type,
        "size": new.size,
        "sha256": new.sha256,
        "created_at": tx.now,
    }
    await tx.execute(message_file.insert().values(values))


async def file(tx: ReadTx, file_id: UUID) -> tuple[UUID, UUID] | None:
    """The message and the blob of a file."""
    row = await tx.first(select(message_file).where(message_file.c.id == file_id))
    return None if row is None else (row.message_id, row.blob_id)


async def file_count(tx: ReadTx, message_id: UUID) -> int:
    """How many files a message has."""
    return len(await tx.all(select(message_file.c.id).where(message_file.c.message_id == message_id)))


async def _opened(
    tx: ReadTx, vault: Vault, rows: Sequence[Row[Any]], users: dict[UUID, UUID | None]
) -> list[MessageOut]:
    rings = {id_: await ring_of(tx, vault, users.get(id_)) for id_ in {row.conversation_id for row in rows}}
    files = await _files(tx, [row.id for row in rows])
    return [_shown(rings[row.conversation_id], row, files.get(row.id, [])) for row in rows]


async def _files(tx: ReadTx, message_ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    if message_ids:
        wanted = select(message_file).where(message_file.c.message_id.in_(message_ids)).order_by(message_file.c.id)
        for row in await tx.all(wanted):
            found.setdefault(row.message_id, []).append(row)
    return found


def _shown(ring: Keyring, row: Row[Any], files: Sequence[Row[Any]]) -> MessageOut:
    more = _more(ring, row)
    return MessageOut(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=ChatChannel(row.channel),
        direction=Direction(row.direction),
        author=Author(row.author),
        author_id=row.author_id,
        is_note=row.is_note,
        text=_text(ring, _BODY, row.body, row.id),
        template=row.template,
        external_id=row.external_id,
        status=MessageStatus(row.status),
        error_code=row.error_code,
        attachments=[
            AttachmentOut(
                id=each.id,
                filename=_text(ring, _FILENAME, each.filename, each.id) or "",
                media_type=each.media_type,
                size=each.size,
            )
            for each in files
        ],
        at=row.at,
        options=more.options,
        link=more.link,
        choice=more.choice,
    )


def _more(ring: Keyring, row: Row[Any]) -> More:
    try:
        return msgspec.json.decode(ring.decrypt(_MORE, row.more, row_id=row.id), type=More) if row.more else _NOTHING
    except DataErased:
        return _NOTHING


def _text(ring: Keyring, field: Field, sealed: bytes | None, row_id: UUID) -> str | None:
    try:
        return ring.decrypt_text(field, sealed, row_id=row_id) if sealed else None
    except DataErased:
        return None


def _stored(row: Row[Any] | None) -> Stored | None:
    if row is None:
        return None
    return Stored(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=ChatChannel(row.channel),
        direction=Direction(row.direction),
        author=Author(row.author),
        is_note=row.is_note,
        status=MessageStatus(row.status),
        external_id=row.external_id,
    )
