"""The books: double-entry journals, balanced by the database, immutable, chained by hash. `post` is the one way in."""

from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import LENDER_CHART, Account, AccountKind, Side
from backend.ledger.domain.journal import MAX_POSTINGS, Journal, PostedJournal, Posting, credit, debit
from backend.ledger.errors import (
    AccountNotFound,
    AlreadyReversed,
    BalanceTooLow,
    JournalKeyReused,
    JournalMalformed,
    JournalNotFound,
    JournalUnbalanced,
)
from backend.ledger.module import module
from backend.ledger.usecases.open_books import open_books
from backend.ledger.usecases.post import post, post_many, reverse
from backend.ledger.usecases.read import loan_volumes, trial_balance

accounts = Account

__all__ = [
    "LENDER_CHART",
    "MAX_POSTINGS",
    "Account",
    "AccountKind",
    "AccountNotFound",
    "AlreadyReversed",
    "BalanceTooLow",
    "Journal",
    "JournalKeyReused",
    "JournalMalformed",
    "JournalNotFound",
    "JournalUnbalanced",
    "PostedJournal",
    "Posting",
    "Side",
    "Volume",
    "accounts",
    "credit",
    "debit",
    "loan_volumes",
    "module",
    "open_books",
    "post",
    "post_many",
    "reverse",
    "trial_balance",
]
