"""Debits under a mandate: on each due date by itself, and when the borrower says so."""

from uuid import UUID

from backend import identity, notifications, servicing
from backend.kernel import audit, jobs
from backend.kernel.db import ReadTx, Tx
from backend.payments import store
from backend.payments.access import require_acting, require_paid_out
from backend.payments.domain.mandates import MandateState
from backend.payments.domain.orders import ORDERS
from backend.payments.domain.references import order_reference
from backend.payments.errors import DebitNotFound, MandateNotActive, MandateNotFound
from backend.payments.records import Mandate, OrderKind, RailOrder
from backend.payments.usecases.order_payout import SEND_JOB, SendOrder
from shared.api.payments import DebitIn, OrderOut, OrderStatus
from shared.events.servicing import InstalmentDue
from shared.ids import new_id
from shared.money import Money


async def debit_due(tx: Tx, due: InstalmentDue) -> None:
    """Debits an instalment on its due date where a mandate is active. Once for each instalment.

    Not while the loan is not chased: what a borrower can't pay, promised for another day or disputes is not taken.
    """
    if due.days_ahead != 0 or due.amount.amount_minor <= 0:
        return
    if await notifications.reminders_held(tx, due.loan_id):
        await audit.record(tx, "debit.held_back", f"loan:{due.loan_id}", instalment=due.number)
        return
    mandate = await store.mandate_in_force(tx, due.loan_id)
    if mandate is not None and mandate.status is MandateState.ACTIVE:
        await _order(tx, mandate, due.amount, instalment=due.number)


async def debit_now(tx: Tx, mandate_id: UUID, body: DebitIn) -> OrderOut:
    """Debits an amount now. Raises MandateNotFound, MembershipInsufficient, MandateNotActive, LoanNotPayable."""
    mandate = await store.lock(tx, Mandate, mandate_id)
    if mandate is None:
        raise MandateNotFound(mandate_id=mandate_id)
    await require_acting(tx, mandate)
    if mandate.status is not MandateState.ACTIVE:
        raise MandateNotActive(state=mandate.status.value)
    await require_paid_out(tx, mandate.loan_id)
    owner = await servicing.loan_owner(tx, mandate.loan_id)
    order = await _order(tx, mandate, Money.of(body.amount_minor, owner.currency), instalment=None)
    return shown(order)


async def _order(tx: Tx, mandate: Mandate, amount: Money, *, instalment: int | None) -> RailOrder:
    order_id = new_id()
    order = RailOrder(
        id=order_id,
        kind=OrderKind.DEBIT,
        reference=order_reference("db", order_id),
        purpose="repayment",
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        loan_id=mandate.loan_id,
        mandate_id=mandate.id,
        instalment=instalment,
        state=ORDERS.start,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if await store.add(tx, order):
        await jobs.enqueue(tx, SEND_JOB, SendOrder(order_id=order_id), dedupe_key=f"send:{order_id}")
        await audit.record(tx, "debit.ordered", f"debit:{order_id}", loan_id=mandate.loan_id)
    return order


async def read_debit(tx: ReadTx, debit_id: UUID) -> OrderOut:
    """One debit for a loan of the caller's. Raises DebitNotFound."""
    found = await store.get(tx, RailOrder, debit_id)
    if found is None or found.kind is not OrderKind.DEBIT or found.mandate_id is None:
        raise DebitNotFound(debit_id=debit_id)
    mandate = await store.get(tx, Mandate, found.mandate_id)
    if mandate is None or not await identity.may_see(tx, mandate.user_id, mandate.business_id):
        raise DebitNotFound(debit_id=debit_id)
    return shown(found)


def shown(order: RailOrder) -> OrderOut:
    """An order as the API gives it."""
    return OrderOut(
        id=order.id,
        kind=order.kind.value,
        reference=order.reference,
        amount=order.amount,
        status=OrderStatus(order.state.value),
        loan_id=order.loan_id,
        created_at=order.created_at,
        updated_at=order.updated_at,
        settled_on=order.settled_on,
        reason_code=order.reason_code,
    )
