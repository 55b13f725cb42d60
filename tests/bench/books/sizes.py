"""What reading and posting cost in books of growing size, of an account that every other journal moves."""

import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from backend.kernel.db import ReadTx
from backend.ledger.usecases import report
from backend.ledger.usecases.post import post, post_each
from backend.ledger.usecases.seal import seal
from backend.ledger.usecases.sign import sign
from tests.bench.books.ground import DAY, FREE, Ground, transfer

TIMES = 30
BATCH = 2_000
_COUNT = "SELECT count(*) FROM ledger_posting"


async def grow(on: Ground, postings: int) -> None:
    """Posts until there are so many postings, then seals and signs all of them."""
    count = int(await on.owner.fetchval(_COUNT))
    while count < postings:
        batch = [transfer(FREE if place % 2 else None) for place in range(min(BATCH, (postings - count + 1) // 2))]
        async with on.services.database.write(on.scope) as tx:
            await post_each(tx, batch)
        count += 2 * len(batch)
    while True:
        async with on.services.database.write(on.scope) as tx:
            fresh = await seal(tx)
        async with on.services.database.write(on.scope) as tx:
            signed = await sign(tx, await on.services.vault.keyring(tx), all_of_it=not fresh)
        if not fresh and not signed:
            break
    await on.owner.execute("VACUUM (ANALYZE) ledger_day, ledger_mark, ledger_seal, ledger_block")
    await on.settle()


async def costs(on: Ground) -> dict[str, float]:
    """Milliseconds of each kind of question, and of posting one journal; medians."""
    half = await on.owner.fetchval("SELECT moment FROM ledger_seal ORDER BY height OFFSET"
                                   " (SELECT count(*) / 2 FROM ledger_seal) LIMIT 1")  # fmt: skip

    def balance(tx: ReadTx, **more: Any) -> Awaitable[Any]:
        asked = {"as_of": None, "at": None, "loan_id": None, "party_id": None, **more}
        return report.balance(tx, FREE, **asked)

    def page(tx: ReadTx) -> Awaitable[Any]:
        return report.statement_of(tx, FREE, "NGN", since=None, until=None, cursor=None, limit=50)

    return {
        "balance_now_ms": await _median(on, balance),
        "balance_at_a_moment_ms": await _median(on, lambda tx: balance(tx, at=half)),
        "balance_on_a_day_ms": await _median(on, lambda tx: balance(tx, as_of=DAY)),
        "statement_page_ms": await _median(on, page),
        "post_ms": await _posting(on),
    }


async def _median(on: Ground, ask: Callable[[ReadTx], Awaitable[Any]]) -> float:
    times = []
    for _ in range(TIMES):
        async with on.services.database.read(on.scope) as tx:
            began = time.perf_counter()
            await ask(tx)
            times.append((time.perf_counter() - began) * 1000)
    return median(times)


async def _posting(on: Ground) -> float:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        async with on.services.database.write(on.scope) as tx:
            await post(tx, transfer())
        times.append((time.perf_counter() - began) * 1000)
    return median(times)
