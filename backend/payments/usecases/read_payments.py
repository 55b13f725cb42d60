"""Reads what came in, and what was ordered."""

from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx
from backend.payments import store
from backend.payments.access import require_loan
from backend.payments.domain.receipts import ReceiptState
from backend.payments.errors import MandateNotFound, PayoutNotFound
from backend.payments.records import Mandate, OrderKind, RailOrder, Receipt
from backend.payments.usecases.debit import shown as shown_order
from shared.api.payments import OrderOut, PaymentOut, PaymentStatus
from shared.errors import InvalidInput
from shared.paging import Page


async def of_loan(tx: ReadTx, loan_id: UUID, *, cursor: str | None, limit: int) -> Page[PaymentOut]:
    """What came in for a loan of the caller's, the newest first. Raises LoanNotFound, InvalidInput."""
    await require_loan(tx, loan_id)
    found = await store.receipts(tx, loan_id=loan_id, state=None, before=_cursor(cursor), limit=limit + 1)
    return _page(found, limit)


async def debits(tx: ReadTx, mandate_id: UUID, *, cursor: str | None, limit: int) -> Page[OrderOut]:
    """What was ordered under a mandate of the caller's, the newest first. Raises MandateNotFound, InvalidInput."""
    mandate = await store.get(tx, Mandate, mandate_id)
    if mandate is None or not await identity.may_see(tx, mandate.user_id, mandate.business_id):
        raise MandateNotFound(mandate_id=mandate_id)
    found = await store.debits(tx, mandate, before=_cursor(cursor), limit=limit + 1)
    items = [shown_order(each) for each in found[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


async def in_suspense(tx: ReadTx, *, cursor: str | None, limit: int) -> Page[PaymentOut]:
    """What nobody has matched yet, the newest first. Raises InvalidInput."""
    before = _cursor(cursor)
    found = await store.receipts(tx, loan_id=None, state=ReceiptState.SUSPENSE, before=before, limit=limit + 1)
    return _page(found, limit)


async def payout(tx: ReadTx, payout_id: UUID) -> OrderOut:
    """One payout; for staff. Raises PayoutNotFound."""
    found = await store.get(tx, RailOrder, payout_id)
    if found is None or found.kind is not OrderKind.PAYOUT:
        raise PayoutNotFound(payout_id=payout_id)
    return shown_order(found)


def _page(found: list[Receipt], limit: int) -> Page[PaymentOut]:
    items = [shown(each) for each in found[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


def _cursor(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError as refusal:
        raise InvalidInput({"cursor": "use the next_cursor of the page before"}) from refusal


def shown(received: Receipt) -> PaymentOut:
    """Money that came in, as the API gives it."""
    return PaymentOut(
        id=received.id,
        loan_id=received.loan_id,
        amount=received.amount,
        method=received.method,
        status=PaymentStatus(received.state.value),
        reference=received.reference,
        received_on=received.received_on,
        created_at=received.created_at,
        reversed_on=received.reversed_on,
    )
