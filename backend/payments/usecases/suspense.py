"""Money in suspense: a person says which loan it is for, or sends it back."""

from uuid import UUID

from msgspec.structs import replace

from backend import onboarding, servicing
from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.payments import books, store
from backend.payments.access import require_paid_out
from backend.payments.domain.receipts import RECEIPTS, ReceiptEvent
from backend.payments.errors import PaymentNotFound, PaymentTakenBack
from backend.payments.records import PayoutPurpose, Receipt
from backend.payments.usecases.order_payout import PayoutOrder, order_payout
from backend.payments.usecases.read_payments import shown
from backend.payments.usecases.take_in import tell
from shared.api.payments import AssignIn, PaymentOut, RefundIn
from shared.errors import CurrencyMismatch
from shared.ids import new_id


async def assign(tx: Tx, payment_id: UUID, body: AssignIn) -> PaymentOut:
    """Says which loan the money is for; it counts as a repayment from the day it came in.

    Raises PaymentNotFound, PaymentTakenBack, StateForbids, LoanNotFound, LoanNotPayable, CurrencyMismatch.
    """
    held = await _held(tx, payment_id)
    state = RECEIPTS.after(held.state, ReceiptEvent.ASSIGN)
    await require_paid_out(tx, body.loan_id)
    owner = await servicing.loan_owner(tx, body.loan_id)
    if owner.currency != held.currency:
        raise CurrencyMismatch(left=held.currency, right=owner.currency)
    known = replace(held, state=state, loan_id=body.loan_id, updated_at=tx.now)
    await store.save(tx, known)
    await books.assigned(tx, known, await business_date.current(tx))
    await tell(tx, known)
    await audit.record(tx, "payment.assigned", f"payment:{payment_id}", loan_id=body.loan_id)
    return shown(known)


async def refund(tx: Tx, vault: Vault, payment_id: UUID, body: RefundIn) -> PaymentOut:
    """Sends the money back to a bank account that is known.

    Raises PaymentNotFound, PaymentTakenBack, StateForbids, BankAccountNotFound, CurrencyMismatch.
    """
    held = await _held(tx, payment_id)
    state = RECEIPTS.after(held.state, ReceiptEvent.START_REFUND)
    account = await onboarding.bank_account(tx, vault, body.bank_account_id)
    if account.currency != held.currency:
        raise CurrencyMismatch(left=held.currency, right=account.currency)
    back = replace(held, state=state, updated_at=tx.now)
    await store.save(tx, back)
    order = PayoutOrder(
        payout_id=new_id(),
        amount=held.amount,
        account_id=account.id,
        purpose=PayoutPurpose.REFUND,
        subject_id=held.id,
    )
    await order_payout(tx, order)
    await audit.record(tx, "payment.refund_ordered", f"payment:{payment_id}", payout_id=order.payout_id)
    return shown(back)


async def _held(tx: Tx, payment_id: UUID) -> Receipt:
    found = await store.lock(tx, Receipt, payment_id)
    if found is None:
        raise PaymentNotFound(payment_id=payment_id)
    if found.reversed_on is not None:
        raise PaymentTakenBack
    return found
