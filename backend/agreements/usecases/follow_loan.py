"""Keeps an agreement in step with its loan and its application: paid out or never, paid off, withdrawn."""

from uuid import UUID

from backend.agreements import store
from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from shared.api.agreements import AgreementStatus
from shared.events.disbursement import DisbursementCancelled, LoanDisbursed
from shared.events.servicing import LoanClosed


async def note_payout(tx: Tx, disbursed: LoanDisbursed) -> None:
    """Notes that the money arrived. A cancellation that it crossed now waits for the loan to be paid off."""
    found = await store.lock_by_loan(tx, disbursed.loan_id)
    if found is None:
        return  # a further draw under a line has no agreement of its own
    paid = found.paid_out(disbursed.disbursed_on, await business_date.current(tx))
    if paid is not found:
        await store.save(tx, paid)
        if paid.status is AgreementStatus.CANCELLING:
            await audit.record(tx, "agreement.to_be_paid_off", f"agreement:{found.id}", return_by=paid.return_by)


async def note_given_up(tx: Tx, cancelled: DisbursementCancelled) -> None:
    """Ends an agreement whose money can't be paid out."""
    found = await store.lock_by_loan(tx, cancelled.loan_id)
    if found is None:
        return  # a further draw under a line has no agreement of its own
    today = await business_date.current(tx)
    ended = found.never_paid_out(today)
    if ended is not found:
        await store.save(tx, ended)
        await audit.record(tx, "agreement.not_paid_out", f"agreement:{found.id}", on=today)


async def note_payoff(tx: Tx, closed: LoanClosed) -> None:
    """Completes a cancellation that waited for the loan to be paid off."""
    found = await store.lock_by_loan(tx, closed.loan_id)
    if found is None:
        return
    done = found.paid_off(closed.on)
    if done is not found:
        await store.save(tx, done)
        await audit.record(tx, "agreement.cancellation_completed", f"agreement:{found.id}", on=closed.on)


async def withdraw(tx: Tx, application_id: UUID) -> None:
    """Ends what nobody has signed of an application that was taken back."""
    today = await business_date.current(tx)
    for found in await store.lock_of_application(tx, application_id):
        ended = found.withdrawn(today)
        if ended is not found:
            await store.save(tx, ended)
            await audit.record(tx, "agreement.withdrawn", f"agreement:{found.id}")
