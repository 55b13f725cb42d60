"""Truths about payments, checked while the platform runs."""

from datetime import timedelta

from backend.kernel.db import ReadTx
from backend.kernel.module import Invariant
from backend.payments import store

_TOO_LONG = timedelta(days=3)


async def _stuck(tx: ReadTx) -> list[str]:
    return await store.stuck(tx, tx.now - _TOO_LONG)


INVARIANTS = (
    Invariant("payments.every_order_comes_to_an_end", _stuck),
    Invariant("payments.the_rail_agrees_with_every_end", store.contradicted),
)
