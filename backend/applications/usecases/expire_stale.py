"""Ends applications that nobody goes on with."""

from datetime import timedelta
from typing import Final

from backend.applications import store
from backend.applications.usecases.follow import follow
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from shared.api.applications import ApplicationStatus as Status
from shared.events.applications import ApplicationWithdrawn

QUIET_DAYS: Final = 30
BATCH: Final = 100
_WAITING_ON_APPLICANT: Final = [Status.DRAFT, Status.MORE_INFO, Status.APPROVED, Status.NO_OFFERS, Status.OFFERED]


async def expire_stale(tx: Tx) -> int:
    """Expires up to BATCH applications that have waited QUIET_DAYS for their applicant. Returns how many."""
    since = tx.now - timedelta(days=QUIET_DAYS)
    found = await store.stale(tx, _WAITING_ON_APPLICANT, since, BATCH)
    for application_id in found:
        await follow(tx, application_id, Status.EXPIRED, reasons=["nothing_happened"])
        await outbox.add(tx, ApplicationWithdrawn(application_id=application_id))
        await audit.record(tx, "application.expired", f"application:{application_id}")
    return len(found)
