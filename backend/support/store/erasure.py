"""What of support must be found to be handed out or erased, in SQL."""

from uuid import UUID

from sqlalchemy import select, update

from backend.kernel.db import ReadTx, Tx
from backend.support.tables import conversation, dispute, dispute_file, message, message_file, rating


async def thread_files(tx: ReadTx, conversation_id: UUID) -> list[tuple[UUID, UUID]]:
    """The files of a thread with their blobs."""
    theirs = select(message_file.c.id, message_file.c.blob_id).join(
        message, (message.c.tenant_id == message_file.c.tenant_id) & (message.c.id == message_file.c.message_id)
    )
    rows = await tx.all(theirs.where(message.c.conversation_id == conversation_id).order_by(message_file.c.id))
    return [(row.id, row.blob_id) for row in rows]


async def dispute_files(tx: ReadTx, dispute_id: UUID) -> list[tuple[UUID, UUID]]:
    """The files of a dispute with their blobs."""
    rows = await tx.all(
        select(dispute_file.c.id, dispute_file.c.blob_id)
        .where(dispute_file.c.dispute_id == dispute_id)
        .order_by(dispute_file.c.id)
    )
    return [(row.id, row.blob_id) for row in rows]


async def disputes_of(tx: ReadTx, user_id: UUID) -> list[UUID]:
    """A person's disputes."""
    rows = await tx.all(select(dispute.c.id).where(dispute.c.user_id == user_id).order_by(dispute.c.id))
    return [row.id for row in rows]


async def forget_words(tx: Tx, conversation_id: UUID) -> None:
    """Deletes what was said: words from before somebody was known do not lie under their own key."""
    theirs = message.c.conversation_id == conversation_id
    await tx.execute(update(message).where(theirs).values(body=None, more=None))
    await tx.execute(update(rating).where(rating.c.conversation_id == conversation_id).values(comment=None))
    await tx.execute(update(conversation).where(conversation.c.id == conversation_id).values(summary=None))
