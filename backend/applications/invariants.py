"""What must hold of every tenant's applications."""

from backend.applications import store
from backend.kernel.db import ReadTx
from backend.kernel.module import Invariant


async def _submitted_are_complete(tx: ReadTx) -> list[str]:
    return [f"application {found} was submitted incomplete" for found in await store.incomplete_submissions(tx)]


INVARIANTS = (Invariant(name="applications.submitted_are_complete", violations=_submitted_are_complete),)
