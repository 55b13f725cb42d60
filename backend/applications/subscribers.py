"""What other contexts publish about an application, as steps of its status."""

from backend.applications import store
from backend.applications.usecases.follow import follow
from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from shared.api.applications import ApplicationStatus as Status
from shared.events.agreements import AgreementCancelled, AgreementExpired, AgreementReady, AgreementSigned
from shared.events.disbursement import DisbursementCancelled, DisbursementFailed, LoanDisbursed
from shared.events.offers import OfferAccepted, OffersReady
from shared.events.servicing import LoanClosed
from shared.events.underwriting import DecisionMade, DecisionOutcome

_OF_OUTCOME = {
    DecisionOutcome.APPROVE: Status.APPROVED,
    DecisionOutcome.DECLINE: Status.DECLINED,
    DecisionOutcome.REFER: Status.REFERRED,
    DecisionOutcome.MORE_INFO: Status.MORE_INFO,
}


async def _decided(tx: Tx, event: DecisionMade) -> None:
    status = _OF_OUTCOME[event.outcome]
    await follow(tx, event.application_id, status, reasons=event.reasons, revision=event.revision)


async def _offered(tx: Tx, event: OffersReady) -> None:
    await follow(tx, event.application_id, Status.OFFERED if event.offers else Status.NO_OFFERS)


async def _accepted(tx: Tx, event: OfferAccepted) -> None:
    await follow(tx, event.application_id, Status.ACCEPTED)


async def _ready(tx: Tx, event: AgreementReady) -> None:
    await follow(tx, event.application_id, Status.AGREEMENT_READY, loan_id=event.loan_id)


async def _signed(tx: Tx, event: AgreementSigned) -> None:
    await follow(tx, event.application_id, Status.SIGNED, loan_id=event.loan_id)


async def _cancelled(tx: Tx, event: AgreementCancelled) -> None:
    await follow(tx, event.application_id, Status.CANCELLED, reasons=[event.reason])


async def _expired(tx: Tx, event: AgreementExpired) -> None:
    await follow(tx, event.application_id, Status.EXPIRED)


async def _disbursed(tx: Tx, event: LoanDisbursed) -> None:
    await follow(tx, event.application_id, Status.DISBURSED, loan_id=event.loan_id)


async def _not_disbursed(tx: Tx, event: DisbursementFailed) -> None:
    status = Status.DISBURSEMENT_FAILED
    await follow(tx, event.application_id, status, reasons=[event.reason_code], loan_id=event.loan_id)


async def _given_up(tx: Tx, event: DisbursementCancelled) -> None:
    await follow(tx, event.application_id, Status.CANCELLED, reasons=[event.reason_code], loan_id=event.loan_id)


async def _closed(tx: Tx, event: LoanClosed) -> None:
    found = await store.lock_by_loan(tx, event.loan_id)
    if found is not None:  # a further draw under a line has a loan of its own, and no application
        await follow(tx, found.id, Status.CLOSED)


SUBSCRIBERS = (
    Subscriber(name="applications.decided", event=DecisionMade, handle=_decided),
    Subscriber(name="applications.offered", event=OffersReady, handle=_offered),
    Subscriber(name="applications.accepted", event=OfferAccepted, handle=_accepted),
    Subscriber(name="applications.agreement_ready", event=AgreementReady, handle=_ready),
    Subscriber(name="applications.signed", event=AgreementSigned, handle=_signed),
    Subscriber(name="applications.cancelled", event=AgreementCancelled, handle=_cancelled),
    Subscriber(name="applications.agreement_expired", event=AgreementExpired, handle=_expired),
    Subscriber(name="applications.disbursed", event=LoanDisbursed, handle=_disbursed),
    Subscriber(name="applications.disbursement_failed", event=DisbursementFailed, handle=_not_disbursed),
    Subscriber(name="applications.disbursement_cancelled", event=DisbursementCancelled, handle=_given_up),
    Subscriber(name="applications.closed", event=LoanClosed, handle=_closed),
)
