"""Service accounts' secrets, kept as hashes. The account itself is a person without contacts."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select, update

from backend.identity.tables import service_account
from backend.kernel.db import ReadTx, Tx, into


class Service(Struct, frozen=True, kw_only=True):
    """A service account's newest secret, by its hash."""

    person_id: UUID
    generation: int
    secret_hash: bytes
    created_at: datetime
    revoked_at: datetime | None = None


async def add(tx: Tx, new: Service) -> None:
    """Stores an account."""
    values = {name: getattr(new, name) for name in ("person_id", "generation", "secret_hash", "created_at")}
    await tx.execute(service_account.insert().values(values))


async def get(tx: ReadTx, person_id: UUID) -> Service | None:
    """One account."""
    row = await tx.first(select(service_account).where(service_account.c.person_id == person_id))
    return None if row is None else into(row, Service)


async def lock(tx: Tx, person_id: UUID) -> Service | None:
    """One account, held until the transaction ends."""
    mine = select(service_account).where(service_account.c.person_id == person_id).with_for_update()
    row = await tx.first(mine)
    return None if row is None else into(row, Service)


async def listed(tx: ReadTx) -> list[Service]:
    """Every account, the oldest first."""
    rows = await tx.all(select(service_account).order_by(service_account.c.person_id).limit(100))
    return [into(row, Service) for row in rows]


async def save(tx: Tx, changed: Service) -> None:
    """Writes the secret and the end of a locked account."""
    values = {name: getattr(changed, name) for name in ("generation", "secret_hash", "revoked_at")}
    await tx.execute(update(service_account).where(service_account.c.person_id == changed.person_id).values(values))
