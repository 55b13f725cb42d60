"""Closes accounting periods, and opens them again."""

from datetime import date

from backend.kernel import audit
from backend.kernel.db import Tx
from backend.ledger.domain.closing import Closing, Late
from backend.ledger.store import closings


async def close_period(tx: Tx, through: date, late: Late = Late.REFUSE) -> Closing:
    """Closes the books through a day: from then on nothing is posted to that day or one before.

    An entry that comes too late is refused, or counts for the first open day, as `late` says. With an earlier day than
    the last time the period after it is open again. Postings under way are waited for: once this has committed, the
    sums of the closed period stand.
    """
    closing = await closings.close(tx, through, late)
    await audit.record(
        tx, "ledger.closed", f"closing:{closing.number}", closed_through=through.isoformat(), late=late.value
    )
    return closing
