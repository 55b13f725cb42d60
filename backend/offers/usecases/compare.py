"""Shows the offers for an application side by side, the cheapest first."""

from datetime import datetime
from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx
from backend.offers import store
from backend.offers.domain.offer import Offer, cheapest_first
from backend.offers.errors import OfferNotFound, OffersNotFound
from backend.offers.store import Round, StoredAnswer
from shared.api.offers import LenderAnswerOut, OfferOut, OffersOut, OfferStatus
from shared.money import Money


async def compare(tx: ReadTx, application_id: UUID) -> OffersOut:
    """The newest round of an application. Raises OffersNotFound."""
    asked = await store.latest_round(tx, application_id)
    if asked is None or not await identity.may_see(tx, asked.user_id, asked.business_id):
        raise OffersNotFound
    return offers_out(asked, await store.answers_of(tx, asked), await store.offers_of(tx, asked), tx.now)


async def show(tx: ReadTx, offer_id: UUID) -> OfferOut:
    """One offer, of whichever round. Raises OfferNotFound."""
    found = await store.offer_by_id(tx, offer_id)
    asked = None if found is None else await store.latest_round(tx, found.application_id)
    if found is None or asked is None or not await identity.may_see(tx, asked.user_id, asked.business_id):
        raise OfferNotFound
    beside = await store.offers_of(tx, asked)
    return offer_out(found, tx.now, cheapest=_cheapest_open(beside, tx.now))


def offers_out(asked: Round, answers: list[StoredAnswer], offers: list[Offer], now: datetime) -> OffersOut:
    """A round as the API shows it."""
    cheapest = _cheapest_open(offers, now)
    return OffersOut(
        application_id=asked.application_id,
        status=asked.status,
        asked_at=asked.asked_at,
        ready_at=asked.ready_at,
        answers=[
            LenderAnswerOut(lender=each.lender, lender_name=each.lender_name, outcome=each.outcome, reason=each.reason)
            for each in answers
        ],
        offers=[offer_out(each, now, cheapest=cheapest) for each in cheapest_first(offers)],
    )


def _cheapest_open(offers: list[Offer], now: datetime) -> UUID | None:
    ranked = cheapest_first(each for each in offers if each.status_at(now) is OfferStatus.OPEN)
    return ranked[0].id if ranked else None


def offer_out(offer: Offer, now: datetime, *, cheapest: UUID | None) -> OfferOut:
    """An offer as the API shows it."""

    def money(amount_minor: int) -> Money:
        return Money.of(amount_minor, offer.terms.currency)

    return OfferOut(
        id=offer.id,
        application_id=offer.application_id,
        lender=offer.lender,
        lender_name=offer.lender_name,
        status=offer.status_at(now),
        amount=money(offer.terms.principal_minor),
        receive=money(offer.receive_minor),
        instalment=money(offer.instalment_minor),
        instalments=offer.terms.instalments,
        total_repayable=money(offer.total_repayable_minor),
        total_interest=money(offer.total_interest_minor),
        total_fees=money(offer.total_fees_minor),
        total_cost=money(offer.total_cost_minor),
        apr_pct=offer.apr_pct,
        effective_apr_pct=offer.effective_apr_pct,
        first_due_on=offer.first_due_on,
        last_due_on=offer.last_due_on,
        terms=offer.terms,
        credit_limit=offer.credit_limit,
        priced_on=offer.priced_on,
        expires_at=offer.expires_at,
        is_lowest_cost=offer.id == cheapest,
        accepted_at=offer.accepted_at,
    )
