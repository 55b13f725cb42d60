"""Cancels an agreement by the borrower's right: unsigned, before the payout, or within the cooling-off days."""

from uuid import UUID

from backend import identity
from backend.agreements import store
from backend.agreements.domain.agreement import DECLINED
from backend.agreements.errors import AgreementNotFound
from backend.agreements.usecases.read_agreements import agreement_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from shared.api.agreements import AgreementOut, AgreementStatus, CancelReason
from shared.events.agreements import AgreementCancelled, AgreementExpired


async def cancel_agreement(tx: Tx, agreement_id: UUID, reason: CancelReason) -> AgreementOut:
    """Cancels. Before the payout it ends at once; with the money out, once the loan is paid off by `return_by`.

    Raises AgreementNotFound, AgreementNotCancellable, NotPermitted.
    """
    found = await store.lock(tx, agreement_id)
    if found is None:
        raise AgreementNotFound
    await identity.require_decider(tx, found.user_id, found.business_id, missing=AgreementNotFound())
    today = await business_date.current(tx)
    cancelled = found.expired(tx.now).cancelled(today, reason.value)
    await store.save(tx, cancelled)
    await audit.record(
        tx, "agreement.cancelled", f"agreement:{found.id}", was=found.status.value, reason=reason.value, on=today
    )
    ids = {"agreement_id": found.id, "application_id": found.application_id, "loan_id": found.loan_id}
    if found.signed_at is None:
        await outbox.add(tx, AgreementExpired(**ids, reason=DECLINED))
    elif cancelled.status is AgreementStatus.CANCELLED:
        await outbox.add(tx, AgreementCancelled(**ids, on=today, reason=reason.value))
    return await agreement_out(tx, cancelled)
