"""Disbursements in SQL. A disbursement is locked before its steps are added."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from backend.disbursement.domain.disbursement import Disbursement
from backend.disbursement.tables import disbursement, disbursement_step
from backend.identity import Sight
from backend.kernel.db import ReadTx, Tx, into
from shared.api.disbursement import DisbursementStatus, DisbursementStepOut
from shared.ids import new_id


async def add(tx: Tx, new: Disbursement) -> bool:
    """Stores a new disbursement with its first step; False when its loan has one already."""
    added = insert(disbursement).values(msgspec.structs.asdict(new)).on_conflict_do_nothing()
    if not await tx.execute(added):
        return False
    await _add_step(tx, new)
    return True


async def save(tx: Tx, moved: Disbursement) -> None:
    """Stores a locked disbursement as it is now, and the step that it made."""
    values = msgspec.structs.asdict(moved)
    changed = await tx.execute(update(disbursement).where(disbursement.c.id == moved.id).values(values))
    assert changed == 1, "the disbursement was locked"
    await _add_step(tx, moved)


async def _add_step(tx: Tx, at: Disbursement) -> None:
    step = {
        "id": new_id(),
        "disbursement_id": at.id,
        "at": tx.now,
        "status": at.status,
        "payout_id": at.payout_id,
        "actor": tx.scope.actor,
        "reason_code": at.reason_code,
    }
    await tx.execute(disbursement_step.insert(), step)


async def lock(tx: Tx, disbursement_id: UUID) -> Disbursement | None:
    """One disbursement, held until the transaction ends."""
    return await _locked(tx, disbursement.c.id == disbursement_id)


async def lock_by_payout(tx: Tx, payout_id: UUID) -> Disbursement | None:
    """The disbursement whose present attempt is this payout, held until the transaction ends."""
    return await _locked(tx, disbursement.c.payout_id == payout_id)


async def lock_by_loan(tx: Tx, loan_id: UUID) -> Disbursement | None:
    """A loan's disbursement, held until the transaction ends."""
    return await _locked(tx, disbursement.c.loan_id == loan_id)


async def _locked(tx: Tx, condition: Any) -> Disbursement | None:
    row = await tx.first(select(disbursement).where(condition).with_for_update())
    return None if row is None else into(row, Disbursement)


async def by_id(tx: ReadTx, disbursement_id: UUID) -> Disbursement | None:
    """One disbursement."""
    row = await tx.first(select(disbursement).where(disbursement.c.id == disbursement_id))
    return None if row is None else into(row, Disbursement)


async def by_loan(tx: ReadTx, loan_id: UUID) -> Disbursement | None:
    """A loan's disbursement."""
    row = await tx.first(select(disbursement).where(disbursement.c.loan_id == loan_id))
    return None if row is None else into(row, Disbursement)


async def newest(
    tx: ReadTx, sight: Sight, *, status: DisbursementStatus | None, before: UUID | None, limit: int
) -> list[Disbursement]:
    """The newest disbursements that the caller may see."""
    wanted = select(disbursement).order_by(disbursement.c.id.desc()).limit(limit)
    if sight.user_id is not None:
        own = and_(disbursement.c.user_id == sight.user_id, disbursement.c.business_id.is_(None))
        wanted = wanted.where(or_(own, disbursement.c.business_id.in_(sight.business_ids)))
    if status is not None:
        wanted = wanted.where(disbursement.c.status == status)
    if before is not None:
        wanted = wanted.where(disbursement.c.id < before)
    return [into(row, Disbursement) for row in await tx.all(wanted)]


async def steps(tx: ReadTx, disbursement_id: UUID) -> list[DisbursementStepOut]:
    """The timeline, the oldest step first."""
    mine = disbursement_step.c.disbursement_id == disbursement_id
    rows = await tx.all(select(disbursement_step).where(mine).order_by(disbursement_step.c.id))
    return [into(row, DisbursementStepOut) for row in rows]


_OFF_THEIR_TIMELINE = text(
    "SELECT d.id FROM disbursement d WHERE d.status IS DISTINCT FROM (SELECT s.status FROM disbursement_step s"
    " WHERE s.disbursement_id = d.id ORDER BY s.id DESC LIMIT 1) LIMIT 20"
)


async def off_their_timeline(tx: ReadTx) -> list[str]:
    """Disbursements that are not where their last step left them."""
    rows = await tx.all(_OFF_THEIR_TIMELINE)
    return [f"disbursement {row.id} is not where its timeline ends" for row in rows]
