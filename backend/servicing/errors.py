"""What servicing refuses, and what to do about it. The engine's own refusals stand in `domain/errors.py`."""

from shared.errors import Conflict, NotFound, Unprocessable


class LoanNotFound(NotFound):
    """No such loan, or not the caller's."""

    code = "loan_not_found"
    message = "There is no such loan here. Check the identifier."


class LoanNotPaidOut(Conflict):
    """The loan has no schedule and takes no money yet."""

    code = "loan_not_paid_out"
    message = "This loan is {status}. Wait until it is paid out."


class LoanNotOpen(Conflict):
    """The loan has ended."""

    code = "loan_not_open"
    message = "This loan is {status}; nothing can be charged to it, paid off or given up."


class ChargeTooLarge(Unprocessable):
    """What a loan owes has a limit, as every amount has."""

    code = "charge_too_large"
    message = "With this charge the loan would owe more than {limit} minor units. Charge less."


class WaiverTooLarge(Unprocessable):
    """Only what is earned and owed can be waived: what is never earned needs no waiver."""

    code = "waiver_too_large"
    message = "Only {available} of {part} can be waived today. Waive that or less."


class GoodwillTooLarge(Unprocessable):
    """Goodwill relieves a loan of what it owes; it never becomes the borrower's money."""

    code = "goodwill_too_large"
    message = "{payoff} closes this loan today. Credit that or less."


class EntryNotFound(NotFound):
    """No such entry on the loan."""

    code = "loan_entry_not_found"
    message = "There is no such entry on this loan. Take the id of one of its transactions."


class EntryNotByHand(Unprocessable):
    """What others reported is corrected by them: a payment by the rail that it came from."""

    code = "loan_entry_not_by_hand"
    message = "A {kind} can't be taken back by hand. Only charges, waivers, goodwill credits and write-offs can."


class AlreadyTakenBack(Conflict):
    """An entry is taken back once."""

    code = "already_taken_back"
    message = "This entry was taken back before. Read the loan's transactions."


class PayoutDiffers(Conflict):
    """What arrived at the borrower is not what the contract pays out."""

    code = "payout_differs"
    message = "The payout of {paid} does not match the {expected} that the contract pays out. Settle this by hand."


class NoCreditToRefund(Conflict):
    """A refund gives back what is left over once nothing is owed."""

    code = "no_credit_to_refund"
    message = "This loan is {status} and holds no credit that could be paid back. Only an overpaid loan does."


class PayoffTooFarAhead(Unprocessable):
    """A payoff is quoted for a day in the near future only."""

    code = "payoff_too_far_ahead"
    message = "A payoff can be quoted from {first} to {last}. Choose a day between."


class CreditLineNotFound(NotFound):
    """No such line, or not the caller's."""

    code = "credit_line_not_found"
    message = "There is no such credit line here. Check the identifier."


class CreditLineNotOpen(Conflict):
    """Draws are made under an open line only."""

    code = "credit_line_not_open"
    message = "This credit line is {status}. Draw once it is open."


class CreditLineBlocked(Conflict):
    """A draw is overdue."""

    code = "credit_line_blocked"
    message = "A draw under this line is overdue. Pay {past_due} first, then draw again."


class CreditLineLost(Conflict):
    """A draw was written off."""

    code = "credit_line_lost"
    message = "A draw under this credit line was written off, so nothing more can be drawn."


class LimitExceeded(Unprocessable):
    """The line has less left than was asked for."""

    code = "limit_exceeded"
    message = "Only {available} is left of this line. Ask for that or less."


class TooManyInstalments(Unprocessable):
    """A draw may be shorter than the contract says, never longer."""

    code = "too_many_instalments"
    message = "A draw under this line has at most {limit} instalments. Ask for that many or fewer."


class BusinessDateAhead(Unprocessable):
    """A live tenant's business date may not run ahead of the calendar."""

    code = "business_date_ahead"
    message = "{through} has not ended yet. Close through {last} at the latest."


class BusinessDateFar(Unprocessable):
    """One request closes a bounded number of days."""

    code = "business_date_far"
    message = "From {business_date} at most {limit} days can be closed at once. Close through {last}, then go on."


class NothingToClose(Conflict):
    """The business date is there already."""

    code = "nothing_to_close"
    message = "The business date is {business_date} already; {through} is closed."


class TooManyLoansFailed(Conflict):
    """A close of business that fails for so many loans fails for a reason that they share."""

    code = "too_many_loans_failed"
    message = "{count} loans can't be carried over the end of {day}. Find what they share, then close the day again."
