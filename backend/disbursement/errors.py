"""What can be refused about disbursements."""

from shared.errors import Conflict, NotFound


class DisbursementNotFound(NotFound):
    code = "disbursement_not_found"
    message = "There is no such disbursement here. It exists once the agreement is signed."


class DisbursementNotRetryable(Conflict):
    code = "disbursement_not_retryable"
    message = "This disbursement is {status}. Only a failed one can be tried again."


class DisbursementNotCancellable(Conflict):
    code = "disbursement_not_cancellable"
    message = "This disbursement is {status}. Only a failed one can be given up."


class AgreementWasCancelled(Conflict):
    code = "disbursement_agreement_cancelled"
    message = "The agreement was cancelled, so nothing is paid out any more."


class TooManyAttempts(Conflict):
    code = "disbursement_attempts_exhausted"
    message = (
        "This disbursement failed {attempts} times, which is the limit. Ask the borrower for another way to be paid."
    )
