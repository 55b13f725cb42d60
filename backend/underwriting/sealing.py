"""Seals what decisions are made of, under the applicant's own key where there is one, so that it can be erased."""

from uuid import UUID

from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault


async def seal(tx: ReadTx, vault: Vault, field: Field, content: bytes, *, row_id: UUID, user_id: UUID) -> bytes:
    """`content` sealed for one field of one row."""
    ring = await vault.subject_keyring(tx, user_id)
    subject_id = user_id if ring.has_key_of(user_id) else None
    return ring.encrypt(field, content, row_id=row_id, subject_id=subject_id)


async def unseal(tx: ReadTx, vault: Vault, field: Field, sealed: bytes, *, row_id: UUID, user_id: UUID) -> bytes:
    """What `seal` sealed. Raises DataErased once the person was erased."""
    ring = await vault.subject_keyring(tx, user_id)
    return ring.decrypt(field, sealed, row_id=row_id)
