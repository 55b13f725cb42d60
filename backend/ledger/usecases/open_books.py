"""Opens a tenant's books, and accounts of its own in them."""

from backend.kernel.db import Tx
from backend.ledger.domain.chart import ChartEntry
from backend.ledger.domain.templates import CHARTS, Template
from backend.ledger.errors import AccountExists
from backend.ledger.store import chart


async def open_books(tx: Tx, template: Template = Template.LENDER) -> None:
    """Opens every account of the template's chart that the tenant lacks. Idempotent.

    Posting opens what it needs by itself; opening all at once spares the first postings from waiting for each other.
    """
    await chart.open_accounts(tx, CHARTS[template])


async def open_account(tx: Tx, entry: ChartEntry) -> ChartEntry:
    """Opens an account of the tenant's own. Idempotent for the same account.

    Raises AccountExists (another account has the code), AccountUnfit (it does not roll up into its parent, or its unit
    has another exponent elsewhere).
    """
    if not await chart.open_account(tx, entry) and await chart.account(tx, entry.code) != entry:
        raise AccountExists(account=entry.code)
    return entry
