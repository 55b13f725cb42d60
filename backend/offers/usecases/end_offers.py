"""Ends offers that nobody accepted: their time is over, or the application was taken back."""

from datetime import timedelta
from uuid import UUID

from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.offers import store
from backend.offers.usecases.start_round import enqueue_asking
from shared.api.offers import OfferStatus, RoundStatus
from shared.events.offers import OffersExpired

BATCH = 200
PATIENCE = timedelta(minutes=2)  # well beyond the longest wait for lenders


async def withdraw_offers(tx: Tx, application_id: UUID) -> None:
    """Ends everything about an application that was taken back, unless an offer was accepted before."""
    asked = await store.lock_latest_round(tx, application_id)
    if asked is None or asked.status in {RoundStatus.ACCEPTED, RoundStatus.WITHDRAWN}:
        return
    await store.end_open_offers(tx, application_id, OfferStatus.WITHDRAWN)
    await store.set_round_status(tx, asked, RoundStatus.WITHDRAWN)
    await audit.record(tx, "offers.withdrawn", f"application:{application_id}", round_no=asked.round_no)


async def expire_offers(tx: Tx) -> int:
    """Notes which offers have run out of time, a batch a call; publishes OffersExpired once none is left open."""
    overdue = await store.applications_with_expired_offers(tx, BATCH)
    for application_id in overdue:
        asked = await store.lock_latest_round(tx, application_id)
        if asked is None or asked.status is not RoundStatus.READY or await store.expire_offers(tx, asked):
            continue
        await store.set_round_status(tx, asked, RoundStatus.LAPSED)
        await outbox.add(tx, OffersExpired(application_id=application_id))
    return len(overdue)


async def resume_asking(tx: Tx) -> int:
    """Asks anew where the job that should have asked was given up."""
    waiting = await store.rounds_left_asking(tx, tx.now - PATIENCE, BATCH)
    for application_id in waiting:
        asked = await store.lock_latest_round(tx, application_id)
        if asked is not None and asked.status is RoundStatus.ASKING:
            await enqueue_asking(tx, asked)
    return len(waiting)
