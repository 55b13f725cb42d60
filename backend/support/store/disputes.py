"""Disputes in SQL. A dispute's row is locked before anything of it is written."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.identity import Sight
from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from backend.support.domain.dispute import LIVING, Dispute
from backend.support.tables import dispute, dispute_entry, dispute_file
from shared.api.conversations import AttachmentOut
from shared.api.disputes import DisputeEntryOut, DisputeStatus, DisputeStep
from shared.ids import new_id

_NOTE, _REASONS = Field("dispute_entry", "note"), Field("dispute", "reasons")
_FILENAME = Field("dispute_file", "filename")
_CHANGING = (
    "status",
    "answer_by",
    "outcome",
    "found_minor",
    "resolved_at",
    "resolved_on",
    "resolved_by",
    "is_second_look",
)


class File(Struct, frozen=True, kw_only=True):
    """A file that shows what a dispute is about."""

    id: UUID
    dispute_id: UUID
    blob_id: UUID
    filename: str
    media_type: str
    size: int


async def add(tx: Tx, new: Dispute) -> bool:
    """Stores a dispute; False when the same thing is disputed already."""
    return await tx.execute(insert(dispute).values(msgspec.structs.asdict(new)).on_conflict_do_nothing()) == 1


async def standing(tx: ReadTx, new: Dispute) -> Dispute | None:
    """The living dispute about the same thing."""
    same = and_(
        dispute.c.loan_id == new.loan_id,
        dispute.c.status.in_(LIVING),
        dispute.c.transaction_id == new.transaction_id
        if new.transaction_id is not None
        else dispute.c.instalment == new.instalment,
    )
    return _dispute(await tx.first(select(dispute).where(same)))


async def get(tx: ReadTx, dispute_id: UUID) -> Dispute | None:
    """One dispute."""
    return _dispute(await tx.first(select(dispute).where(dispute.c.id == dispute_id)))


async def lock(tx: Tx, dispute_id: UUID) -> Dispute | None:
    """One dispute, held until the transaction ends."""
    return _dispute(await tx.first(select(dispute).where(dispute.c.id == dispute_id).with_for_update()))


async def save(tx: Tx, changed: Dispute) -> None:
    """Writes what can change of a locked dispute."""
    values = {name: getattr(changed, name) for name in _CHANGING}
    await tx.execute(update(dispute).where(dispute.c.id == changed.id).values(values))


async def set_reasons(tx: Tx, vault: Vault, of: Dispute, reasons: str | None) -> None:
    """Keeps the reasons of an outcome, which the borrower reads."""
    ring = await vault.subject_keyring(tx, of.user_id)
    sealed = ring.encrypt_text(_REASONS, reasons, row_id=of.id, subject_id=of.user_id) if reasons else None
    await tx.execute(update(dispute).where(dispute.c.id == of.id).values(reasons=sealed))


async def reasons(tx: ReadTx, vault: Vault, of: Dispute) -> str | None:
    """The reasons of an outcome; None once they were erased."""
    sealed = await tx.scalar(select(dispute.c.reasons).where(dispute.c.id == of.id))
    return _text(await vault.subject_keyring(tx, of.user_id), _REASONS, sealed, of.id)


async def note(
    tx: Tx, vault: Vault, of: Dispute, step: DisputeStep, *, by_staff: bool, text: str | None = None
) -> None:
    """Adds a step to a dispute's timeline."""
    ring, entry_id = await vault.subject_keyring(tx, of.user_id), new_id()
    values = {
        "id": entry_id,
        "dispute_id": of.id,
        "step": step,
        "actor": tx.scope.actor,
        "by_staff": by_staff,
        "note": ring.encrypt_text(_NOTE, text, row_id=entry_id, subject_id=of.user_id) if text else None,
        "at": tx.now,
    }
    await tx.execute(dispute_entry.insert().values(values))


async def timeline(tx: ReadTx, vault: Vault, of: Dispute) -> list[DisputeEntryOut]:
    """What happened to a dispute, in order."""
    ring = await vault.subject_keyring(tx, of.user_id)
    rows = await tx.all(select(dispute_entry).where(dispute_entry.c.dispute_id == of.id).order_by(dispute_entry.c.id))
    return [
        DisputeEntryOut(
            at=row.at, step=DisputeStep(row.step), by_staff=row.by_staff, text=_text(ring, _NOTE, row.note, row.id)
        )
        for row in rows
    ]


async def add_file(tx: Tx, vault: Vault, of: Dispute, new: File) -> None:
    """Stores what file shows what a dispute is about."""
    ring = await vault.subject_keyring(tx, of.user_id)
    values = msgspec.structs.asdict(new) | {
        "filename": ring.encrypt_text(_FILENAME, new.filename, row_id=new.id, subject_id=of.user_id),
        "created_at": tx.now,
    }
    await tx.execute(dispute_file.insert().values(values))


async def files(tx: ReadTx, vault: Vault, of: Dispute) -> list[AttachmentOut]:
    """The files of a dispute, in order."""
    ring = await vault.subject_keyring(tx, of.user_id)
    rows = await tx.all(select(dispute_file).where(dispute_file.c.dispute_id == of.id).order_by(dispute_file.c.id))
    return [
        AttachmentOut(
            id=row.id,
            filename=_text(ring, _FILENAME, row.filename, row.id) or "",
            media_type=row.media_type,
            size=row.size,
        )
        for row in rows
    ]


async def file_blob(tx: ReadTx, dispute_id: UUID, file_id: UUID) -> UUID | None:
    """Where a file of a dispute is kept."""
    mine = and_(dispute_file.c.dispute_id == dispute_id, dispute_file.c.id == file_id)
    row = await tx.first(select(dispute_file.c.blob_id).where(mine))
    return None if row is None else row.blob_id


async def listed(
    tx: ReadTx,
    sight: Sight,
    *,
    loan_id: UUID | None,
    status: DisputeStatus | None,
    before: UUID | None,
    limit: int,
) -> list[Dispute]:
    """Disputes that the caller may see, the newest first."""
    wanted = select(dispute)
    if sight.user_id is not None:
        own = and_(dispute.c.user_id == sight.user_id, dispute.c.business_id.is_(None))
        wanted = wanted.where(or_(own, dispute.c.business_id.in_(sight.business_ids)))
    if loan_id is not None:
        wanted = wanted.where(dispute.c.loan_id == loan_id)
    if status is not None:
        wanted = wanted.where(dispute.c.status == status)
    if before is not None:
        wanted = wanted.where(dispute.c.id < before)
    rows = await tx.all(wanted.order_by(dispute.c.id.desc()).limit(limit))
    return [into(row, Dispute) for row in rows]


async def overdue(tx: ReadTx, today: date, limit: int) -> list[Dispute]:
    """Living disputes whose outcome should have been told by now, the latest first."""
    late = and_(dispute.c.status.in_(LIVING), dispute.c.answer_by < today)
    rows = await tx.all(select(dispute).where(late).order_by(dispute.c.answer_by, dispute.c.id).limit(limit))
    return [into(row, Dispute) for row in rows]


async def living_of(tx: ReadTx, user_id: UUID) -> list[UUID]:
    """A person's living disputes."""
    mine = and_(dispute.c.user_id == user_id, dispute.c.status.in_(LIVING))
    return [row.id for row in await tx.all(select(dispute.c.id).where(mine).order_by(dispute.c.id))]


def _text(ring: Keyring, field: Field, sealed: bytes | None, row_id: UUID) -> str | None:
    try:
        return ring.decrypt_text(field, sealed, row_id=row_id) if sealed else None
    except DataErased:
        return None


def _dispute(row: Row[Any] | None) -> Dispute | None:
    return None if row is None else into(row, Dispute)
