"""Tries a failed disbursement again."""

from uuid import UUID

from backend import onboarding
from backend.disbursement import store
from backend.disbursement.errors import DisbursementNotFound
from backend.disbursement.usecases.order import send
from backend.disbursement.usecases.read import shown
from backend.kernel.db import Tx
from shared.api.disbursement import DisbursementOut, RetryIn
from shared.ids import new_id


async def retry(tx: Tx, disbursement_id: UUID, body: RetryIn) -> DisbursementOut:
    """Orders another payout, to the same account or to another of the borrower's.

    Raises DisbursementNotFound, DisbursementNotRetryable, TooManyAttempts, BankAccountNotFound, BankAccountNotUsable.
    """
    found = await store.lock(tx, disbursement_id)
    if found is None:
        raise DisbursementNotFound
    if body.payout_account_id is not None:
        await onboarding.require_own_account(tx, body.payout_account_id, found.user_id)
    again = found.retried(new_id(), body.payout_account_id, tx.now)
    await store.save(tx, again)
    await send(tx, again)
    return await shown(tx, again)
