"""What the ledger refuses, and what to do about it."""

from backend.ledger.domain.errors import JournalMalformed, JournalUnbalanced
from shared.errors import CaasError, Conflict, InvalidInput, NotFound, Unavailable, Unprocessable

__all__ = [
    "AccountExists",
    "AccountNotFound",
    "AccountUnfit",
    "AlreadyReversed",
    "BalanceTooLow",
    "BooksRefused",
    "BreakNotFound",
    "HoldEnded",
    "HoldKeyReused",
    "HoldNotFound",
    "HoldTooSmall",
    "JournalKeyReused",
    "JournalMalformed",
    "JournalNotFound",
    "JournalUnbalanced",
    "LedgerBusy",
    "PeriodClosed",
    "StatementUnreadable",
]


class JournalNotFound(NotFound):
    code = "journal_not_found"
    message = "There is no journal {journal_id} in these books."


class AccountNotFound(NotFound):
    code = "account_not_found"
    message = "There is no account {account} in these books. Open it before posting to it."


class AccountExists(Conflict):
    code = "account_exists"
    message = "There is an account {account} already, and it is another one. Choose another code."


class AccountUnfit(Unprocessable):
    code = "account_unfit"
    message = (
        "The account {account} does not take this: it is a heading, keeps another unit, has no floor to hold money"
        " above, or does not roll up where you asked. Read the chart of accounts."
    )


class BreakNotFound(NotFound):
    code = "break_not_found"
    message = "There is no open line {line_id}. List the breaks again: it may have been settled."


class JournalKeyReused(Conflict):
    code = "journal_key_reused"
    message = "The key {key} already stands for another journal. Use a new key for a new event."


class AlreadyReversed(Conflict):
    code = "journal_already_reversed"
    message = "This journal has been reversed already. Read its reversal before posting anything else."


class BalanceTooLow(Unprocessable):
    code = "balance_too_low"
    message = "This would take {account} below zero in {currency}. Read the balance again, then post less."


class PeriodClosed(Conflict):
    code = "period_closed"
    message = "The books are closed through {closed_through}. Date the entry {on} after that, or open the period again."


class HoldNotFound(NotFound):
    code = "hold_not_found"
    message = "There is no hold {hold_id} in these books."


class HoldKeyReused(Conflict):
    code = "hold_key_reused"
    message = "The key {key} already stands for another hold. Use a new key for a new one."


class HoldEnded(Conflict):
    code = "hold_ended"
    message = "This hold was {outcome} already. Place a new one."


class HoldTooSmall(Unprocessable):
    code = "hold_too_small"
    message = "The hold is smaller than what was to be posted from it. Post at most what it holds."


class LedgerBusy(Unavailable):
    code = "ledger_busy"
    message = "More is waiting to be posted than can be worked off soon. Try again in a moment; nothing was posted."


class StatementUnreadable(InvalidInput):
    code = "statement_unreadable"
    message = "The statement can't be read as {format}: {why}."


class BooksRefused(CaasError):
    """The database refused what our own checks had let through: a defect of ours, never of the caller."""

    code = "books_refused"
