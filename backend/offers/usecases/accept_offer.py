"""Accepts one offer, once; the others lapse with it."""

from uuid import UUID

import msgspec

from backend import applications, identity
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.offers import store
from backend.offers.errors import OfferExpired, OfferNotFound, OfferNotOpen
from backend.offers.usecases.compare import offer_out
from shared.api.offers import OfferOut, OfferStatus, RoundStatus
from shared.events.offers import OfferAccepted


async def accept_offer(tx: Tx, offer_id: UUID) -> OfferOut:
    """Accepts an open offer and publishes OfferAccepted. Accepting the accepted one again changes nothing.

    Raises OfferNotFound, OfferExpired, OfferNotOpen, ApplicationLocked.
    """
    seen = await store.offer_by_id(tx, offer_id)
    newest = None if seen is None else await store.latest_round(tx, seen.application_id)
    if newest is None:
        raise OfferNotFound
    await identity.require_decider(tx, newest.user_id, newest.business_id, missing=OfferNotFound())
    await applications.hold_open(tx, newest.application_id)
    asked = await store.lock_latest_round(tx, newest.application_id)
    assert asked is not None, "rounds are never deleted"
    offer = await store.offer_by_id(tx, offer_id)
    assert offer is not None, "offers are never deleted"
    status = offer.status_at(tx.now)
    if status is OfferStatus.ACCEPTED:
        return offer_out(offer, tx.now, cheapest=None)
    if status is OfferStatus.EXPIRED:
        raise OfferExpired
    if status is not OfferStatus.OPEN or asked.status is not RoundStatus.READY:
        raise OfferNotOpen(status=status.value)
    assert offer.round_no == asked.round_no, "only offers of the newest round are open"
    await store.accept(tx, offer.id)
    await store.end_open_offers(tx, offer.application_id, OfferStatus.LAPSED)
    await store.set_round_status(tx, asked, RoundStatus.ACCEPTED)
    await audit.record(
        tx,
        "offer.accepted",
        f"offer:{offer.id}",
        application_id=offer.application_id,
        lender=offer.lender,
        total_cost_minor=offer.total_cost_minor,
        apr_pct=str(offer.apr_pct),
    )
    await outbox.add(
        tx,
        OfferAccepted(
            application_id=offer.application_id,
            offer_id=offer.id,
            user_id=asked.user_id,
            business_id=asked.business_id,
            product_id=asked.product_id,
            product_kind=asked.product_kind,
            lender=offer.lender,
            lender_name=offer.lender_name,
            terms=offer.terms,
            credit_limit=offer.credit_limit,
            payout_account_id=asked.payout_account_id,
        ),
    )
    accepted = msgspec.structs.replace(offer, status=OfferStatus.ACCEPTED, accepted_at=tx.now)
    return offer_out(accepted, tx.now, cheapest=None)
