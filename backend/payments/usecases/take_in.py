"""Takes in money: booked once, matched to its loan, or kept in suspense until a person says what it is for."""

from datetime import date
from uuid import UUID

import msgspec
from msgspec.structs import replace

from backend import servicing
from backend.kernel import audit, business_date, outbox
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.payments import books, store
from backend.payments.access import require_paid_out
from backend.payments.domain.receipts import RECEIPTS, ReceiptEvent
from backend.payments.errors import LoanNotPayable
from backend.payments.ports import ReceiptReport
from backend.payments.records import PaymentLink, Receipt, VirtualAccount
from shared.api.payments import LinkStatus
from shared.events.payments import PaymentMethod, PaymentReceived, PaymentReversed
from shared.ids import new_id

NOTE = Field("receipt", "note")


async def take_in_credit(tx: Tx, vault: Vault, came: ReceiptReport) -> None:
    """Money on a virtual account. Idempotent by the rail's name for it."""
    account = await store.lock_by_reference(tx, VirtualAccount, came.reference)
    loan_id = account.loan_id if account else None
    await take_in(tx, came, PaymentMethod.VIRTUAL_ACCOUNT, loan_id=loan_id, vault=vault)


async def take_in_link(tx: Tx, vault: Vault, came: ReceiptReport) -> None:
    """A paid link. Idempotent by the rail's name for it."""
    link = await store.lock_by_reference(tx, PaymentLink, came.reference)
    if link is not None and link.status is not LinkStatus.PAID:
        await store.save(tx, replace(link, status=LinkStatus.PAID))
    await take_in(tx, came, PaymentMethod.LINK, loan_id=link.loan_id if link else None, vault=vault)


async def take_in(
    tx: Tx,
    came: ReceiptReport,
    method: PaymentMethod,
    *,
    loan_id: UUID | None,
    received_on: date | None = None,
    vault: Vault | None = None,
) -> None:
    """Books what came in, and tells servicing when it is known what for. Idempotent by `source`."""
    fits = loan_id if loan_id is not None and await _fits(tx, loan_id, came.amount.currency) else None
    event = ReceiptEvent.MATCH if fits else ReceiptEvent.PARK
    note = msgspec.json.encode([came.sender_name, came.narration])
    received = Receipt(
        id=new_id(),
        source=came.source,
        method=method,
        reference=came.reference,
        amount_minor=came.amount.amount_minor,
        currency=came.amount.currency,
        loan_id=fits,
        state=RECEIPTS.after(RECEIPTS.start, event),
        received_on=received_on or came.at.date(),
        note_sealed=(await vault.keyring(tx)).encrypt(NOTE, note) if vault else None,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if not await store.add(tx, received):
        return
    await books.money_came_in(tx, received)
    await audit.record(tx, "payment.received", f"payment:{received.id}", loan_id=fits, method=method)
    if fits is not None:
        await tell(tx, received)


async def tell(tx: Tx, received: Receipt) -> None:
    """Publishes money that is known to be for a loan."""
    assert received.loan_id is not None, "only matched money is told of"
    await outbox.add(
        tx,
        PaymentReceived(
            payment_id=received.id,
            loan_id=received.loan_id,
            amount=received.amount,
            method=received.method,
            received_on=received.received_on,
            reference=received.reference,
        ),
    )


async def take_back(tx: Tx, gone: ReceiptReport) -> bool:
    """The bank took money back. False while the receipt itself has not come yet: it will, so try again."""
    received = await store.lock_receipt_by_source(tx, gone.source)
    if received is None:
        return False
    if received.reversed_on is not None:
        return True
    on = await business_date.current(tx)
    await store.save(tx, replace(received, reversed_on=on, updated_at=tx.now))
    await books.money_went_back(tx, received, on)
    await audit.record(tx, "payment.reversed", f"payment:{received.id}", loan_id=received.loan_id)
    if received.loan_id is not None:
        told = PaymentReversed(payment_id=received.id, loan_id=received.loan_id, amount=received.amount, on=on)
        await outbox.add(tx, told)
    return True


async def _fits(tx: ReadTx, loan_id: UUID, currency: str) -> bool:
    try:
        await require_paid_out(tx, loan_id)
        owner = await servicing.loan_owner(tx, loan_id)
    except (servicing.LoanNotFound, LoanNotPayable):
        return False
    return owner.currency == currency
