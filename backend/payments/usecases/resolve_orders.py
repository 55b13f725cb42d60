"""Asks the rail, by our reference, what became of orders that nobody has heard of."""

from uuid import UUID

from backend.kernel.jobs import JobContext
from backend.payments import store
from backend.payments.domain.orders import LOST_AFTER, OrderEvent, OrderState
from backend.payments.ports import OrderReport, Rail, RailSilent
from backend.payments.records import OrderKind, RailOrder
from backend.payments.usecases.follow_order import NEVER_RECEIVED, lose_sight, note_failure, note_report

BATCH = 50


async def resolve_orders(context: JobContext, rail: Rail) -> None:
    """Asks about every order that is due, up to BATCH of them."""
    async with context.read() as tx:
        due = await store.orders_to_ask_about(tx, tx.now, tx.now - LOST_AFTER, BATCH)
    for order_id in due:
        await resolve_order(context, rail, order_id)


async def resolve_order(context: JobContext, rail: Rail, order_id: UUID) -> None:
    """Asks about one order and moves it with the answer. What the rail still denies having after its limit, failed."""
    async with context.write() as tx:
        order = await store.lock(tx, RailOrder, order_id)
        if order is None:
            return
        if order.state is OrderState.SENDING:
            order = await lose_sight(tx, order)
    if order.state not in {OrderState.UNKNOWN, OrderState.SENT}:
        return
    try:
        report = await _find(rail, order)
        silent = False
    except RailSilent:
        report, silent = None, True
    async with context.write() as tx:
        held = await store.lock(tx, RailOrder, order_id)
        assert held is not None, "an order is never removed"
        assert held.taken_up_at is not None, "an order that is asked about was taken up"
        if report is not None:
            await note_report(tx, held, report)
        elif not silent and held.state is OrderState.UNKNOWN and tx.now - held.taken_up_at > rail.gives_up_after:
            await note_failure(tx, held, OrderEvent.GIVE_UP, NEVER_RECEIVED)
        elif held.state in {OrderState.UNKNOWN, OrderState.SENT}:
            await lose_sight(tx, held)


async def _find(rail: Rail, order: RailOrder) -> OrderReport | None:
    find = rail.find_payout if order.kind is OrderKind.PAYOUT else rail.find_debit
    return await find(order.reference)
