"""Records a repayment against a loan, and takes one back that bounced."""

from datetime import date
from uuid import UUID, uuid5

from msgspec.structs import replace

from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.servicing.domain.dates import counts_on
from backend.servicing.domain.errors import NothingToReverse
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.loan import Applied, LoanState
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.domain.status import OPEN
from backend.servicing.errors import LoanNotFound, LoanNotPaidOut
from backend.servicing.store import loans
from backend.servicing.usecases.carry import Cause, carry
from shared.errors import CurrencyMismatch
from shared.events.payments import PaymentReceived, PaymentReversed
from shared.events.servicing import RepaymentParts, RepaymentRecorded, RepaymentReversed
from shared.money import Money
from shared.terms import Part

RETURNED = "Returned payment"


async def record_repayment(tx: Tx, payment: PaymentReceived) -> None:
    """Allocates a payment in the loan's own order and posts it. Idempotent by the payment's id.

    Dated before today it counts from its own day, and what the days since then charged too much is given back. What
    closes the loan drops the interest and fees to come; what is left over is kept as the borrower's credit.
    Raises LoanNotFound, LoanNotPaidOut, CurrencyMismatch.
    """
    file = await _payable(tx, payment.loan_id, payment.amount)
    if file.event(payment.payment_id) is not None:
        return
    business = await business_date.current(tx)
    assert file.schedule is not None, "a payable loan has a schedule"
    day = counts_on(payment.received_on, business_date=business, today=tx.now.date())
    event = LoanEvent(
        id=payment.payment_id,
        kind=EventKind.PAYMENT,
        effective_on=max(day, file.schedule.disbursed_on),
        amount_minor=payment.amount.amount_minor,
    )
    await loans.add_event(tx, file.id, event, reference=payment.reference)
    state = await _carry(tx, file, event, Cause(key=f"servicing.payment:{event.id}", kind="repayment"))
    applied = next(applied for applied in state.applied if applied.event_id == event.id)
    await outbox.add(
        tx,
        RepaymentRecorded(
            loan_id=file.id,
            payment_id=event.id,
            user_id=file.contract.user_id,
            amount=payment.amount,
            parts=parts_of(applied),
            outstanding=Money.of(state.outstanding_minor, file.currency),
            on=event.effective_on,
        ),
    )
    await audit.record(
        tx,
        "loan.repayment_recorded",
        f"loan:{file.id}",
        payment_id=event.id,
        amount_minor=event.amount_minor,
        currency=file.currency,
    )


async def reverse_repayment(tx: Tx, reversed_: PaymentReversed) -> None:
    """Takes a payment back: from then on the loan is as if it had never been. Idempotent by the payment's id.

    A loan that is owed on is charged what its contract asks for a returned payment.
    Raises LoanNotFound, NothingToReverse where the payment is not there (its event may still be on its way).
    """
    file = await _payable(tx, reversed_.loan_id, reversed_.amount)
    reversal_id = uuid5(reversed_.payment_id, "reversal")
    if file.event(reversal_id) is not None:
        return
    original = file.event(reversed_.payment_id)
    if original is None:
        raise NothingToReverse(target=reversed_.payment_id)
    business = await business_date.current(tx)
    day = counts_on(reversed_.on, business_date=business, today=tx.now.date())
    event = LoanEvent(
        id=reversal_id,
        kind=EventKind.REVERSAL,
        effective_on=max(day, original.effective_on),
        target=original.id,
    )
    await loans.add_event(tx, file.id, event, reference="")
    fees = _returned_fees(file, event, max(event.effective_on, business))
    for fee in fees:
        await loans.add_event(tx, file.id, fee, reference=RETURNED)
    cause = Cause(key=f"servicing.reversal:{original.id}", kind="repayment_reversed")
    state = await _carry(tx, replace(file, events=(*file.events, *fees)), event, cause)
    await outbox.add(
        tx,
        RepaymentReversed(
            loan_id=file.id,
            payment_id=original.id,
            user_id=file.contract.user_id,
            amount=reversed_.amount,
            outstanding=Money.of(state.outstanding_minor, file.currency),
            on=event.effective_on,
        ),
    )
    await audit.record(tx, "loan.repayment_reversed", f"loan:{file.id}", payment_id=original.id)


def _returned_fees(file: LoanFile, reversal: LoanEvent, on: date) -> tuple[LoanEvent, ...]:
    amount_minor = file.contract.terms.returned_payment_fee_minor
    bounced = replace(file, events=(*file.events, reversal))
    if not amount_minor or bounced.state(max(file.as_of or on, on)).status not in OPEN:
        return ()
    fee_id = uuid5(reversal.id, RETURNED)
    kind, day = EventKind.FEE_CHARGED, reversal.effective_on
    return (LoanEvent(id=fee_id, kind=kind, effective_on=day, amount_minor=amount_minor),)


def parts_of(applied: Applied) -> RepaymentParts:
    """What a payment paid of each part."""
    return RepaymentParts(
        principal_minor=applied.total_of(Part.PRINCIPAL),
        interest_minor=applied.total_of(Part.INTEREST),
        fee_minor=applied.total_of(Part.FEE),
        penalty_minor=applied.total_of(Part.PENALTY),
        credit_minor=applied.credit_minor,
        recovered_minor=applied.recovered_minor,
    )


async def _payable(tx: Tx, loan_id: UUID, amount: Money) -> LoanFile:
    file = await loans.lock(tx, loan_id)
    if file is None:
        raise LoanNotFound
    if file.schedule is None:
        raise LoanNotPaidOut(status=file.status.value)
    if amount.currency != file.currency:
        raise CurrencyMismatch(left=amount.currency, right=file.currency)
    return file


async def _carry(tx: Tx, file: LoanFile, event: LoanEvent, cause: Cause) -> LoanState:
    """Carries the loan, with `event`, to the business date or to the event's own day where that is later."""
    assert file.as_of is not None, "a loan that was paid out stands on a day"
    as_of = max(file.as_of, event.effective_on, await business_date.current(tx))
    cause = replace(cause, source_id=event.id)
    return await carry(tx, replace(file, events=(*file.events, event)), as_of, cause)
