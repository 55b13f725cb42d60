"""Takes a file in: cleaned, encrypted, noted."""

import asyncio
from uuid import UUID

from backend import identity
from backend.kernel import audit, blobs
from backend.kernel.blobs import Blob
from backend.kernel.db import Tx
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.onboarding import store
from backend.onboarding.errors import FileMissing
from backend.onboarding.imaging import CleanFile, clean_file
from backend.onboarding.records import DocumentRecord
from shared.api.onboarding import DocumentPurpose
from shared.ids import new_id

# A picture takes some hundred megabytes while it is decoded: more at once would starve the process.
_decoding = asyncio.Semaphore(2)


async def clean_upload(content: bytes) -> CleanFile:
    """The file as it may be kept, worked on in a thread. Raises FileRefused."""
    async with _decoding:
        return await asyncio.to_thread(clean_file, content)


async def keep_document(tx: Tx, vault: Vault, purpose: DocumentPurpose, file: CleanFile) -> DocumentRecord:
    """Stores a cleaned file encrypted, as the caller's."""
    blob = await blobs.put(tx, vault, file.content, file.media_type)
    record = DocumentRecord(
        id=new_id(),
        blob_id=blob.id,
        user_id=identity.caller(tx).user_id,
        purpose=purpose,
        media_type=file.media_type,
        size=len(file.content),
        sha256=blob.sha256,
        created_at=tx.now,
        width=file.width,
        height=file.height,
    )
    await store.add_document(tx, record)
    await audit.record(tx, "onboarding.document_uploaded", f"kyc_document:{record.id}", purpose=purpose)
    return record


async def read_document(tx: Tx, vault: Vault, document_id: UUID) -> Blob:
    """A file's content, for its owner or a compliance officer, whose look is noted. Raises FileMissing, DataErased."""
    found = await store.documents(tx, [document_id])
    principal = identity.caller(tx)
    if not found or (found[0].user_id != principal.user_id and not principal.has(Role.COMPLIANCE_OFFICER)):
        raise FileMissing
    if found[0].user_id != principal.user_id:
        await audit.record(tx, "onboarding.document_viewed", f"kyc_document:{document_id}")
    return await blobs.get(tx, vault, found[0].blob_id)
