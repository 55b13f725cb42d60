"""Arrears in SQL. A loan's living case is locked before its promises, and these in the order of their ids."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from backend.arrears.domain.hardship import Case, Plan, Told
from backend.arrears.domain.promise import Promise, Received
from backend.arrears.tables import delinquency, hardship_case, hardship_plan, promise, promise_payment
from backend.kernel.crypto import DataErased, Field
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from shared.api.arrears import ArrearsStage, HardshipStatus, PromiseStatus

_TOLD = Field("hardship_case", "told")
_LIVING = (HardshipStatus.OPEN, HardshipStatus.AGREED)


class Delinquency(Struct, frozen=True, kw_only=True):
    """How late a loan is, as it was seen last. Amounts are minor units."""

    loan_id: UUID
    user_id: UUID
    stage: ArrearsStage
    days_past_due: int
    past_due_minor: int
    currency: str
    since: date


async def add_case(tx: Tx, vault: Vault, new: Case, told: Told) -> bool:
    """Stores a case; False when the loan has a living one."""
    ring = await vault.subject_keyring(tx, new.user_id)
    confided = told.circumstances is not None or told.budget is not None
    sealed = ring.encrypt(_TOLD, msgspec.json.encode(told), row_id=new.id, subject_id=new.user_id) if confided else None
    added = insert(hardship_case).values({**msgspec.structs.asdict(new), "told": sealed})
    return await tx.execute(added.on_conflict_do_nothing()) == 1


async def case(tx: ReadTx, case_id: UUID) -> Case | None:
    """One case."""
    return _case(await tx.first(select(hardship_case).where(hardship_case.c.id == case_id)))


async def lock_case(tx: Tx, case_id: UUID) -> Case | None:
    """One case, held until the transaction ends."""
    return _case(await tx.first(select(hardship_case).where(hardship_case.c.id == case_id).with_for_update()))


async def lock_living_case(tx: Tx, loan_id: UUID) -> Case | None:
    """The living case of a loan, held until the transaction ends."""
    living = (hardship_case.c.loan_id == loan_id) & hardship_case.c.status.in_(_LIVING)
    return _case(await tx.first(select(hardship_case).where(living).with_for_update()))


async def latest_case(tx: ReadTx, loan_id: UUID) -> Case | None:
    """The newest case of a loan."""
    newest = select(hardship_case).where(hardship_case.c.loan_id == loan_id).order_by(hardship_case.c.id.desc())
    return _case(await tx.first(newest.limit(1)))


async def cases_of(tx: ReadTx, loan_id: UUID) -> list[Case]:
    """Every case of a loan, the newest first."""
    mine = select(hardship_case).where(hardship_case.c.loan_id == loan_id).order_by(hardship_case.c.id.desc())
    return [into(row, Case) for row in await tx.all(mine)]


async def broken_cases(tx: ReadTx, loan_id: UUID) -> int:
    """How many plans of a loan were broken."""
    broken = (hardship_case.c.loan_id == loan_id) & (hardship_case.c.status == HardshipStatus.BROKEN)
    return int(await tx.scalar(select(func.count()).select_from(hardship_case).where(broken)))


async def open_past_review(tx: ReadTx, today: date, limit: int) -> list[UUID]:
    """Cases without a plan whose time is over, in the order in which they are locked."""
    over = (hardship_case.c.status == HardshipStatus.OPEN) & (hardship_case.c.review_on < today)
    return [row.id for row in await tx.all(select(hardship_case.c.id).where(over).order_by("id").limit(limit))]


async def save_case(tx: Tx, changed: Case) -> None:
    """Writes what can change of a locked case."""
    names = ("status", "needs_person", "review_on", "agreed_plan_id", "close_reason", "closed_at")
    values = {name: getattr(changed, name) for name in names}
    await tx.execute(update(hardship_case).where(hardship_case.c.id == changed.id).values(values))


async def told(tx: ReadTx, vault: Vault, of: Case) -> Told:
    """What the borrower confided; nothing once they are erased."""
    sealed = await tx.scalar(select(hardship_case.c.told).where(hardship_case.c.id == of.id))
    if sealed is None:
        return Told()
    try:
        ring = await vault.subject_keyring(tx, of.user_id)
        return msgspec.json.decode(ring.decrypt(_TOLD, sealed, row_id=of.id), type=Told)
    except DataErased:
        return Told()


async def add_plans(tx: Tx, plans: Sequence[Plan]) -> None:
    """Stores plans as they are offered."""
    if plans:
        rows = [msgspec.structs.asdict(plan) | {"payments": msgspec.to_builtins(plan.payments)} for plan in plans]
        await tx.execute(insert(hardship_plan).values(rows))


async def plans_of(tx: ReadTx, case_id: UUID) -> list[Plan]:
    """Every plan that was offered in a case, in their order."""
    offered = select(hardship_plan).where(hardship_plan.c.case_id == case_id).order_by(hardship_plan.c.id)
    return [into(row, Plan) for row in await tx.all(offered)]


async def add_promises(tx: Tx, promises: Sequence[Promise]) -> bool:
    """Stores promises; False when one would be a second open one of its loan outside of a plan."""
    rows = [msgspec.structs.asdict(each) for each in promises]
    return await tx.execute(insert(promise).values(rows).on_conflict_do_nothing()) == len(rows)


async def promise_by_id(tx: ReadTx, promise_id: UUID) -> Promise | None:
    """One promise."""
    row = await tx.first(select(promise).where(promise.c.id == promise_id))
    return None if row is None else into(row, Promise)


async def promises_of(tx: ReadTx, loan_id: UUID) -> list[Promise]:
    """Every promise on a loan, by the day that it is for."""
    mine = select(promise).where(promise.c.loan_id == loan_id).order_by(promise.c.on, promise.c.id)
    return [into(row, Promise) for row in await tx.all(mine)]


async def lock_promises(tx: Tx, loan_id: UUID) -> list[Promise]:
    """Every promise on a loan, held until the transaction ends."""
    mine = select(promise).where(promise.c.loan_id == loan_id).order_by(promise.c.id).with_for_update()
    return [into(row, Promise) for row in await tx.all(mine)]


async def save_promise(tx: Tx, changed: Promise) -> None:
    """Writes where a locked promise stands."""
    values = {"paid_minor": changed.paid_minor, "status": changed.status, "settled_on": changed.settled_on}
    await tx.execute(update(promise).where(promise.c.id == changed.id).values(values))


async def loans_with_promises_before(tx: ReadTx, day: date, *, after: UUID, limit: int) -> list[UUID]:
    """Loans with an open promise for a day before `day`, in the order of their ids."""
    due = (promise.c.status == PromiseStatus.OPEN) & (promise.c.on < day) & (promise.c.loan_id > after)
    found = select(promise.c.loan_id).where(due).distinct().order_by(promise.c.loan_id).limit(limit)
    return [row.loan_id for row in await tx.all(found)]


async def note_payment(tx: Tx, loan_id: UUID, received: Received) -> None:
    """Notes a payment that counts, unless it was reversed before it was heard of. Idempotent."""
    values = msgspec.structs.asdict(received) | {"loan_id": loan_id, "is_reversed": False}
    await tx.execute(insert(promise_payment).values(values).on_conflict_do_nothing())


async def note_reversal(tx: Tx, loan_id: UUID, received: Received) -> None:
    """Notes that a payment counts no more, whether it was heard of or not. Idempotent."""
    values = msgspec.structs.asdict(received) | {"loan_id": loan_id, "is_reversed": True}
    upsert = insert(promise_payment).values(values)
    await tx.execute(
        upsert.on_conflict_do_update(index_elements=["tenant_id", "payment_id"], set_={"is_reversed": True})
    )


async def payments_since(tx: ReadTx, loan_id: UUID, since: datetime) -> list[Received]:
    """The payments on a loan that were entered since, and count."""
    mine = (promise_payment.c.loan_id == loan_id) & (promise_payment.c.entered_at >= since)
    rows = await tx.all(select(promise_payment).where(mine, ~promise_payment.c.is_reversed))
    return [into(row, Received) for row in rows]


async def delinquency_of(tx: ReadTx, loan_id: UUID) -> Delinquency | None:
    """How late a loan was when it was seen last; None where it never was."""
    row = await tx.first(select(delinquency).where(delinquency.c.loan_id == loan_id))
    return None if row is None else into(row, Delinquency)


async def save_delinquency(tx: Tx, seen: Delinquency) -> None:
    """Notes how late a loan is."""
    values = msgspec.structs.asdict(seen)
    upsert = insert(delinquency).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id", "loan_id"], set_=values))


async def late_loans(
    tx: ReadTx, *, stage: ArrearsStage | None = None, before: tuple[int, UUID] | None = None, limit: int
) -> list[Delinquency]:
    """Loans that are late, the latest first, from `before` (days past due and id) on."""
    order = tuple_(delinquency.c.days_past_due, delinquency.c.loan_id)
    wanted = select(delinquency).where(delinquency.c.stage != ArrearsStage.CURRENT)
    if stage is not None:
        wanted = wanted.where(delinquency.c.stage == stage)
    if before is not None:
        wanted = wanted.where(order < tuple_(*before))
    ordered = wanted.order_by(delinquency.c.days_past_due.desc(), delinquency.c.loan_id.desc()).limit(limit)
    return [into(row, Delinquency) for row in await tx.all(ordered)]


async def late_loan_ids(tx: ReadTx, *, after: UUID, limit: int) -> list[UUID]:
    """Loans that were late when they were seen last, in the order of their ids."""
    late = (delinquency.c.stage != ArrearsStage.CURRENT) & (delinquency.c.loan_id > after)
    found = select(delinquency.c.loan_id).where(late).order_by(delinquency.c.loan_id).limit(limit)
    return [row.loan_id for row in await tx.all(found)]


async def living_case_ids(tx: ReadTx, loan_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The living cases of these loans, by loan."""
    living = hardship_case.c.loan_id.in_(loan_ids) & hardship_case.c.status.in_(_LIVING)
    rows = await tx.all(select(hardship_case.c.id, hardship_case.c.loan_id).where(living))
    return {row.loan_id: row.id for row in rows}


def _case(row: Row[Any] | None) -> Case | None:
    return None if row is None else into(row, Case)


_FAULTS = text(
    "SELECT 'case ' || c.id || ' is agreed and has no open promise' AS fault FROM hardship_case c"
    " WHERE c.status = 'agreed' AND NOT EXISTS"
    " (SELECT 1 FROM promise p WHERE p.case_id = c.id AND p.status = 'open')"
    " UNION ALL SELECT 'promise ' || p.id || ' is open in a case that is over' FROM promise p"
    " JOIN hardship_case c ON c.tenant_id = p.tenant_id AND c.id = p.case_id"
    " WHERE p.status = 'open' AND c.status NOT IN ('open', 'agreed') LIMIT 20"
)


async def faults(tx: ReadTx) -> list[str]:
    """What contradicts itself among the tenant's cases and promises."""
    return [row.fault for row in await tx.all(_FAULTS)]
