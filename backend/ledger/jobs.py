"""What the ledger does in the background."""

from datetime import timedelta

from backend.kernel.jobs import JobContext, Tick
from backend.ledger.usecases.open_books import open_books
from backend.ledger.usecases.seal import BATCH, seal


async def seal_new(context: JobContext) -> None:
    """Opens what the chart has gained, and brings the tenant's chain up to date, a batch a transaction."""
    async with context.write() as tx:
        await open_books(tx)
    while True:
        async with context.write() as tx:
            if await seal(tx) < BATCH:
                return


SEALING = Tick(name="ledger.seal", every=timedelta(seconds=2), run=seal_new)
