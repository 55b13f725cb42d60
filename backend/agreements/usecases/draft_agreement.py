"""Drafts the agreement on an accepted offer and has its documents set."""

from uuid import UUID

from msgspec import Struct

from backend.agreements import store
from backend.agreements.domain.agreement import Agreement
from backend.kernel import audit, jobs
from backend.kernel.db import Tx
from shared.api.agreements import AgreementStatus
from shared.events.offers import OfferAccepted
from shared.ids import new_id

SET = "agreements.set_documents"


class SetDocuments(Struct, frozen=True, kw_only=True):
    """Which agreement to set the documents of."""

    agreement_id: UUID


async def draft_agreement(tx: Tx, accepted: OfferAccepted) -> None:
    """Allots the loan's id, keeps the agreement and enqueues its documents. Idempotent by the offer."""
    line = accepted.credit_limit
    draft = Agreement(
        id=new_id(),
        application_id=accepted.application_id,
        offer_id=accepted.offer_id,
        loan_id=new_id(),
        user_id=accepted.user_id,
        business_id=accepted.business_id,
        product_id=accepted.product_id,
        product_kind=accepted.product_kind,
        lender=accepted.lender,
        lender_name=accepted.lender_name,
        terms=accepted.terms,
        credit_limit_minor=None if line is None else line.amount_minor,
        payout_account_id=accepted.payout_account_id,
        status=AgreementStatus.DRAFTING,
        drafted_at=tx.now,
    )
    if await store.add(tx, draft):
        await enqueue_setting(tx, draft.id)
        subject = f"agreement:{draft.id}"
        await audit.record(tx, "agreement.drafted", subject, offer_id=draft.offer_id, loan_id=draft.loan_id)


async def enqueue_setting(tx: Tx, agreement_id: UUID) -> None:
    """Has the documents set by a job; one is enough, however often this is called."""
    await jobs.enqueue(tx, SET, SetDocuments(agreement_id=agreement_id), dedupe_key=f"agreements:{agreement_id}")
