"""Ceremonies: passkeys being added or used."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update

from backend.identity.domain.passkeys import Ceremony
from backend.identity.passkey_tables import passkey_ceremony
from backend.identity.store.passkeys import Credential
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault

_MADE = Field("passkey_ceremony", "made")


async def add(tx: Tx, new: Ceremony) -> None:
    """Stores a ceremony that begins now."""
    await tx.execute(passkey_ceremony.insert().values(**msgspec.structs.asdict(new), created_at=tx.now))


async def get(tx: ReadTx, ceremony_id: UUID) -> Ceremony | None:
    """The ceremony with this id."""
    row = await tx.first(select(passkey_ceremony).where(passkey_ceremony.c.id == ceremony_id))
    return into(row, Ceremony) if row else None


async def lock(tx: Tx, ceremony_id: UUID) -> Ceremony | None:
    """The ceremony with this id, held until the transaction ends."""
    row = await tx.first(select(passkey_ceremony).where(passkey_ceremony.c.id == ceremony_id).with_for_update())
    return into(row, Ceremony) if row else None


async def refuse(tx: Tx, ceremony_id: UUID) -> None:
    """Ends it without a code."""
    await _set(tx, ceremony_id, answered_at=tx.now)


async def answer(tx: Tx, ceremony_id: UUID, passkey_id: UUID, code_hash: bytes) -> None:
    """Notes that a passkey was used, and what the app's code hashes to."""
    await _set(tx, ceremony_id, answered_at=tx.now, passkey_id=passkey_id, code_hash=code_hash)


async def keep_made(tx: Tx, vault: Vault, of: Ceremony, made: Credential, code_hash: bytes) -> None:
    """Keeps a credential that was made, until the app redeems the code for it."""
    assert of.person_id is not None, "who adds a passkey is known"
    ring = await vault.subject_keyring(tx, of.person_id)
    sealed = ring.encrypt(_MADE, msgspec.json.encode(made), row_id=of.id, subject_id=of.person_id)
    await _set(tx, of.id, answered_at=tx.now, made=sealed, code_hash=code_hash)


async def made_in(tx: ReadTx, vault: Vault, of: Ceremony) -> Credential:
    """The credential that was made in an answered ceremony."""
    assert of.person_id is not None, "who adds a passkey is known"
    sealed = await tx.scalar(select(passkey_ceremony.c.made).where(passkey_ceremony.c.id == of.id))
    ring = await vault.subject_keyring(tx, of.person_id)
    return msgspec.json.decode(ring.decrypt(_MADE, sealed, row_id=of.id), type=Credential)


async def redeem(tx: Tx, ceremony_id: UUID, *, added: UUID | None = None) -> None:
    """Uses the code up, and forgets what was made; `added` is the passkey that it became."""
    became = {} if added is None else {"passkey_id": added}
    await _set(tx, ceremony_id, redeemed_at=tx.now, made=None, **became)


async def forget_of(tx: Tx, person_id: UUID) -> None:
    """Deletes what a person began while signed in. Sign-ins name nobody; they go with what is old."""
    await tx.execute(delete(passkey_ceremony).where(passkey_ceremony.c.person_id == person_id))


async def forget_old(tx: Tx, kept_for: timedelta) -> None:
    """Deletes ceremonies that nobody asks about any more."""
    await tx.execute(delete(passkey_ceremony).where(passkey_ceremony.c.created_at < tx.now - kept_for))


async def _set(tx: Tx, ceremony_id: UUID, **values: Any) -> None:
    await tx.execute(update(passkey_ceremony).where(passkey_ceremony.c.id == ceremony_id).values(**values))
