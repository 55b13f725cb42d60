"""People's passkeys. What a credential says is sealed under the person's key; its id is found by a keyed hash."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from backend.identity.errors import PasskeyUnconfirmed
from backend.identity.passkey_tables import passkey
from backend.identity.tables import person
from backend.kernel.crypto import Field, Keyring
from backend.kernel.db import ReadTx, Tx, constraint
from backend.kernel.vault import Vault
from shared.api.passkeys import PasskeyOut

_CREDENTIAL, _NAME = Field("passkey", "credential"), Field("passkey", "name")


class Credential(Struct, frozen=True, kw_only=True):
    """What a browser said of a key pair. Its maker knows the person by `user_handle`: random, and no id of ours."""

    id: bytes
    public_key: bytes
    user_handle: bytes
    aaguid: str
    transports: tuple[str, ...]
    sign_count: int
    synced: bool


class Stored(Struct, frozen=True, kw_only=True):
    """A passkey, whose it is, and how often it has signed."""

    id: UUID
    person_id: UUID
    credential: Credential
    sign_count: int


async def add(tx: Tx, vault: Vault, new: Stored, name: str) -> None:
    """Stores a passkey. Raises PasskeyUnconfirmed where its credential is somebody's already."""
    ring, tenant_ring = await vault.subject_keyring(tx, new.person_id), await vault.keyring(tx)
    bound = {"row_id": new.id, "subject_id": new.person_id}
    values = {
        "id": new.id,
        "person_id": new.person_id,
        "credential_index": _index(tenant_ring, new.credential.id),
        "credential": ring.encrypt(_CREDENTIAL, msgspec.json.encode(new.credential), **bound),
        "name": ring.encrypt_text(_NAME, name, **bound),
        "sign_count": new.sign_count,
        "synced": new.credential.synced,
        "added_at": tx.now,
    }
    try:
        await tx.execute(passkey.insert().values(values))
    except IntegrityError as failure:
        if constraint(failure) == "uq_passkey_credential_index":
            raise PasskeyUnconfirmed from failure
        raise


async def lock_by_credential(tx: Tx, vault: Vault, credential_id: bytes) -> Stored | None:
    """The passkey of a credential, held until the transaction ends."""
    index = _index(await vault.keyring(tx), credential_id)
    row = await tx.first(select(passkey).where(passkey.c.credential_index == index).with_for_update())
    return None if row is None else _opened(await vault.subject_keyring(tx, row.person_id), row)


async def owner_of(tx: ReadTx, passkey_id: UUID) -> UUID | None:
    """Whose passkey it is, while it is anybody's."""
    row = await tx.first(select(passkey.c.person_id).where(passkey.c.id == passkey_id))
    return None if row is None else row.person_id


async def of_person(tx: ReadTx, vault: Vault, person_id: UUID) -> list[Stored]:
    """A person's passkeys, the oldest first."""
    ring = await vault.subject_keyring(tx, person_id)
    return [_opened(ring, row) for row in await _rows(tx, person_id)]


async def shown(tx: ReadTx, vault: Vault, person_id: UUID) -> list[PasskeyOut]:
    """A person's passkeys as they see them, the oldest first."""
    ring = await vault.subject_keyring(tx, person_id)
    return [
        PasskeyOut(
            id=row.id,
            name=ring.decrypt_text(_NAME, row.name, row_id=row.id),
            synced=row.synced,
            added_at=row.added_at,
            last_used_at=row.last_used_at,
        )
        for row in await _rows(tx, person_id)
    ]


async def lock_person(tx: Tx, person_id: UUID) -> None:
    """Makes those who add passkeys to the same person take turns until the transaction ends."""
    await tx.one(select(person.c.id).where(person.c.id == person_id).with_for_update())


async def use(tx: Tx, passkey_id: UUID, sign_count: int, *, synced: bool) -> None:
    """Notes a use."""
    values = {"sign_count": sign_count, "synced": synced, "last_used_at": tx.now}
    await tx.execute(update(passkey).where(passkey.c.id == passkey_id).values(values))


async def rename(tx: Tx, vault: Vault, passkey_id: UUID, person_id: UUID, name: str) -> bool:
    """Gives a passkey of this person's another name; False where there is none."""
    ring = await vault.subject_keyring(tx, person_id)
    sealed = ring.encrypt_text(_NAME, name, row_id=passkey_id, subject_id=person_id)
    mine = (passkey.c.id == passkey_id) & (passkey.c.person_id == person_id)
    return bool(await tx.execute(update(passkey).where(mine).values(name=sealed)))


async def remove(tx: Tx, passkey_id: UUID, person_id: UUID) -> bool:
    """Forgets a passkey of this person's; False where there is none."""
    mine = (passkey.c.id == passkey_id) & (passkey.c.person_id == person_id)
    return bool(await tx.execute(delete(passkey).where(mine)))


async def remove_all(tx: Tx, person_id: UUID) -> None:
    """Forgets every passkey of a person."""
    await tx.execute(delete(passkey).where(passkey.c.person_id == person_id))


async def _rows(tx: ReadTx, person_id: UUID) -> list[Row[Any]]:
    mine = select(passkey).where(passkey.c.person_id == person_id).order_by(passkey.c.added_at, passkey.c.id)
    return list(await tx.all(mine))


def _index(ring: Keyring, credential_id: bytes) -> bytes:
    return ring.blind_index(_CREDENTIAL, credential_id.hex())


def _opened(ring: Keyring, row: Row[Any]) -> Stored:
    sealed = ring.decrypt(_CREDENTIAL, row.credential, row_id=row.id)
    return Stored(
        id=row.id,
        person_id=row.person_id,
        credential=msgspec.json.decode(sealed, type=Credential),
        sign_count=row.sign_count,
    )
