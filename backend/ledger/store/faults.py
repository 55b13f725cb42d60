"""What is wrong with the books, asked of the database."""

from sqlalchemy import text

from backend.kernel.db import ReadTx

_FAULTS = text("SELECT * FROM ledger_faults() AS fault")


async def faults(tx: ReadTx) -> list[str]:
    """What is wrong with the books, in words; nothing while they are whole. Reads all of them."""
    return [row.fault for row in await tx.all(_FAULTS)]
