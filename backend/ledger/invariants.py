"""Truths about a tenant's books, checked by whoever runs the platform."""

from backend.kernel.db import ReadTx
from backend.kernel.module import Invariant
from backend.ledger import store
from backend.ledger.domain.balances import differences
from backend.ledger.usecases.prove import broken

CHECKED_FROM_END = 1_000


async def is_whole(tx: ReadTx) -> list[str]:
    """Every journal is whole and balanced, every guard and every sum agrees with the postings behind it."""
    return await store.faults(tx)


async def is_balanced(tx: ReadTx) -> list[str]:
    """Debits equal credits in each currency."""
    found = differences(await store.volumes(tx, until=None))
    return [f"debits exceed credits by {by} in {currency}" for currency, by in sorted(found.items()) if by]


async def holds_together(tx: ReadTx) -> list[str]:
    """The newest part of the chain follows from what stands in the books."""
    end = await store.chain_end(tx)
    found, _ = await broken(tx, above=max(0, end.head.height - CHECKED_FROM_END))
    return [] if found is None else [f"the chain breaks at height {found.height}: {found.why}"]


INVARIANTS = (
    Invariant(name="the books are whole", violations=is_whole),
    Invariant(name="the trial balance is zero", violations=is_balanced),
    Invariant(name="the chain of journals holds", violations=holds_together),
)
