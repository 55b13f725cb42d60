"""Tries a failed disbursement again."""

from uuid import UUID

from backend import onboarding, servicing
from backend.disbursement import store
from backend.disbursement.errors import AgreementWasCancelled, DisbursementNotFound
from backend.disbursement.usecases.order import order_again
from backend.disbursement.usecases.read import shown
from backend.kernel.db import Tx
from shared.api.disbursement import DisbursementOut, RetryIn
from shared.api.servicing import LoanStatus


async def retry(tx: Tx, disbursement_id: UUID, body: RetryIn) -> DisbursementOut:
    """Orders another payout, to the same account or to another of the borrower's.

    Raises DisbursementNotFound, AgreementWasCancelled, DisbursementNotRetryable, TooManyAttempts, BankAccountNotFound,
    BankAccountNotUsable.
    """
    found = await store.lock(tx, disbursement_id)
    if found is None:
        raise DisbursementNotFound
    if body.payout_account_id is not None:
        await onboarding.require_borrower_account(tx, body.payout_account_id, found.user_id, found.business_id)
    if (await servicing.loan_view(tx, found.loan_id)).status is LoanStatus.CANCELLED:
        raise AgreementWasCancelled
    return await shown(tx, await order_again(tx, found, body.payout_account_id))
