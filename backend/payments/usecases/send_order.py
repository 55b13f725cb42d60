"""Sends an order to the rail, once: it is marked and booked before the call, and never sent again after it."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from backend import onboarding
from backend.kernel import business_date
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.payments import books, store
from backend.payments.domain.orders import LOST_AFTER, ORDERS, OrderEvent
from backend.payments.ports import OrderReport, Rail, RailAccount, RailRefused, RailSilent
from backend.payments.records import Mandate, OrderKind, RailOrder
from backend.payments.usecases.follow_order import lose_sight, note_failure, note_report
from backend.payments.usecases.refusals import sound_if_reused


async def send_order(context: JobContext, vault: Vault, rail: Rail, callback: str, order_id: UUID) -> None:
    """Sends the order unless it was taken up before: whoever took it up may have reached the rail."""
    async with context.write() as tx:
        order = await _take_up(tx, order_id)
    if order is None:
        return
    report: OrderReport | None = None
    refusal: RailRefused | None = None
    try:
        report = await _call(context, vault, rail, callback, order)
    except RailRefused as refused:
        refusal = refused
    except RailSilent:
        pass
    async with context.write() as tx:
        held = await store.lock(tx, RailOrder, order_id)
        assert held is not None, "an order is never removed"
        if refusal is not None:
            await sound_if_reused(tx, f"{held.kind}:{held.id}", refusal)
            await note_failure(tx, held, OrderEvent.REFUSE, refusal.reason)
        elif report is not None:
            await note_report(tx, held, report)
        else:
            await lose_sight(tx, held)


async def _take_up(tx: Tx, order_id: UUID) -> RailOrder | None:
    order = await store.lock(tx, RailOrder, order_id)
    if order is None or not ORDERS.allows(order.state, OrderEvent.SEND):
        return None
    taken = replace(order, state=ORDERS.after(order.state, OrderEvent.SEND), taken_up_at=tx.now, updated_at=tx.now)
    await store.save(tx, taken)
    if taken.kind is OrderKind.PAYOUT:
        await books.payout_taken_up(tx, taken, await business_date.current(tx))
    return taken


async def _call(context: JobContext, vault: Vault, rail: Rail, callback: str, order: RailOrder) -> OrderReport:
    if order.kind is OrderKind.PAYOUT:
        assert order.account_id is not None, "a payout has an account"
        async with context.read() as tx:
            _require_fresh(order, tx.now)
            account = await rail_account(tx, vault, order.account_id)
        return await rail.send_payout(order.reference, order.amount, account, callback)
    assert order.mandate_id is not None, "a debit has a mandate"
    async with context.read() as tx:
        _require_fresh(order, tx.now)
        mandate = await store.get(tx, Mandate, order.mandate_id)
    assert mandate is not None, "a mandate is never removed"
    return await rail.send_debit(order.reference, order.amount, mandate.reference, callback)


def _require_fresh(order: RailOrder, now: datetime) -> None:
    """Raises RailSilent for a worker that stood still since it took the order up: others may count it as lost by now.

    So no call leaves after the rail has been asked about the order and has denied it.
    """
    assert order.taken_up_at is not None, "it was just taken up"
    if now - order.taken_up_at > LOST_AFTER / 2:
        raise RailSilent


async def rail_account(tx: ReadTx, vault: Vault, account_id: UUID) -> RailAccount:
    """A bank account as rails want it."""
    account = await onboarding.bank_account(tx, vault, account_id)
    return RailAccount(
        scheme=account.scheme.value,
        bank_code=account.bank_code,
        account_number=account.account_number,
        holder_name=account.holder_name,
    )
