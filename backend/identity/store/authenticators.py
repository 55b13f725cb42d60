"""People's authenticator apps and their recovery codes."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.identity.domain.second_factor import is_locked
from backend.identity.tables import authenticator
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault

_SECRET = Field("authenticator", "secret")


class Stored(Struct, frozen=True, kw_only=True):
    """An authenticator app; it counts once it is confirmed."""

    secret: str
    confirmed: bool
    last_step: int | None
    recovery_hashes: tuple[bytes, ...]
    locked: bool


async def has_confirmed(tx: ReadTx, person_id: UUID) -> bool:
    """Whether the person has an authenticator app that counts."""
    confirmed = select(authenticator.c.person_id).where(
        authenticator.c.person_id == person_id, authenticator.c.confirmed_at.is_not(None)
    )
    return await tx.first(confirmed) is not None


async def lock(tx: Tx, vault: Vault, person_id: UUID) -> Stored | None:
    """The person's authenticator app, held until the transaction ends."""
    row = await tx.first(select(authenticator).where(authenticator.c.person_id == person_id).with_for_update())
    if row is None:
        return None
    ring = await vault.subject_keyring(tx, person_id)
    return Stored(
        secret=ring.decrypt_text(_SECRET, row.secret, row_id=person_id),
        confirmed=row.confirmed_at is not None,
        last_step=row.last_step,
        recovery_hashes=tuple(row.recovery_hashes),
        locked=is_locked(row.failures, row.failed_at, tx.now),
    )


async def begin(tx: Tx, vault: Vault, person_id: UUID, secret: str) -> None:
    """Stores a secret that still has to be confirmed, in place of one that never was."""
    ring = await vault.subject_keyring(tx, person_id)
    values = {
        "person_id": person_id,
        "secret": ring.encrypt_text(_SECRET, secret, row_id=person_id, subject_id=person_id),
        "recovery_hashes": [],
        "created_at": tx.now,
    }
    fresh = insert(authenticator).values(values)
    await tx.execute(
        fresh.on_conflict_do_update(
            index_elements=["tenant_id", "person_id"], set_=values, where=authenticator.c.confirmed_at.is_(None)
        )
    )


async def confirm(tx: Tx, person_id: UUID, step: int, recovery_hashes: Sequence[bytes]) -> None:
    """Makes the authenticator app count."""
    await _set(tx, person_id, confirmed_at=tx.now, last_step=step, recovery_hashes=list(recovery_hashes), failures=0)


async def use_step(tx: Tx, person_id: UUID, step: int) -> None:
    """Notes the newest time step whose code was used."""
    await _set(tx, person_id, last_step=step, failures=0)


async def set_recovery(tx: Tx, person_id: UUID, recovery_hashes: Sequence[bytes]) -> None:
    """Sets the recovery codes that are left."""
    await _set(tx, person_id, recovery_hashes=list(recovery_hashes), failures=0)


async def count_failure(tx: Tx, person_id: UUID) -> None:
    """Counts a wrong code."""
    await _set(tx, person_id, failures=authenticator.c.failures + 1, failed_at=tx.now)


async def remove(tx: Tx, person_id: UUID) -> None:
    """Forgets the authenticator app and its recovery codes."""
    await tx.execute(delete(authenticator).where(authenticator.c.person_id == person_id))


async def _set(tx: Tx, person_id: UUID, **values: object) -> None:
    await tx.execute(update(authenticator).where(authenticator.c.person_id == person_id).values(**values))
