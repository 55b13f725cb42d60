"""What happens when two people, or a person and a job, act on the same offers at the same moment."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend import offers
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.offers import store
from backend.offers.invariants import INVARIANTS
from backend.offers.usecases.end_offers import withdraw_offers
from backend.offers.usecases.start_round import start_round
from backend.settings import Settings
from shared.api.offers import OfferStatus, RoundStatus
from tests.builders import platform
from tests.builders.offers import Shop, ToldLender, quoted


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Shop]:
    opened = await Shop.open(services, tenant, ToldLender("dear", quoted("24")), ToldLender("cheap", quoted("18")))
    async with platform.serve(settings, services, [offers.module(services, opened.lenders)]) as http:
        opened.http = http
        yield opened


async def violations(desk: Shop) -> list[str]:
    return [each for truth in INVARIANTS for each in await desk.write(truth.violations)]


async def test_two_offers_accepted_at_the_same_moment_are_one_acceptance(desk: Shop) -> None:
    await desk.offered()
    both = (await desk.compare()).offers

    answers = await asyncio.gather(*(desk.call("POST", f"/offers/{each.id}/accept") for each in both * 3))

    events = await desk.accepted_events()
    assert len(events) == 1
    accepted = {each.id for each in (await desk.compare()).offers if each.status == "accepted"}
    assert accepted == {events[0].offer_id}
    assert {answer.status_code for answer in answers} == {200, 409}
    assert await violations(desk) == []


async def test_an_acceptance_and_a_withdrawal_end_in_one_story(desk: Shop) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]

    answer, _ = await asyncio.gather(
        desk.call("POST", f"/offers/{first.id}/accept"),
        desk.write(lambda tx: withdraw_offers(tx, desk.application_id)),
    )

    shown = await desk.compare()
    if answer.status_code == 200:
        assert shown.status is RoundStatus.ACCEPTED
        assert len(await desk.accepted_events()) == 1
    else:
        assert shown.status is RoundStatus.WITHDRAWN
        assert {each.status for each in shown.offers} == {OfferStatus.WITHDRAWN}
        assert await desk.accepted_events() == []
    assert await violations(desk) == []


async def test_the_same_decision_heard_five_times_at_once_asks_once(desk: Shop) -> None:
    await desk.apply()
    decision = desk.approval()

    await asyncio.gather(*(desk.write(lambda tx: start_round(tx, decision)) for _ in range(5)))
    await asyncio.gather(*(desk.ask() for _ in range(3)))

    found = await desk.write(lambda tx: store.latest_round(tx, desk.application_id))
    assert found.round_no == 1
    assert len((await desk.compare()).offers) == 2
    assert await violations(desk) == []
