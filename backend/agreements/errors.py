"""What can be refused about agreements."""

from shared.errors import CaasError, Conflict, NotFound


class AgreementNotFound(NotFound):
    """No such agreement, or not the caller's."""

    code = "agreement_not_found"
    message = "There is no such agreement here. List your agreements to see those there are."


class DocumentNotReady(NotFound):
    """The documents are still being set."""

    code = "document_not_ready"
    message = "This document is still being prepared. Ask again in a few seconds."


class EvidenceNotFound(NotFound):
    """Nobody signed."""

    code = "evidence_not_found"
    message = "This agreement has not been signed, so there is no evidence of a signature."


class DocumentDamaged(CaasError):
    """A stored document no longer has the hash that was recorded for it."""

    code = "document_damaged"
    message = "The stored document does not match its fingerprint. It is not shown; give support the request id."


class AgreementNotSignable(Conflict):
    """It is not ready, or over."""

    code = "agreement_not_signable"
    message = "This agreement is {status} and can't be signed."


class AgreementRunOut(Conflict):
    """Nobody signed in time."""

    code = "agreement_expired"
    message = "The time to sign this agreement is over. Apply again to get another one."


class DocumentsDiffer(Conflict):
    """What the caller read is not what would be signed."""

    code = "documents_differ"
    message = "What you are signing is not what we hold. Read the agreement again, then sign with its signing hash."


class AgreementNotCancellable(Conflict):
    """The right to cancel is over, or there is nothing to cancel."""

    code = "agreement_not_cancellable"
    message = (
        "This agreement is {status} and can't be cancelled. A loan can be paid off early at any time, free of charge."
    )
