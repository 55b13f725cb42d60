"""Files on messages: checked as every upload is, kept encrypted."""

from uuid import UUID

from msgspec import Struct

from backend import onboarding
from backend.kernel import audit, blobs
from backend.kernel.blobs import Blob
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.errors import MessageNotFound, TooManyFiles
from backend.support.store import conversations, messages
from shared.api.conversations import AttachmentOut
from shared.ids import new_id

MAX_FILES = 5
MAX_FILENAME = 120


class Checked(Struct, frozen=True, kw_only=True):
    """A file that may be kept: a picture made anew, or a passive PDF."""

    filename: str
    content: bytes
    media_type: str


async def check_file(filename: str, content: bytes) -> Checked:
    """Looks at a file off the event loop, before any transaction. Raises FileRefused."""
    clean = await onboarding.clean_upload(content)
    name = "".join(each for each in filename if each.isprintable())[-MAX_FILENAME:] or "file"
    return Checked(filename=name, content=clean.content, media_type=clean.media_type)


async def require_message(tx: ReadTx, message_id: UUID, *, of: UUID | None) -> None:
    """Whether a file may be put on a message, before anybody looks at the file. Raises MessageNotFound."""
    conversation = await _conversation(tx, message_id)
    if conversation is None or (of is not None and conversation.user_id != of):
        raise MessageNotFound


async def attach(tx: Tx, vault: Vault, message_id: UUID, checked: Checked, *, of: UUID | None) -> AttachmentOut:
    """Puts a checked file on a message; `of` narrows it to a person's own. Raises MessageNotFound, TooManyFiles."""
    found = await messages.lock(tx, message_id)
    conversation = None if found is None else await conversations.get(tx, found.conversation_id)
    if found is None or conversation is None or (of is not None and conversation.user_id != of):
        raise MessageNotFound
    if await messages.file_count(tx, message_id) >= MAX_FILES:
        raise TooManyFiles(limit=MAX_FILES)
    stored = await blobs.put(tx, vault, checked.content, checked.media_type)
    new = messages.File(
        id=new_id(),
        message_id=message_id,
        blob_id=stored.id,
        filename=checked.filename,
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=stored.sha256,
    )
    await messages.add_file(tx, vault, conversation.user_id, new)
    return AttachmentOut(id=new.id, filename=new.filename, media_type=new.media_type, size=new.size)


async def read_file(tx: Tx, vault: Vault, file_id: UUID, *, of: UUID | None, audited: bool) -> Blob:
    """A file's content; `of` narrows it to a person's own, a look by staff is noted. Raises MessageNotFound."""
    found = await messages.file(tx, file_id)
    conversation = None if found is None else await _conversation(tx, found[0])
    if found is None or conversation is None or (of is not None and conversation.user_id != of):
        raise MessageNotFound
    if audited:
        await audit.record(tx, "conversation.file_viewed", f"conversation:{conversation.id}", file_id=file_id)
    return await blobs.get(tx, vault, found[1])


async def _conversation(tx: ReadTx, message_id: UUID) -> Conversation | None:
    found = await messages.get(tx, message_id)
    return None if found is None else await conversations.get(tx, found.conversation_id)
