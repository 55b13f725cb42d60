"""Follows what became of a payout, and tells the others."""

from backend import payments, servicing
from backend.disbursement import store
from backend.disbursement.usecases.cancel import cancel
from backend.disbursement.usecases.order import order_again
from backend.kernel import outbox
from backend.kernel.db import Tx
from shared.api.servicing import LoanStatus
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
        user_id=found.user_id,
    )
    await outbox.add(tx, disbursed)


async def note_failed(tx: Tx, failed: PayoutFailed) -> None:
    """The payout did not arrive. One that the bank never had is ordered anew; otherwise operations are told.

    A loan whose agreement was cancelled meanwhile is not paid out any more. Raises LoanNotFound (the signature's event
    may still be on its way).
    """
    found = await store.lock_by_payout(tx, failed.payout_id)
    if found is None or not found.awaits(failed.payout_id):
        return
    ended = found.failed(failed.reason_code, tx.now)
    await store.save(tx, ended)
    if (await servicing.loan_view(tx, found.loan_id)).status is LoanStatus.CANCELLED:
        await cancel(tx, ended)
    elif failed.reason_code == payments.NEVER_RECEIVED and ended.may_go_on_by_itself:
        await order_again(tx, ended)
    else:
        told = DisbursementFailed(
            loan_id=found.loan_id,
            application_id=found.application_id,
            payout_id=found.payout_id,
            reason_code=failed.reason_code,
            user_id=found.user_id,
        )
        await outbox.add(tx, told)
