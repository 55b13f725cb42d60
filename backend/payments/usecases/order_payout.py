"""Takes in an order to pay out, and withdraws it while no worker has taken it up."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.kernel import audit, jobs
from backend.kernel.db import Tx
from backend.payments import store
from backend.payments.domain.orders import ORDERS, OrderEvent, OrderState
from backend.payments.domain.references import order_reference
from backend.payments.errors import PayoutNotFound
from backend.payments.records import OrderKind, PayoutPurpose, RailOrder
from shared.events.servicing import CreditRefundRequested
from shared.money import Money

SEND_JOB = "payments.send_order"


class SendOrder(Struct, frozen=True, kw_only=True):
    """Which order to send."""

    order_id: UUID


class PayoutOrder(Struct, frozen=True, kw_only=True):
    """What another context wants paid out. `payout_id` is its own; `account_id` is a bank account of onboarding's."""

    payout_id: UUID
    amount: Money
    account_id: UUID
    purpose: PayoutPurpose
    loan_id: UUID | None = None
    subject_id: UUID | None = None


async def order_payout(tx: Tx, wanted: PayoutOrder) -> None:
    """Stores the order; a worker sends it after the commit. Idempotent by `payout_id`."""
    assert wanted.amount.amount_minor > 0, "a payout moves money"
    order = RailOrder(
        id=wanted.payout_id,
        kind=OrderKind.PAYOUT,
        reference=order_reference("po", wanted.payout_id),
        purpose=wanted.purpose,
        amount_minor=wanted.amount.amount_minor,
        currency=wanted.amount.currency,
        loan_id=wanted.loan_id,
        account_id=wanted.account_id,
        subject_id=wanted.subject_id,
        state=ORDERS.start,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if await store.add(tx, order):
        await jobs.enqueue(tx, SEND_JOB, SendOrder(order_id=order.id), dedupe_key=f"send:{order.id}")


async def pay_credit_back(tx: Tx, wanted: CreditRefundRequested) -> None:
    """Orders the payout of a borrower's credit, under the refund's own id. Idempotent by it."""
    order = PayoutOrder(
        payout_id=wanted.refund_id,
        amount=wanted.amount,
        account_id=wanted.account_id,
        purpose=PayoutPurpose.CREDIT_REFUND,
        loan_id=wanted.loan_id,
    )
    await order_payout(tx, order)


async def cancel_payout(tx: Tx, payout_id: UUID) -> bool:
    """Withdraws a payout; False when a worker has taken it up already. Raises PayoutNotFound."""
    order = await store.lock(tx, RailOrder, payout_id)
    if order is None:
        raise PayoutNotFound(payout_id=payout_id)
    if order.state is OrderState.CANCELLED:
        return True
    if not ORDERS.allows(order.state, OrderEvent.CANCEL):
        return False
    await store.save(tx, replace(order, state=ORDERS.after(order.state, OrderEvent.CANCEL), updated_at=tx.now))
    await audit.record(tx, "payout.cancelled", f"payout:{payout_id}")
    return True
