"""Calls a disbursement off when its agreement is cancelled in time."""

from backend import payments
from backend.disbursement import store
from backend.disbursement.domain.disbursement import Disbursement
from backend.disbursement.errors import DisbursementNotFound
from backend.kernel import audit
from backend.kernel.db import Tx
from shared.api.disbursement import DisbursementStatus
from shared.events.agreements import AgreementCancelled


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


async def cancel(tx: Tx, found: Disbursement) -> None:
    """Ends a locked disbursement whose money has not left."""
    await store.save(tx, found.cancelled(tx.now))
    await audit.record(tx, "disbursement.cancelled", f"disbursement:{found.id}", loan_id=found.loan_id)
