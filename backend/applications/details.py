"""What applicants tell in their own words and figures, sealed under their own key where they have one."""

from uuid import UUID

import msgspec

from backend.applications import store
from backend.applications.domain.application import Application
from backend.applications.records import DETAILS, FILENAME
from backend.kernel.crypto import Keyring
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationDetails


def _subject(ring: Keyring, user_id: UUID) -> UUID | None:
    return user_id if ring.has_key_of(user_id) else None


async def seal(tx: ReadTx, vault: Vault, of: Application, details: ApplicationDetails | None) -> bytes | None:
    """`details` sealed for the application's row."""
    if details is None:
        return None
    ring = await vault.subject_keyring(tx, of.user_id)
    return ring.encrypt(DETAILS, msgspec.json.encode(details), row_id=of.id, subject_id=_subject(ring, of.user_id))


async def read(tx: ReadTx, vault: Vault, of: Application) -> ApplicationDetails | None:
    """What the applicant told. Raises DataErased once the applicant was erased."""
    sealed = await store.sealed_details(tx, of.id)
    if sealed is None:
        return None
    ring = await vault.subject_keyring(tx, of.user_id)
    return msgspec.json.decode(ring.decrypt(DETAILS, sealed, row_id=of.id), type=ApplicationDetails)


async def seal_filename(tx: ReadTx, vault: Vault, of: Application, attachment_id: UUID, filename: str) -> bytes:
    """A file's name, which often holds its owner's."""
    ring = await vault.subject_keyring(tx, of.user_id)
    return ring.encrypt_text(FILENAME, filename, row_id=attachment_id, subject_id=_subject(ring, of.user_id))


async def open_filename(tx: ReadTx, vault: Vault, of: Application, attachment_id: UUID, sealed: bytes) -> str:
    """A file's name. Raises DataErased."""
    ring = await vault.subject_keyring(tx, of.user_id)
    return ring.decrypt_text(FILENAME, sealed, row_id=attachment_id)
