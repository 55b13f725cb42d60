"""Payments in SQL. Locks are taken receipt before order, and each by its own key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Table, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.identity import Sight
from backend.kernel.db import ReadTx, Tx, into
from backend.payments.domain.mandates import MandateState
from backend.payments.domain.orders import OrderState
from backend.payments.domain.receipts import ReceiptState
from backend.payments.records import Mandate, PaymentLink, RailOrder, Receipt, VirtualAccount
from backend.payments.tables import mandate, payment_link, rail_order, receipt, virtual_account

R = TypeVar("R", RailOrder, VirtualAccount, PaymentLink, Mandate, Receipt)
_TABLES: dict[type[Any], Table] = {
    RailOrder: rail_order,
    VirtualAccount: virtual_account,
    PaymentLink: payment_link,
    Mandate: mandate,
    Receipt: receipt,
}


async def add(tx: Tx, new: R) -> bool:
    """Stores a new record; False when one with the same key is there already."""
    statement = insert(_TABLES[type(new)]).values(msgspec.structs.asdict(new))
    return await tx.execute(statement.on_conflict_do_nothing()) == 1


async def save(tx: Tx, changed: R) -> None:
    """Stores a locked record as it is now."""
    table = _TABLES[type(changed)]
    touched = await tx.execute(update(table).where(table.c.id == changed.id).values(msgspec.structs.asdict(changed)))
    assert touched == 1, "the record was locked"


async def get(tx: ReadTx, kind: type[R], record_id: UUID) -> R | None:
    """One record."""
    table = _TABLES[kind]
    row = await tx.first(select(table).where(table.c.id == record_id))
    return None if row is None else into(row, kind)


async def lock(tx: Tx, kind: type[R], record_id: UUID) -> R | None:
    """One record, held until the transaction ends."""
    return await _locked(tx, kind, _TABLES[kind].c.id == record_id)


async def lock_by_reference(tx: Tx, kind: type[R], reference: str) -> R | None:
    """The record with this reference, held until the transaction ends."""
    return await _locked(tx, kind, _TABLES[kind].c.reference == reference)


async def _locked(tx: Tx, kind: type[R], condition: Any) -> R | None:
    row = await tx.first(select(_TABLES[kind]).where(condition).with_for_update())
    return None if row is None else into(row, kind)


async def lock_receipt_by_source(tx: Tx, source: str) -> Receipt | None:
    """What the rail calls by this name, held until the transaction ends."""
    return await _locked(tx, Receipt, receipt.c.source == source)


async def account_of_loan(tx: ReadTx, loan_id: UUID) -> VirtualAccount | None:
    """The virtual account of a loan."""
    row = await tx.first(select(virtual_account).where(virtual_account.c.loan_id == loan_id))
    return None if row is None else into(row, VirtualAccount)


async def mandate_in_force(tx: ReadTx, loan_id: UUID) -> Mandate | None:
    """The mandate of a loan that is active or about to be."""
    alive = mandate.c.status.in_([MandateState.PENDING, MandateState.ACTIVE])
    row = await tx.first(select(mandate).where(mandate.c.loan_id == loan_id, alive))
    return None if row is None else into(row, Mandate)


async def mandates(tx: ReadTx, sight: Sight, loan_id: UUID | None) -> list[Mandate]:
    """The mandates that the caller may see, the newest first; a hundred at most."""
    wanted = select(mandate).order_by(mandate.c.id.desc()).limit(100)
    if sight.user_id is not None:
        own = and_(mandate.c.user_id == sight.user_id, mandate.c.business_id.is_(None))
        wanted = wanted.where(or_(own, mandate.c.business_id.in_(sight.business_ids)))
    if loan_id is not None:
        wanted = wanted.where(mandate.c.loan_id == loan_id)
    return [into(row, Mandate) for row in await tx.all(wanted)]


async def debits(tx: ReadTx, of: Mandate, *, before: UUID | None, limit: int) -> list[RailOrder]:
    """What was ordered under a mandate, the newest first."""
    # An index holds the orders of a loan.
    wanted = select(rail_order).where(rail_order.c.loan_id == of.loan_id, rail_order.c.mandate_id == of.id)
    if before is not None:
        wanted = wanted.where(rail_order.c.id < before)
    return [into(row, RailOrder) for row in await tx.all(wanted.order_by(rail_order.c.id.desc()).limit(limit))]


async def orders_to_ask_about(tx: ReadTx, now: datetime, lost_before: datetime, limit: int) -> Sequence[UUID]:
    """Orders that the rail is to be asked about now, and those whose worker fell silent."""
    due = rail_order.c.ask_at <= now
    lost = (rail_order.c.state == OrderState.SENDING) & (rail_order.c.taken_up_at < lost_before)
    rows = await tx.all(select(rail_order.c.id).where(or_(due, lost)).order_by(rail_order.c.ask_at).limit(limit))
    return [row.id for row in rows]


async def receipts(
    tx: ReadTx, *, loan_id: UUID | None, state: ReceiptState | None, before: UUID | None, limit: int
) -> list[Receipt]:
    """What came in, the newest first; with a `state`, only what the bank has not taken back."""
    wanted = select(receipt).order_by(receipt.c.id.desc()).limit(limit)
    if loan_id is not None:
        wanted = wanted.where(receipt.c.loan_id == loan_id)
    if state is not None:
        wanted = wanted.where(receipt.c.state == state, receipt.c.reversed_on.is_(None))
    if before is not None:
        wanted = wanted.where(receipt.c.id < before)
    return [into(row, Receipt) for row in await tx.all(wanted)]


async def contradicted(tx: ReadTx) -> list[str]:
    """Orders that ended one way by us, and another way by the rail."""
    rows = await tx.all(select(rail_order).where(rail_order.c.contradicted_at.is_not(None)).limit(20))
    return [f"{row.kind} {row.reference} ended as {row.state}, and the rail says otherwise" for row in rows]


async def stuck(tx: ReadTx, before: datetime) -> list[str]:
    """Orders that were taken up before `before` and whose end nobody knows."""
    open_ended = rail_order.c.state.in_([OrderState.SENDING, OrderState.UNKNOWN, OrderState.SENT])
    rows = await tx.all(select(rail_order).where(open_ended, rail_order.c.taken_up_at < before).limit(20))
    return [f"{row.kind} {row.reference} has been {row.state} since {row.taken_up_at:%Y-%m-%d %H:%M}" for row in rows]
