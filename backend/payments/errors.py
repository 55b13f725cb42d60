"""What payments refuse, and what to do about it."""

from backend.payments.domain.errors import StateForbids
from shared.errors import Conflict, NotFound, Unprocessable


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


class MandateNotActive(Conflict):
    code = "mandate_not_active"
    message = "The mandate is {state}, so the account can't be debited. Ask the borrower for a new mandate."


class AmountNotPositive(Unprocessable):
    code = "amount_not_positive"
    message = "The amount must be above zero."


class ReferenceTaken(Conflict):
    code = "reference_taken"
    message = "The reference {reference} already stands for an order with other figures. Use a new reference."
