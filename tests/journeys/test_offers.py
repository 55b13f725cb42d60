"""Lenders that are slow, broken or unwilling cost the borrower nothing but their own offers."""

import asyncio

from shared.api.applications import ApplicationStatus
from shared.api.offers import LenderOutcome, OffersOut, RoundStatus
from tests.builders.houses import House, Street
from tests.journeys.abreast import journey


async def asked_about(house: House, magic: int) -> tuple[OffersOut, ApplicationStatus, float]:
    """Offers for an amount that ends in `magic`, the application's status, and the seconds that the lenders took."""
    applicant = await house.applicant()
    asked = await applicant.decided(await applicant.asks(amount=house.money(600, magic)))
    offers = await applicant.offers(asked.id)
    assert offers.ready_at is not None
    return offers, asked.status, (offers.ready_at - offers.asked_at).total_seconds()


def outcomes(offers: OffersOut) -> dict[str, LenderOutcome]:
    return {answer.lender: answer.outcome for answer in offers.answers}


@journey
async def test_lenders_that_fail_leave_the_others_offers_standing(road: Street) -> None:
    house = await road.quiet_house()
    (slow, slow_status, slow_s), (broken, broken_status, _), (none, none_status, _) = await asyncio.gather(
        asked_about(house, 11), asked_about(house, 12), asked_about(house, 13)
    )

    assert outcomes(slow)["meridian"] is LenderOutcome.NO_ANSWER
    assert {offer.lender for offer in slow.offers} == {"harbor", "quickline"}
    assert slow_s < 10, "nobody waits for a slow lender to the end"
    assert slow_status is ApplicationStatus.OFFERED

    assert outcomes(broken)["quickline"] is LenderOutcome.NO_ANSWER
    assert {offer.lender for offer in broken.offers} == {"harbor", "meridian"}
    assert broken_status is ApplicationStatus.OFFERED

    assert set(outcomes(none).values()) == {LenderOutcome.DECLINED}
    assert (none.offers, none.status, none_status) == ([], RoundStatus.READY, ApplicationStatus.NO_OFFERS)
