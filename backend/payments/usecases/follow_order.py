"""Moves an order with what the rail reports, whoever brings the report: an answer, a webhook, or our asking."""

from datetime import date, timedelta
from uuid import UUID

import structlog
from msgspec.structs import replace

from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.payments import books, store
from backend.payments.domain.orders import ORDERS, OrderEvent, OrderState, ask_again_after
from backend.payments.domain.receipts import RECEIPTS, ReceiptEvent
from backend.payments.ports import OrderReport, ReceiptReport
from backend.payments.records import REFUNDS, Mandate, OrderKind, PayoutPurpose, RailOrder, Receipt
from backend.payments.usecases.take_in import take_in
from shared.events.payments import DebitFailed, PaymentMethod, PayoutFailed, PayoutSettled

log = structlog.get_logger(__name__)

# A webhook usually comes first; the rail is asked only when none did.
ASK_WHEN_SENT_AFTER = timedelta(seconds=5)
NEVER_RECEIVED = "never_received"


async def note_report(tx: Tx, order: RailOrder, report: OrderReport) -> RailOrder:
    """The locked order after `report`. What it knows already, or knows better, changes nothing."""
    if report.amount != order.amount:
        log.error("rail_reports_another_amount", payout_id=str(order.id))
        return order
    if ORDERS.is_final(order.state):
        return await _compare(tx, order, report)
    if report.settled:
        return await _settle(tx, order, report.at.date())
    if report.failed:
        return await note_failure(tx, order, OrderEvent.REFUSE, report.reason or "refused")
    return await _accept(tx, order)


async def _accept(tx: Tx, order: RailOrder) -> RailOrder:
    if not ORDERS.allows(order.state, OrderEvent.ACCEPT):
        return await _ask_later(tx, order) if order.state is OrderState.SENT else order
    state = ORDERS.after(order.state, OrderEvent.ACCEPT)
    sent = replace(order, state=state, ask_at=tx.now + ASK_WHEN_SENT_AFTER, updated_at=tx.now)
    await store.save(tx, sent)
    return sent


async def _ask_later(tx: Tx, order: RailOrder) -> RailOrder:
    later = replace(order, asked=order.asked + 1, ask_at=tx.now + ask_again_after(order.asked))
    await store.save(tx, later)
    return later


async def lose_sight(tx: Tx, order: RailOrder) -> RailOrder:
    """No usable answer: the order is unknown from now on, or still, and the rail is asked again later."""
    if ORDERS.allows(order.state, OrderEvent.LOSE_SIGHT):
        order = replace(order, state=ORDERS.after(order.state, OrderEvent.LOSE_SIGHT), updated_at=tx.now)
    return await _ask_later(tx, order)


async def _settle(tx: Tx, order: RailOrder, on: date) -> RailOrder:
    if not ORDERS.allows(order.state, OrderEvent.SETTLE):
        return order
    state = ORDERS.after(order.state, OrderEvent.SETTLE)
    settled = replace(order, state=state, settled_on=on, ask_at=None, updated_at=tx.now)
    await store.save(tx, settled)
    await audit.record(tx, f"{order.kind}.settled", f"{order.kind}:{order.id}", loan_id=order.loan_id)
    if order.kind is OrderKind.DEBIT:
        await _debited(tx, settled, on)
        return settled
    if order.purpose in REFUNDS:
        await books.refund_settled(tx, settled, await business_date.current(tx))
    if order.purpose == PayoutPurpose.REFUND:
        await _refunded(tx, settled, ReceiptEvent.FINISH_REFUND)
    await outbox.add(
        tx,
        PayoutSettled(payout_id=order.id, reference=order.reference, amount=order.amount, settled_on=on),
    )
    return settled


async def _compare(tx: Tx, order: RailOrder, report: OrderReport) -> RailOrder:
    """An order that has ended stays as it ended. A rail that says otherwise is marked: a person must look."""
    agrees = order.state is OrderState.SETTLED if report.settled else order.state is OrderState.FAILED
    if agrees or not (report.settled or report.failed) or order.contradicted_at is not None:
        return order
    marked = replace(order, contradicted_at=tx.now)
    await store.save(tx, marked)
    log.error("rail_contradicts_an_end", payout_id=str(order.id))
    said = "settled" if report.settled else "failed"
    await audit.record(tx, f"{order.kind}.contradicted", f"{order.kind}:{order.id}", ended=order.state, rail_says=said)
    return marked


async def _debited(tx: Tx, order: RailOrder, on: date) -> None:
    came = ReceiptReport(source=f"debit:{order.reference}", reference=order.reference, amount=order.amount, at=tx.now)
    await take_in(tx, came, PaymentMethod.MANDATE, loan_id=order.loan_id, received_on=on)


async def note_failure(tx: Tx, order: RailOrder, event: OrderEvent, reason: str) -> RailOrder:
    """The order failed for good: what was booked for it is undone, and those who wait are told."""
    if not ORDERS.allows(order.state, event):
        return order
    failed = replace(order, state=ORDERS.after(order.state, event), reason_code=reason, ask_at=None, updated_at=tx.now)
    await store.save(tx, failed)
    await audit.record(tx, f"{order.kind}.failed", f"{order.kind}:{order.id}", loan_id=order.loan_id, reason=reason)
    if order.kind is OrderKind.DEBIT:
        assert order.loan_id is not None, "a debit is for a loan"
        await outbox.add(tx, await _debit_failed(tx, order, order.loan_id, reason))
        return failed
    await books.payout_failed(tx, failed, await business_date.current(tx))
    if order.purpose == PayoutPurpose.REFUND:
        await _refunded(tx, failed, ReceiptEvent.FAIL_REFUND)
    await outbox.add(tx, PayoutFailed(payout_id=order.id, reason_code=reason))
    return failed


async def _debit_failed(tx: Tx, order: RailOrder, loan_id: UUID, reason: str) -> DebitFailed:
    mandate = await store.get(tx, Mandate, order.mandate_id) if order.mandate_id is not None else None
    return DebitFailed(
        debit_id=order.id,
        loan_id=loan_id,
        amount=order.amount,
        reason_code=reason,
        user_id=mandate.user_id if mandate is not None else None,
    )


async def _refunded(tx: Tx, order: RailOrder, event: ReceiptEvent) -> None:
    assert order.subject_id is not None, "a refund names the receipt that it pays back"
    found = await store.lock(tx, Receipt, order.subject_id)
    assert found is not None, "a receipt is never removed"
    await store.save(tx, replace(found, state=RECEIPTS.after(found.state, event), updated_at=tx.now))
