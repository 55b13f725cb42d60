"""Ends what has run out of time: agreements that nobody signed, cancellations whose money did not come back."""

from datetime import timedelta

from backend.agreements import store
from backend.agreements.domain.agreement import RAN_OUT
from backend.agreements.usecases.draft_agreement import enqueue_setting
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from shared.api.agreements import AgreementStatus
from shared.events.agreements import AgreementExpired

BATCH = 200
PATIENCE = timedelta(minutes=2)  # setting two documents takes well under a second


async def expire_agreements(tx: Tx) -> int:
    """Expires a batch of unsigned agreements whose time is over. Returns how many it looked at."""
    due = await store.unsigned_past(tx, tx.now, BATCH)
    for agreement_id in due:
        found = await store.lock(tx, agreement_id)
        if found is None or found.expired(tx.now) is found:
            continue
        await store.save(tx, found.expired(tx.now))
        await audit.record(tx, "agreement.expired", f"agreement:{found.id}")
        await outbox.add(
            tx,
            AgreementExpired(
                agreement_id=found.id, application_id=found.application_id, loan_id=found.loan_id, reason=RAN_OUT
            ),
        )
    return len(due)


async def lapse_cancellations(tx: Tx) -> int:
    """Voids a batch of cancellations whose loans were not paid off in time. Returns how many it looked at."""
    today = await business_date.current(tx)
    due = await store.unreturned_past(tx, today, BATCH)
    for agreement_id in due:
        found = await store.lock(tx, agreement_id)
        if found is None or found.lapsed(today) is found:
            continue
        await store.save(tx, found.lapsed(today))
        await audit.record(tx, "agreement.cancellation_lapsed", f"agreement:{found.id}", on=today)
    return len(due)


async def resume_setting(tx: Tx) -> int:
    """Has documents set anew where the job that should have done it was given up."""
    left = await store.left_drafting(tx, PATIENCE, BATCH)
    for agreement_id in left:
        found = await store.lock(tx, agreement_id)
        if found is not None and found.status is AgreementStatus.DRAFTING:
            await enqueue_setting(tx, found.id)
    return len(left)
