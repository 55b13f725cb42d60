"""Opens a tenant's books."""

from backend.kernel.db import Tx
from backend.ledger import store


async def open_books(tx: Tx) -> None:
    """Opens every account of the chart that the tenant lacks. Idempotent.

    Posting opens what it needs by itself; opening all at once spares the first postings from waiting for each other.
    """
    await store.open_accounts(tx)
