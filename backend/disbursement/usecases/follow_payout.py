"""Follows what became of a payout, and tells the others."""

from backend.disbursement import store
from backend.kernel import outbox
from backend.kernel.db import Tx
from shared.events.disbursement import DisbursementFailed, LoanDisbursed
from shared.events.payments import PayoutFailed, PayoutSettled


async def note_settled(tx: Tx, settled: PayoutSettled) -> None:
    """The money arrived: the loan is disbursed. Payouts that are not a disbursement's are passed over."""
    found = await store.lock_by_payout(tx, settled.payout_id)
    if found is None or not found.awaits(settled.payout_id):
        return
    assert settled.amount == found.amount, "a rail settles what was ordered"
    await store.save(tx, found.paid_out(settled.settled_on, tx.now))
    disbursed = LoanDisbursed(
        loan_id=found.loan_id,
        application_id=found.application_id,
        payout_id=found.payout_id,
        amount=found.amount,
        disbursed_on=settled.settled_on,
    )
    await outbox.add(tx, disbursed)


async def note_failed(tx: Tx, failed: PayoutFailed) -> None:
    """The payout did not arrive: operations are told, and may try again."""
    found = await store.lock_by_payout(tx, failed.payout_id)
    if found is None or not found.awaits(failed.payout_id):
        return
    await store.save(tx, found.failed(failed.reason_code, tx.now))
    told = DisbursementFailed(
        loan_id=found.loan_id,
        application_id=found.application_id,
        payout_id=found.payout_id,
        reason_code=failed.reason_code,
    )
    await outbox.add(tx, told)
