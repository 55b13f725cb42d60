"""Refusals that can't come while both sides are well: whoever looks after the platform must see them."""

import structlog

from backend.kernel import audit
from backend.kernel.db import Tx
from backend.payments.ports import REFERENCE_REUSED, RailRefused

log = structlog.get_logger(__name__)


async def sound_if_reused(tx: Tx, subject: str, refusal: RailRefused) -> None:
    """Logs an error and writes to the audit log when the rail knows `subject`'s reference with another content.

    What the rail has under it is not what we ordered, and may move money that we know nothing of.
    """
    if refusal.reason != REFERENCE_REUSED:
        return
    log.error("rail_knows_our_reference_otherwise", subject=subject)
    await audit.record(tx, "rail.reference_reused", subject)
