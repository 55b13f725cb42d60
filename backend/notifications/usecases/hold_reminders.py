"""Keeps reminders of a loan back: for a hardship case, a promise to pay, a dispute."""

from uuid import UUID

from backend.kernel.db import ReadTx, Tx
from backend.notifications.store import deliveries


async def hold_reminders(tx: Tx, hold_id: UUID, loan_id: UUID, reason: str) -> None:
    """Keeps reminders of `loan_id` back until `release_reminders(hold_id)`; those that wait to be sent are given up.

    `hold_id` is the id of what asks for it, `reason` its kind ("hardship"). Idempotent.
    """
    await deliveries.hold(tx, hold_id, loan_id, reason)


async def release_reminders(tx: Tx, hold_id: UUID) -> None:
    """Ends a hold. Reminders begin again when the loan has no other. Idempotent."""
    await deliveries.release(tx, hold_id)


async def reminders_held(tx: ReadTx, loan_id: UUID) -> bool:
    """Whether anybody keeps reminders of the loan back."""
    return await deliveries.is_held(tx, loan_id)
