"""The tenants' data keys at rest, and the opened keyrings that this process keeps for a minute at a time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from backend.kernel.crypto import KeyPurpose, Keyring, MasterKeys, WrappedKey
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.tables import data_key

KEPT = timedelta(seconds=60)  # how long another process may go on reading what was erased here
MAX_KEPT = 1_000


class Vault:
    """Opens keyrings. One for each process, made in `wiring`."""

    def __init__(self, masters: MasterKeys) -> None:
        self._masters = masters
        self._kept: dict[UUID, tuple[datetime, Keyring]] = {}

    async def keyring(self, tx: ReadTx) -> Keyring:
        """The tenant's opened keys."""
        kept = self._kept.get(tx.tenant_id)
        if kept and tx.now - kept[0] < KEPT:
            return kept[1]
        rows = await tx.all(select(data_key).where(data_key.c.subject_id.is_(None)).order_by(data_key.c.id.desc()))
        ring = Keyring(tx.tenant_id, self._masters, [into(row, WrappedKey) for row in rows])
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[tx.tenant_id] = (tx.now, ring)
        return ring

    async def is_provisioned(self, tx: ReadTx) -> bool:
        """Whether the tenant has keys."""
        return await tx.scalar(select(data_key.c.id).limit(1)) is not None

    async def provision(self, tx: Tx) -> None:
        """Gives a new tenant its keys."""
        for purpose in (KeyPurpose.FIELD, KeyPurpose.INDEX):
            await self._store(tx, self._masters.new_data_key(tx.tenant_id, purpose))
        self._kept.pop(tx.tenant_id, None)

    async def provision_subject(self, tx: Tx, subject_id: UUID) -> None:
        """Gives one person a key of their own, so that one person can be erased."""
        await self._store(tx, self._masters.new_data_key(tx.tenant_id, KeyPurpose.FIELD, subject_id=subject_id))

    async def subject_keyring(self, tx: ReadTx, subject_id: UUID) -> Keyring:
        """The tenant's keyring with this person's keys opened as well."""
        ring = await self.keyring(tx)
        if not ring.has_key_of(subject_id):
            rows = await tx.all(
                select(data_key).where(data_key.c.subject_id == subject_id).order_by(data_key.c.id.desc())
            )
            ring.add(into(row, WrappedKey) for row in rows)
        return ring

    async def erase_subject(self, tx: Tx, subject_id: UUID) -> None:
        """Destroys a person's keys: whatever they encrypted is unreadable from then on, in backups as well."""
        gone = update(data_key).where(data_key.c.subject_id == subject_id).values(wrapped=b"", destroyed_at=tx.now)
        await tx.execute(gone)
        self._kept.pop(tx.tenant_id, None)

    async def rotate(self, tx: Tx) -> None:
        """Starts a new data key for the tenant; what older keys sealed stays readable."""
        await self._store(tx, self._masters.new_data_key(tx.tenant_id, KeyPurpose.FIELD))
        self._kept.pop(tx.tenant_id, None)

    async def rewrap(self, tx: Tx) -> int:
        """Brings the tenant's data keys under the newest master key. Returns how many it changed."""
        rows = await tx.all(select(data_key).order_by(data_key.c.id).with_for_update())
        stale = [key for row in rows if self._masters.needs_rewrap(key := into(row, WrappedKey))]
        for key in stale:
            fresh = self._masters.rewrap(key)
            await tx.execute(update(data_key).where(data_key.c.id == key.id).values(wrapped=fresh.wrapped))
        return len(stale)

    async def _store(self, tx: Tx, key: WrappedKey) -> None:
        values = {
            "id": key.id,
            "purpose": key.purpose.value,
            "subject_id": key.subject_id,
            "wrapped": key.wrapped,
            "created_at": tx.now,
        }
        await tx.execute(data_key.insert(), values)
