"""Starts asking the lenders: after an approval, or again when no offer is open any more."""

from uuid import UUID

from msgspec import Struct

from backend import applications, identity
from backend.kernel import audit, jobs
from backend.kernel.db import Tx
from backend.offers import store
from backend.offers.errors import OffersNotFound, OffersStillOpen, TooManyRounds
from backend.offers.store import Round
from backend.offers.usecases.compare import offers_out
from shared.api.offers import OffersOut, OfferStatus, RoundStatus
from shared.events.underwriting import DecisionMade, DecisionOutcome

ASK = "offers.ask_lenders"
MAX_ROUNDS = 10


class AskLenders(Struct, frozen=True, kw_only=True):
    """Which round to ask for."""

    application_id: UUID
    round_no: int


async def start_round(tx: Tx, decision: DecisionMade) -> None:
    """Has all lenders asked about an approved application; a newer approval takes the place of an older one.

    Does nothing about other decisions, about one that it has worked on, and about an application that has ended.
    """
    if decision.outcome is not DecisionOutcome.APPROVE:
        return
    assert decision.limit is not None, "an approval has a limit"
    try:
        asked_for = await applications.hold_open(tx, decision.application_id)
    except applications.ApplicationLocked:
        return
    before = await store.lock_latest_round(tx, decision.application_id)
    if before is not None and (before.decision_id == decision.decision_id or before.status is RoundStatus.ACCEPTED):
        return
    assert asked_for.amount_minor, "a submitted application has an amount"
    assert asked_for.instalments, "a submitted application has a term"
    assert asked_for.payout_account_id, "a submitted application has an account to pay out to"
    if before is not None:
        await store.end_open_offers(tx, before.application_id, OfferStatus.LAPSED)
        await store.set_round_status(tx, before, RoundStatus.LAPSED)
    asked = Round(
        application_id=decision.application_id,
        round_no=before.round_no + 1 if before else 1,
        decision_id=decision.decision_id,
        user_id=asked_for.user_id,
        business_id=asked_for.business_id,
        product_id=asked_for.product_id,
        product_kind=asked_for.product_kind,
        amount_minor=asked_for.amount_minor,
        limit_minor=decision.limit.amount_minor,
        currency=decision.limit.currency,
        instalments=asked_for.instalments,
        score_band=decision.score_band,
        payout_account_id=asked_for.payout_account_id,
        status=RoundStatus.ASKING,
        asked_at=tx.now,
    )
    await _ask(tx, asked)


async def ask_again(tx: Tx, application_id: UUID) -> OffersOut:
    """Asks the lenders anew on the same decision, once nothing is open any more.

    Raises OffersNotFound, OffersStillOpen, TooManyRounds, ApplicationLocked.
    """
    seen = await store.latest_round(tx, application_id)
    if seen is None:
        raise OffersNotFound
    await identity.require_decider(tx, seen.user_id, seen.business_id, missing=OffersNotFound())
    await applications.hold_open(tx, application_id)
    before = await store.lock_latest_round(tx, application_id)
    assert before is not None, "rounds are never deleted"
    if before.status is RoundStatus.WITHDRAWN or before.status is RoundStatus.ACCEPTED:
        raise OffersNotFound
    if before.status is RoundStatus.ASKING or await store.expire_offers(tx, before):
        raise OffersStillOpen
    if before.round_no >= MAX_ROUNDS:
        raise TooManyRounds(rounds=MAX_ROUNDS)
    await store.set_round_status(tx, before, RoundStatus.LAPSED)
    asked = Round(
        application_id=application_id,
        round_no=before.round_no + 1,
        decision_id=before.decision_id,
        user_id=before.user_id,
        business_id=before.business_id,
        product_id=before.product_id,
        product_kind=before.product_kind,
        amount_minor=before.amount_minor,
        limit_minor=before.limit_minor,
        currency=before.currency,
        instalments=before.instalments,
        score_band=before.score_band,
        payout_account_id=before.payout_account_id,
        status=RoundStatus.ASKING,
        asked_at=tx.now,
    )
    await _ask(tx, asked)
    return offers_out(asked, [], [], tx.now)


async def _ask(tx: Tx, asked: Round) -> None:
    if await store.add_round(tx, asked):
        await enqueue_asking(tx, asked)
        await audit.record(tx, "offers.asked", f"application:{asked.application_id}", round_no=asked.round_no)


async def enqueue_asking(tx: Tx, asked: Round) -> None:
    """Has the lenders asked by a job; one is enough, however often this is called."""
    payload = AskLenders(application_id=asked.application_id, round_no=asked.round_no)
    key = f"offers:{asked.application_id}:{asked.round_no}"
    await jobs.enqueue(tx, ASK, payload, dedupe_key=key)
