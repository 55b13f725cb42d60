"""Ends a disbursement that has not happened: its agreement is cancelled in time, or operations give it up."""

from uuid import UUID

from backend import payments
from backend.disbursement import store
from backend.disbursement.domain.disbursement import Disbursement
from backend.disbursement.errors import DisbursementNotCancellable, DisbursementNotFound
from backend.disbursement.usecases.read import shown
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from shared.api.disbursement import DisbursementOut, DisbursementStatus
from shared.events.agreements import AgreementCancelled
from shared.events.disbursement import DisbursementCancelled


async def call_off(tx: Tx, cancelled: AgreementCancelled) -> None:
    """Cancels what has not left yet. Money that is on its way or has arrived is given back under the agreement.

    Idempotent. Raises DisbursementNotFound (the signature's event may still be on its way).
    """
    found = await store.lock_by_loan(tx, cancelled.loan_id)
    if found is None:
        raise DisbursementNotFound
    if found.status is DisbursementStatus.ORDERED and not await payments.cancel_payout(tx, found.payout_id):
        return
    if found.status in {DisbursementStatus.ORDERED, DisbursementStatus.FAILED}:
        await cancel(tx, found)


async def give_up(tx: Tx, disbursement_id: UUID) -> DisbursementOut:
    """Ends a disbursement whose payout failed: the loan is cancelled with it, and frees its share of a line's limit.

    Raises DisbursementNotFound, DisbursementNotCancellable.
    """
    found = await store.lock(tx, disbursement_id)
    if found is None:
        raise DisbursementNotFound
    if found.status is not DisbursementStatus.FAILED or found.reason_code is None:
        raise DisbursementNotCancellable(status=found.status.value.replace("_", " "))
    cancelled = DisbursementCancelled(
        loan_id=found.loan_id,
        application_id=found.application_id,
        user_id=found.user_id,
        payout_id=found.payout_id,
        reason_code=found.reason_code,
    )
    await outbox.add(tx, cancelled)
    return await shown(tx, await cancel(tx, found))


async def cancel(tx: Tx, found: Disbursement) -> Disbursement:
    """Ends a locked disbursement whose money has not left."""
    ended = found.cancelled(tx.now)
    await store.save(tx, ended)
    await audit.record(tx, "disbursement.cancelled", f"disbursement:{found.id}", loan_id=found.loan_id)
    return ended
