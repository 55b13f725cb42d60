"""What the ledger refuses, and what to do about it."""

from backend.ledger.domain.errors import JournalMalformed, JournalUnbalanced
from shared.errors import CaasError, Conflict, NotFound, Unprocessable

__all__ = [
    "AccountNotFound",
    "AlreadyReversed",
    "BalanceTooLow",
    "BooksRefused",
    "JournalKeyReused",
    "JournalMalformed",
    "JournalNotFound",
    "JournalUnbalanced",
]


class JournalNotFound(NotFound):
    code = "journal_not_found"
    message = "There is no journal {journal_id} in these books."


class AccountNotFound(NotFound):
    code = "account_not_found"
    message = "There is no account {account} in these books. Open it before posting to it."


class JournalKeyReused(Conflict):
    code = "journal_key_reused"
    message = "The key {key} already stands for another journal. Use a new key for a new event."


class AlreadyReversed(Conflict):
    code = "journal_already_reversed"
    message = "This journal has been reversed already. Read its reversal before posting anything else."


class BalanceTooLow(Unprocessable):
    code = "balance_too_low"
    message = "This would take {account} below zero in {currency}. Read the balance again, then post less."


class BooksRefused(CaasError):
    """The database refused what our own checks had let through: a defect of ours, never of the caller."""

    code = "books_refused"
