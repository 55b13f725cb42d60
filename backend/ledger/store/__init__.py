"""The books in SQL: posting in one round trip, reading journals and balances, and the chain behind them."""

from backend.ledger.store.balances import loan_volumes, volumes, volumes_at
from backend.ledger.store.chain import chain_end, count_unsealed, lock_chain, sealed, unsealed
from backend.ledger.store.chart import accounts, open_accounts
from backend.ledger.store.faults import faults
from backend.ledger.store.journals import JournalFilter, journal, journals
from backend.ledger.store.posting import post, post_each

__all__ = [
    "JournalFilter",
    "accounts",
    "chain_end",
    "count_unsealed",
    "faults",
    "journal",
    "journals",
    "loan_volumes",
    "lock_chain",
    "open_accounts",
    "post",
    "post_each",
    "sealed",
    "unsealed",
    "volumes",
    "volumes_at",
]
