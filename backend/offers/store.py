"""Offers in SQL. A round is locked before its offers, and offers only through their round."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.offers.domain.offer import Offer
from backend.offers.tables import lender_answer, offer, offer_round
from shared.api.offers import LenderOutcome, OfferStatus, RoundStatus


class Round(Struct, frozen=True, kw_only=True):
    """One asking of all lenders for one application."""

    application_id: UUID
    round_no: int
    decision_id: UUID
    user_id: UUID
    business_id: UUID | None
    product_id: UUID
    product_kind: str
    amount_minor: int
    limit_minor: int
    currency: str
    instalments: int
    score_band: str
    payout_account_id: UUID
    status: RoundStatus
    asked_at: datetime
    ready_at: datetime | None = None


class StoredAnswer(Struct, frozen=True, kw_only=True):
    """What became of the question to one lender."""

    lender: str
    lender_name: str
    outcome: LenderOutcome
    reason: str | None = None


_NEWEST_FIRST = offer_round.c.round_no.desc()


async def latest_round(tx: ReadTx, application_id: UUID) -> Round | None:
    """The newest round of an application."""
    mine = offer_round.c.application_id == application_id
    row = await tx.first(select(offer_round).where(mine).order_by(_NEWEST_FIRST).limit(1))
    return None if row is None else into(row, Round)


async def lock_latest_round(tx: Tx, application_id: UUID) -> Round | None:
    """The newest round, held until the transaction ends; everything that changes offers starts here."""
    mine = offer_round.c.application_id == application_id
    row = await tx.first(select(offer_round).where(mine).order_by(_NEWEST_FIRST).limit(1).with_for_update())
    return None if row is None else into(row, Round)


async def add_round(tx: Tx, new: Round) -> bool:
    """Stores a round; False when another transaction stored one of that number first."""
    added = insert(offer_round).values(msgspec.structs.asdict(new)).on_conflict_do_nothing()
    return await tx.execute(added) == 1


async def set_round_status(tx: Tx, asked: Round, status: RoundStatus, *, ready_at: datetime | None = None) -> None:
    """Moves a locked round."""
    values: dict[str, Any] = {"status": status} | ({"ready_at": ready_at} if ready_at else {})
    await tx.execute(update(offer_round).where(*_same_round(asked)).values(values))


def _same_round(asked: Round) -> tuple[Any, Any]:
    return offer_round.c.application_id == asked.application_id, offer_round.c.round_no == asked.round_no


async def add_answers(tx: Tx, asked: Round, answers: list[StoredAnswer]) -> None:
    """Stores what the lenders answered in a round."""
    if answers:
        key = {"application_id": asked.application_id, "round_no": asked.round_no, "at": tx.now}
        await tx.execute(insert(lender_answer).values([key | msgspec.structs.asdict(each) for each in answers]))


async def answers_of(tx: ReadTx, asked: Round) -> list[StoredAnswer]:
    """What the lenders answered in a round, by their codes."""
    mine = lender_answer.c.application_id == asked.application_id, lender_answer.c.round_no == asked.round_no
    return [into(row, StoredAnswer) for row in await tx.all(select(lender_answer).where(*mine).order_by("lender"))]


async def add_offers(tx: Tx, offers: list[Offer]) -> None:
    """Stores new offers."""
    if offers:
        rows = [msgspec.structs.asdict(each) | {"terms": msgspec.to_builtins(each.terms)} for each in offers]
        await tx.execute(insert(offer).values(rows))


async def offers_of(tx: ReadTx, asked: Round) -> list[Offer]:
    """The offers of a round."""
    mine = offer.c.application_id == asked.application_id, offer.c.round_no == asked.round_no
    return [into(row, Offer) for row in await tx.all(select(offer).where(*mine).order_by(offer.c.id))]


async def offer_by_id(tx: ReadTx, offer_id: UUID) -> Offer | None:
    """One offer."""
    row = await tx.first(select(offer).where(offer.c.id == offer_id))
    return None if row is None else into(row, Offer)


async def accept(tx: Tx, offer_id: UUID) -> None:
    """Marks an open offer accepted. The database refuses a second one for the same application."""
    accepted = update(offer).where(offer.c.id == offer_id, offer.c.status == OfferStatus.OPEN)
    changed = await tx.execute(accepted.values(status=OfferStatus.ACCEPTED, accepted_at=tx.now))
    assert changed == 1, "the round was locked and the offer seen to be open"


async def end_open_offers(tx: Tx, application_id: UUID, status: OfferStatus) -> int:
    """Ends every open offer of an application whose round is locked. Returns how many there were."""
    ended = update(offer).where(offer.c.application_id == application_id, offer.c.status == OfferStatus.OPEN)
    return await tx.execute(ended.values(status=status))


async def expire_offers(tx: Tx, asked: Round) -> int:
    """Ends those open offers of a locked round whose time is over. Returns how many are still open."""
    mine = offer.c.application_id == asked.application_id, offer.c.round_no == asked.round_no
    is_open = offer.c.status == OfferStatus.OPEN
    await tx.execute(update(offer).where(*mine, is_open, offer.c.expires_at <= tx.now).values(status="expired"))
    return len(await tx.all(select(offer.c.id).where(*mine, is_open)))


async def applications_with_expired_offers(tx: ReadTx, limit: int) -> list[UUID]:
    """Applications that have an open offer whose time is over, in the order in which they are locked."""
    overdue = (offer.c.status == OfferStatus.OPEN) & (offer.c.expires_at <= tx.now)
    found = select(offer.c.application_id).where(overdue).distinct().order_by(offer.c.application_id).limit(limit)
    return [row.application_id for row in await tx.all(found)]


async def rounds_left_asking(tx: ReadTx, before: datetime, limit: int) -> list[UUID]:
    """Applications whose lenders were asked before `before` and that still wait for the answers."""
    waiting = (offer_round.c.status == RoundStatus.ASKING) & (offer_round.c.asked_at < before)
    found = select(offer_round.c.application_id).where(waiting).order_by(offer_round.c.application_id).limit(limit)
    return [row.application_id for row in await tx.all(found)]


_WITHOUT_ACCEPTED = text(
    "SELECT r.application_id FROM offer_round r WHERE r.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM offer o"
    " WHERE o.application_id = r.application_id AND o.round_no = r.round_no AND o.status = 'accepted') LIMIT 20"
)
_OPEN_IN_OLDER = text(
    "SELECT o.id FROM offer o JOIN offer_round r ON r.application_id = o.application_id AND r.round_no = o.round_no"
    " WHERE o.status = 'open' AND r.status <> 'ready' LIMIT 20"
)


async def rounds_without_their_accepted_offer(tx: ReadTx) -> list[str]:
    """Rounds that say accepted although no offer of theirs was."""
    found = await tx.all(_WITHOUT_ACCEPTED)
    return [f"application {row.application_id} has an accepted round without an accepted offer" for row in found]


async def open_offers_of_older_rounds(tx: ReadTx) -> list[str]:
    """Open offers of a round that is not open for choosing."""
    return [f"offer {row.id} is open in a round that is not ready" for row in await tx.all(_OPEN_IN_OLDER)]
