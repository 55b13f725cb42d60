"""The books: double-entry journals, balanced by the database, immutable, chained by hash. `post` is the one way in."""

from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import AccountKind, ChartEntry, Side
from backend.ledger.domain.holds import Hold, PlacedHold
from backend.ledger.domain.journal import MAX_POSTINGS, Journal, PostedJournal, Posting, credit, debit
from backend.ledger.domain.templates import LENDER_CHART, Account, Template
from backend.ledger.errors import (
    AccountNotFound,
    AccountUnfit,
    AlreadyReversed,
    BalanceTooLow,
    HoldEnded,
    JournalKeyReused,
    JournalMalformed,
    JournalNotFound,
    JournalUnbalanced,
    PeriodClosed,
)
from backend.ledger.module import module
from backend.ledger.usecases.close_period import close_period
from backend.ledger.usecases.hold import place_hold, post_hold, void_hold
from backend.ledger.usecases.open_books import open_account, open_books
from backend.ledger.usecases.post import post, post_many, reverse
from backend.ledger.usecases.prove import export, verify
from backend.ledger.usecases.read import loan_volumes, trial_balance
from backend.ledger.verifier import Wrong

accounts = Account

__all__ = [
    "LENDER_CHART",
    "MAX_POSTINGS",
    "Account",
    "AccountKind",
    "AccountNotFound",
    "AccountUnfit",
    "AlreadyReversed",
    "BalanceTooLow",
    "ChartEntry",
    "Hold",
    "HoldEnded",
    "Journal",
    "JournalKeyReused",
    "JournalMalformed",
    "JournalNotFound",
    "JournalUnbalanced",
    "PeriodClosed",
    "PlacedHold",
    "PostedJournal",
    "Posting",
    "Side",
    "Template",
    "Volume",
    "Wrong",
    "accounts",
    "close_period",
    "credit",
    "debit",
    "export",
    "loan_volumes",
    "module",
    "open_account",
    "open_books",
    "place_hold",
    "post",
    "post_hold",
    "post_many",
    "reverse",
    "trial_balance",
    "verify",
    "void_hold",
]
