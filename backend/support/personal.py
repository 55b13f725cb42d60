"""What support holds of a person: their thread with its files, and their disputes."""

from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.personal import Part, PersonalData, as_file, as_json, every, forget_blobs
from backend.kernel.vault import Vault
from backend.support.store import conversations, disputes, erasure
from backend.support.usecases import my_conversation, rating, show_dispute


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    me = identity.caller(tx).user_id
    messages = await every(lambda cursor, limit: my_conversation.own_messages(tx, vault, cursor=cursor, limit=limit))
    parts = [as_json("conversation/messages", messages)]
    thread = await conversations.of_user(tx, me)
    if thread is not None:
        parts.append(as_json("conversation/ratings", await rating.given(tx, vault, thread)))
    for file_id, blob_id in await erasure.thread_files(tx, thread.id) if thread else []:
        parts += await as_file(tx, vault, f"conversation/files/{file_id}", blob_id)
    found = await every(
        lambda cursor, limit: show_dispute.list_disputes(tx, loan_id=None, status=None, cursor=cursor, limit=limit)
    )
    for each in found:
        parts.append(as_json(f"disputes/{each.number}/dispute", await show_dispute.read_dispute(tx, vault, each.id)))
        for file_id, blob_id in await erasure.dispute_files(tx, each.id):
            parts += await as_file(tx, vault, f"disputes/{each.number}/{file_id}", blob_id)
    return parts


async def _hinders(tx: ReadTx, user_id: UUID) -> list[str]:
    return ["open_dispute"] if await disputes.living_of(tx, user_id) else []


async def _erase(tx: Tx, user_id: UUID) -> None:
    thread = await conversations.of_user(tx, user_id)
    if thread is not None:
        await forget_blobs(tx, [blob_id for _, blob_id in await erasure.thread_files(tx, thread.id)])
        await erasure.forget_words(tx, thread.id)
    for dispute_id in await erasure.disputes_of(tx, user_id):
        await forget_blobs(tx, [blob_id for _, blob_id in await erasure.dispute_files(tx, dispute_id)])


PERSONAL = PersonalData(export=_export, hinders=_hinders, erase=_erase)
