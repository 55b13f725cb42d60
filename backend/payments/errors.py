"""What payments refuse, and what to do about it."""

from shared.errors import Conflict, NotFound


class PayoutNotFound(NotFound):
    code = "payout_not_found"
    message = "There is no payout {payout_id} here."


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    message = "There is no payment {payment_id} here."


class MandateNotFound(NotFound):
    code = "mandate_not_found"
    message = "There is no mandate {mandate_id} here."


class PaymentLinkNotFound(NotFound):
    code = "payment_link_not_found"
    message = "This payment link does not exist or is not valid any more. Ask for a new one."


class LoanNotPayable(Conflict):
    code = "loan_not_payable"
    message = "This loan is {status}, so there is nothing to pay yet. Pay once its money has arrived."


class MandateNotActive(Conflict):
    code = "mandate_not_active"
    message = "The mandate is {state}, so the account can't be debited. Ask the borrower for a new mandate."


class MandateExists(Conflict):
    code = "mandate_exists"
    message = "This loan has a mandate already. Cancel that one first."


class DebitNotFound(NotFound):
    code = "debit_not_found"
    message = "There is no debit {debit_id} here."


class VirtualAccountNotReady(NotFound):
    code = "virtual_account_not_ready"
    message = "This loan has no account to pay to yet. It has one within seconds of its payout; ask again."


class PaymentTakenBack(Conflict):
    code = "payment_taken_back"
    message = "The bank took this payment back, so there is nothing to assign or to refund."


class NoticeTooEarly(Conflict):
    code = "notice_too_early"
    message = "This news is about something that has not come yet. It is tried again."
