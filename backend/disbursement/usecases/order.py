"""Orders the payout of a loan: of a signed agreement, or of a draw under a credit line."""

from uuid import UUID

from backend import payments, servicing
from backend.disbursement import store
from backend.disbursement.domain.disbursement import Disbursement
from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from shared.api.disbursement import DisbursementStatus
from shared.events.agreements import AgreementSigned
from shared.events.servicing import DrawRequested
from shared.ids import new_id
from shared.terms import LoanTerms


async def order_signed(tx: Tx, signed: AgreementSigned) -> None:
    """Orders the payout of a signed agreement; at once, since cooling-off is the right to give the money back.

    Idempotent by the loan.
    """
    await _order(
        tx,
        loan_id=signed.loan_id,
        application_id=signed.application_id,
        user_id=signed.user_id,
        business_id=signed.business_id,
        account_id=signed.payout_account_id,
        terms=signed.terms,
    )


async def order_draw(tx: Tx, drawn: DrawRequested) -> None:
    """Orders the payout of a draw. Idempotent by the loan."""
    await _order(
        tx,
        loan_id=drawn.loan_id,
        application_id=drawn.application_id,
        user_id=drawn.user_id,
        business_id=drawn.business_id,
        account_id=drawn.payout_account_id,
        terms=drawn.terms,
    )


async def _order(
    tx: Tx,
    *,
    loan_id: UUID,
    application_id: UUID,
    user_id: UUID,
    business_id: UUID | None,
    account_id: UUID,
    terms: LoanTerms,
) -> None:
    net = servicing.quote(terms, await business_date.current(tx)).paid_out_minor
    new = Disbursement(
        id=new_id(),
        loan_id=loan_id,
        application_id=application_id,
        user_id=user_id,
        business_id=business_id,
        payout_account_id=account_id,
        amount_minor=net,
        currency=terms.currency,
        status=DisbursementStatus.ORDERED,
        payout_id=new_id(),
        attempts=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if await store.add(tx, new):
        await _send(tx, new)


async def order_again(tx: Tx, failed: Disbursement, account_id: UUID | None = None) -> Disbursement:
    """Orders another payout of what failed, to another account where one is given.

    Raises DisbursementNotRetryable, TooManyAttempts.
    """
    again = failed.retried(new_id(), account_id, tx.now)
    await store.save(tx, again)
    await _send(tx, again)
    return again


async def _send(tx: Tx, ordered: Disbursement) -> None:
    """Gives the present attempt to payments."""
    order = payments.PayoutOrder(
        payout_id=ordered.payout_id,
        amount=ordered.amount,
        account_id=ordered.payout_account_id,
        purpose=payments.PayoutPurpose.DISBURSEMENT,
        loan_id=ordered.loan_id,
    )
    await payments.order_payout(tx, order)
    await audit.record(
        tx,
        "disbursement.ordered",
        f"disbursement:{ordered.id}",
        loan_id=ordered.loan_id,
        payout_id=ordered.payout_id,
        amount_minor=ordered.amount_minor,
        currency=ordered.currency,
        attempt=ordered.attempts,
    )
