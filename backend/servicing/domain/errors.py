"""What the engine refuses to compute."""

from shared.errors import Unprocessable


class TermsNotServiceable(Unprocessable):
    """The terms contradict themselves, or the engine has no rule for them."""

    code = "terms_not_serviceable"
    message = "These terms can't be turned into a schedule: {reason}"


class PaymentBeforeDisbursement(Unprocessable):
    """A loan can't be repaid before it was paid out."""

    code = "payment_before_disbursement"
    message = "The payment is dated {paid_on}, before the loan was paid out. Date it on or after {disbursed_on}."


class NothingToReverse(Unprocessable):
    """A reversal has to name a payment of the same loan."""

    code = "nothing_to_reverse"
    message = "There is no payment {target} on this loan. Name one of its payments."


class DrawBeyondLimit(Unprocessable):
    """A revolving line lends no more than its limit at any time."""

    code = "draw_beyond_limit"
    message = "Only {available} minor units were left of the line on {on}. Draw that or less."
