"""Compliance in SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.compliance.domain.deletion import LIVING, Deletion
from backend.compliance.domain.export import Export
from backend.compliance.tables import data_export, data_export_piece, deletion, retained_person
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from shared.api.compliance import DeletionStatus, ExportStatus

_PIECE, _PERSON = Field("data_export_piece", "sealed"), Field("retained_person", "sealed")
PIECE_BYTES = 4 * 1024 * 1024


class ExportLink(Struct, frozen=True, kw_only=True):
    """The newest link to a copy."""

    hash: bytes | None
    expires_at: datetime | None


async def add_export(tx: Tx, new: Export) -> bool:
    """Stores a copy that is to be prepared; False while another one is."""
    return await tx.execute(insert(data_export).values(msgspec.structs.asdict(new)).on_conflict_do_nothing()) == 1


async def export(tx: ReadTx, export_id: UUID) -> Export | None:
    """One copy."""
    return _export(await tx.first(select(data_export).where(data_export.c.id == export_id)))


async def lock_export(tx: Tx, export_id: UUID) -> Export | None:
    """One copy, held until the transaction ends."""
    return _export(await tx.first(select(data_export).where(data_export.c.id == export_id).with_for_update()))


async def exports_of(tx: ReadTx, user_id: UUID) -> list[Export]:
    """A person's copies, the newest first."""
    mine = select(data_export).where(data_export.c.user_id == user_id).order_by(data_export.c.id.desc()).limit(50)
    return [into(row, Export) for row in await tx.all(mine)]


async def save_export(tx: Tx, changed: Export) -> None:
    """Writes where a locked copy stands."""
    names = ("status", "ready_at", "expires_at", "size", "sha256")
    values = {name: getattr(changed, name) for name in names}
    await tx.execute(update(data_export).where(data_export.c.id == changed.id).values(values))


async def add_pieces(tx: Tx, vault: Vault, of: Export, content: bytes) -> None:
    """Stores a copy in pieces under its person's own key."""
    ring = await vault.subject_keyring(tx, of.user_id)
    for number, start in enumerate(range(0, len(content), PIECE_BYTES)):
        piece = content[start : start + PIECE_BYTES]
        sealed = ring.encrypt(_PIECE, piece, row_id=of.id, subject_id=of.user_id)
        row = {"export_id": of.id, "number": number, "sealed": sealed}
        await tx.execute(data_export_piece.insert().values(row))


async def content(tx: ReadTx, vault: Vault, of: Export) -> bytes:
    """A copy, put together. Raises DataErased."""
    ring = await vault.subject_keyring(tx, of.user_id)
    mine = select(data_export_piece).where(data_export_piece.c.export_id == of.id)
    rows = await tx.all(mine.order_by(data_export_piece.c.number))
    return b"".join(ring.decrypt(_PIECE, row.sealed, row_id=of.id) for row in rows)


async def forget_pieces(tx: Tx, export_id: UUID) -> None:
    """Deletes what a copy holds."""
    await tx.execute(delete(data_export_piece).where(data_export_piece.c.export_id == export_id))


async def expired(tx: ReadTx, limit: int) -> list[UUID]:
    """Copies whose time is over, in the order in which they are locked."""
    over = and_(data_export.c.status == ExportStatus.READY, data_export.c.expires_at <= tx.now)
    return [row.id for row in await tx.all(select(data_export.c.id).where(over).order_by("id").limit(limit))]


async def set_link(tx: Tx, export_id: UUID, link: ExportLink) -> None:
    """Sets the newest link to a copy."""
    values = {"link_hash": link.hash, "link_expires_at": link.expires_at}
    await tx.execute(update(data_export).where(data_export.c.id == export_id).values(values))


async def link(tx: ReadTx, export_id: UUID) -> ExportLink:
    """The newest link to a copy."""
    row = await tx.first(
        select(data_export.c.link_hash, data_export.c.link_expires_at).where(data_export.c.id == export_id)
    )
    if row is None:
        return ExportLink(hash=None, expires_at=None)
    return ExportLink(hash=row.link_hash, expires_at=row.link_expires_at)


async def add_deletion(tx: Tx, new: Deletion) -> bool:
    """Stores a request to end an account; False while another one lives."""
    row = msgspec.structs.asdict(new) | {"hindered_by": list(new.hindered_by)}
    return await tx.execute(insert(deletion).values(row).on_conflict_do_nothing()) == 1


async def deletion_of(tx: ReadTx, user_id: UUID) -> Deletion | None:
    """A person's newest request."""
    mine = select(deletion).where(deletion.c.user_id == user_id).order_by(deletion.c.id.desc()).limit(1)
    return _deletion(await tx.first(mine))


async def lock_living(tx: Tx, user_id: UUID) -> Deletion | None:
    """A person's request that is still to be carried out, held until the transaction ends."""
    living = and_(deletion.c.user_id == user_id, deletion.c.status.in_(LIVING))
    return _deletion(await tx.first(select(deletion).where(living).with_for_update()))


async def lock_deletion(tx: Tx, deletion_id: UUID) -> Deletion | None:
    """One request, held until the transaction ends."""
    return _deletion(await tx.first(select(deletion).where(deletion.c.id == deletion_id).with_for_update()))


async def save_deletion(tx: Tx, changed: Deletion) -> None:
    """Writes where a locked request stands."""
    values = {
        "status": changed.status,
        "due_at": changed.due_at,
        "hindered_by": list(changed.hindered_by),
        "ended_at": changed.ended_at,
        "erase_on": changed.erase_on,
    }
    await tx.execute(update(deletion).where(deletion.c.id == changed.id).values(values))


async def due(tx: ReadTx, today: date, limit: int) -> Sequence[UUID]:
    """Requests whose time has come, and closed accounts that need be kept no longer."""
    now = and_(deletion.c.status.in_(LIVING), deletion.c.due_at <= tx.now)
    later = and_(deletion.c.status == DeletionStatus.CLOSED, deletion.c.erase_on <= today)
    return [row.id for row in await tx.all(select(deletion.c.id).where(now | later).order_by("id").limit(limit))]


async def retain(tx: Tx, vault: Vault, user_id: UUID, person: Struct, until: date) -> None:
    """Keeps who somebody was, under their own key. Idempotent: the first word counts."""
    ring = await vault.subject_keyring(tx, user_id)
    sealed = ring.encrypt(_PERSON, msgspec.json.encode(person), row_id=user_id, subject_id=user_id)
    values = {"user_id": user_id, "sealed": sealed, "until": until}
    await tx.execute(insert(retained_person).values(values).on_conflict_do_nothing())


async def release(tx: Tx, user_id: UUID) -> None:
    """Forgets who somebody was."""
    await tx.execute(delete(retained_person).where(retained_person.c.user_id == user_id))


def _export(row: Row[Any] | None) -> Export | None:
    return None if row is None else into(row, Export)


def _deletion(row: Row[Any] | None) -> Deletion | None:
    return None if row is None else into(row, Deletion)
