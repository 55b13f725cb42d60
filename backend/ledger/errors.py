"""What the ledger refuses, and what to do about it."""

from shared.errors import CaasError, Conflict, NotFound, Unprocessable


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
    message = "Journal {journal_id} has been reversed already."


class BalanceTooLow(Unprocessable):
    code = "balance_too_low"
    message = "This would take {account} below zero in {currency}. Read the balance again, then post less."


class JournalMalformed(Unprocessable):
    code = "journal_malformed"
    message = "Journal {key} can't be posted: {why}."


class JournalUnbalanced(Unprocessable):
    code = "journal_unbalanced"
    message = "Journal {key} does not balance in {currency}: debits exceed credits by {difference_minor} minor units."


class BooksRefused(CaasError):
    """The database refused a write that our own checks had let through: a defect of ours, never of the caller."""

    code = "books_refused"
