"""Documents at rest: encrypted, hashed, limited in size."""

import hashlib
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tables import blob
from backend.kernel.vault import Vault
from shared.errors import NotFound, Unprocessable
from shared.ids import new_id

MAX_BYTES = 10 * 1024 * 1024
_FIELD = Field("blob", "sealed")


class DocumentTooLarge(Unprocessable):
    """More bytes than a document may have."""

    code = "document_too_large"
    message = "The file has {size} bytes; the limit is {limit}. Send a smaller one."


class DocumentNotFound(NotFound):
    """No such document in this tenant."""

    code = "document_not_found"
    message = "There is no such document here. Check the identifier."


class Blob(Struct, frozen=True, kw_only=True):
    """A document with its content."""

    id: UUID
    content_type: str
    sha256: bytes
    content: bytes


async def put(tx: Tx, vault: Vault, content: bytes, content_type: str) -> Blob:
    """Stores `content` encrypted. Raises DocumentTooLarge."""
    if len(content) > MAX_BYTES:
        raise DocumentTooLarge(size=len(content), limit=MAX_BYTES)
    stored = Blob(id=new_id(), content_type=content_type, sha256=hashlib.sha256(content).digest(), content=content)
    sealed = (await vault.keyring(tx)).encrypt(_FIELD, content, row_id=stored.id)
    values = {
        "id": stored.id,
        "content_type": content_type,
        "size": len(content),
        "sha256": stored.sha256,
        "sealed": sealed,
        "at": tx.now,
    }
    await tx.execute(blob.insert(), values)
    return stored


async def get(tx: ReadTx, vault: Vault, blob_id: UUID) -> Blob:
    """Reads a document back, decrypted. Raises DocumentNotFound, DataErased, CiphertextError."""
    row = await tx.first(select(blob).where(blob.c.id == blob_id))
    if row is None:
        raise DocumentNotFound
    content = (await vault.keyring(tx)).decrypt(_FIELD, row.sealed, row_id=blob_id)
    return Blob(id=blob_id, content_type=row.content_type, sha256=row.sha256, content=content)
