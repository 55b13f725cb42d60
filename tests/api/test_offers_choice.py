"""Choosing an offer over HTTP: comparing, accepting once, asking again, and whose business it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select, update

from backend import offers
from backend.kernel.db import ReadTx, Tx
from backend.kernel.module import Services
from backend.kernel.outbox import add
from backend.kernel.scope import Role
from backend.kernel.tables import audit_entry
from backend.kernel.tenants import Tenant
from backend.offers import store
from backend.offers.adapters.sandbox import sandbox_lenders
from backend.offers.domain.asking import Declined
from backend.offers.tables import offer
from backend.offers.usecases.end_offers import withdraw_offers
from backend.settings import Settings
from shared.api.offers import OfferOut, OffersOut
from shared.api.products import Channel
from shared.ids import new_id
from tests.builders import platform
from tests.builders.members import add_business
from tests.builders.offers import Shop, ToldLender, quoted
from tests.builders.sandbox import outside_world
from tests.builders.worker import working


@asynccontextmanager
async def shop(settings: Settings, services: Services, tenant: Tenant, *told: ToldLender) -> AsyncIterator[Shop]:
    lenders = told or (ToldLender("dear", quoted("24")), ToldLender("cheap", quoted("18")))
    desk = await Shop.open(services, tenant, *lenders)
    async with platform.serve(settings, services, [offers.module(services, desk.lenders)]) as http:
        desk.http = http
        yield desk


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Shop]:
    async with shop(settings, services, tenant) as opened:
        yield opened


async def test_offers_are_compared_the_cheapest_first(desk: Shop) -> None:
    await desk.offered()

    shown = await desk.compare()

    assert [each.lender for each in shown.offers] == ["cheap", "dear"]
    assert [each.is_lowest_cost for each in shown.offers] == [True, False]
    cheap, dear = shown.offers
    assert cheap.total_cost < dear.total_cost
    assert cheap.total_cost == cheap.total_repayable - cheap.receive
    assert cheap.total_cost == cheap.total_interest + cheap.total_fees
    assert cheap.apr_pct < dear.apr_pct
    assert shown.status == "ready"


async def test_one_offer_is_accepted_and_the_others_lapse(desk: Shop) -> None:
    await desk.offered()
    cheap, dear = (await desk.compare()).offers

    answer = await desk.call("POST", f"/offers/{dear.id}/accept")

    assert answer.status_code == 200, answer.text
    assert msgspec.json.decode(answer.content, type=OfferOut).status == "accepted"
    shown = await desk.compare()
    assert {each.id: each.status for each in shown.offers} == {cheap.id: "lapsed", dear.id: "accepted"}
    (event,) = await desk.accepted_events()
    assert (event.offer_id, event.lender, event.terms) == (dear.id, "dear", dear.terms)
    assert (event.user_id, event.payout_account_id) == (desk.user_id, desk.account_id)


async def test_accepting_again_changes_nothing_and_another_one_is_refused(desk: Shop) -> None:
    await desk.offered()
    cheap, dear = (await desk.compare()).offers
    await desk.call("POST", f"/offers/{dear.id}/accept")

    again = await desk.call("POST", f"/offers/{dear.id}/accept")
    other = await desk.call("POST", f"/offers/{cheap.id}/accept")

    assert again.status_code == 200
    assert (other.status_code, other.json()["code"]) == (409, "offer_not_open")
    assert len(await desk.accepted_events()) == 1


async def test_an_expired_offer_can_not_be_accepted(desk: Shop) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]
    await desk.write(_age)

    answer = await desk.call("POST", f"/offers/{first.id}/accept")

    assert (answer.status_code, answer.json()["code"]) == (409, "offer_expired")
    assert {each.status for each in (await desk.compare()).offers} == {"expired"}
    assert not any(each.is_lowest_cost for each in (await desk.compare()).offers)
    assert await desk.accepted_events() == []


async def _age(tx: Tx) -> None:
    await tx.execute(update(offer).values(expires_at=tx.now - timedelta(seconds=1)))


async def test_lenders_are_asked_again_once_nothing_is_open(desk: Shop) -> None:
    await desk.offered()
    path = f"/applications/{desk.application_id}/offers/requests"

    early = await desk.call("POST", path)
    assert (early.status_code, early.json()["code"]) == (409, "offers_still_open")

    await desk.write(_age)
    asked = await desk.call("POST", path)
    assert (asked.status_code, asked.json()["status"]) == (202, "asking")
    twice = await desk.call("POST", path)
    assert (twice.status_code, twice.json()["code"]) == (409, "offers_still_open")

    await desk.ask(2)
    assert {each.status for each in (await desk.compare()).offers} == {"open"}


async def test_lenders_are_not_asked_without_end(desk: Shop) -> None:
    await desk.offered()
    path = f"/applications/{desk.application_id}/offers/requests"

    codes = []
    for round_no in range(2, 12):
        await desk.write(_age)
        codes.append((await desk.call("POST", path)).status_code)
        await desk.ask(round_no)

    assert codes == [202] * 9 + [409]


async def test_a_withdrawn_application_has_nothing_to_accept(desk: Shop) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]
    await desk.write(lambda tx: withdraw_offers(tx, desk.application_id))

    answer = await desk.call("POST", f"/offers/{first.id}/accept")
    again = await desk.call("POST", f"/applications/{desk.application_id}/offers/requests")

    assert (answer.status_code, answer.json()["code"]) == (409, "offer_not_open")
    assert again.status_code == 404
    assert await desk.accepted_events() == []


async def test_anothers_offers_do_not_exist(desk: Shop, services: Services) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]
    stranger = new_id()
    paths = [
        ("GET", f"/applications/{desk.application_id}/offers", "offers_not_found"),
        ("POST", f"/applications/{desk.application_id}/offers/requests", "offers_not_found"),
        ("GET", f"/offers/{first.id}", "offer_not_found"),
        ("POST", f"/offers/{first.id}/accept", "offer_not_found"),
    ]

    for method, path, code in paths:
        refused = await desk.call(method, path, who=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, code)

    elsewhere = await platform.new_tenant(services)
    caller = platform.caller(services, elsewhere, user_id=desk.user_id)
    refused = await desk.http.post(f"/v1/offers/{first.id}/accept", headers=caller.headers)
    assert refused.status_code == 404
    assert await desk.accepted_events() == []
    assert {each.status for each in (await desk.compare()).offers} == {"open"}


async def test_staff_may_look_and_may_not_accept(desk: Shop) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]
    agent = new_id()

    seen = await desk.call("GET", f"/offers/{first.id}", Role.SUPPORT_AGENT, who=agent)
    refused = await desk.call("POST", f"/offers/{first.id}/accept", Role.SUPPORT_AGENT, who=agent)

    assert seen.status_code == 200
    assert refused.status_code == 403
    assert await desk.accepted_events() == []


async def test_a_business_is_bound_by_those_who_may_bind_it(desk: Shop) -> None:
    business, viewer, approver = new_id(), new_id(), new_id()
    members = {desk.user_id: Role.BUSINESS_OWNER, viewer: Role.FINANCE_VIEWER, approver: Role.FINANCE_APPROVER}
    await desk.write(lambda tx: add_business(tx, desk.services.vault, business, members))
    await desk.offered(business_id=business)
    first = (await desk.compare()).offers[0]

    looked = await desk.call("GET", f"/offers/{first.id}", who=viewer)
    refused = await desk.call("POST", f"/offers/{first.id}/accept", who=viewer)
    accepted = await desk.call("POST", f"/offers/{first.id}/accept", who=approver)

    assert (looked.status_code, refused.status_code, accepted.status_code) == (200, 403, 200)
    assert (await desk.accepted_events())[0].business_id == business


async def test_acceptance_is_audited(desk: Shop) -> None:
    await desk.offered()
    first = (await desk.compare()).offers[0]
    await desk.call("POST", f"/offers/{first.id}/accept")

    async def read(tx: ReadTx) -> Any:
        return (await tx.one(select(audit_entry).where(audit_entry.c.subject == f"offer:{first.id}")))._mapping

    entry = await desk.write(read)
    assert (entry["action"], entry["actor"]) == ("offer.accepted", str(desk.user_id))
    assert entry["data"]["total_cost_minor"] == first.total_cost.amount_minor


async def test_the_lenders_are_listed(desk: Shop) -> None:
    shown = (await desk.call("GET", "/lenders")).json()

    assert {each["code"] for each in shown} == {"dear", "cheap"}


async def test_a_decline_is_shown_with_its_reason(settings: Settings, services: Services, tenant: Tenant) -> None:
    told = ToldLender("strict", Declined(reason="score_below_policy")), ToldLender("kind", quoted())
    async with shop(settings, services, tenant, *told) as desk:
        await desk.offered()

        answers = {each.lender: (each.outcome, each.reason) for each in (await desk.compare()).answers}

    assert answers == {"strict": ("declined", "score_below_policy"), "kind": ("quoted", None)}


async def test_the_sandbox_lenders_answer_a_job_run_by_the_worker(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    async with outside_world(settings, webhooks=httpx.MockTransport(lambda _: httpx.Response(200))) as world:
        secret = settings.sandbox_secret or ""
        lenders = sandbox_lenders(settings.sandbox_url, secret, transport=world._transport)
        dear = {"max_apr_pct": Decimal(60), "channels": (Channel.WEB,)}
        desk = await Shop.open(services, tenant, *lenders, **dear)
        module = offers.module(services, lenders)
        await desk.apply(29_990_000)
        decision = desk.approval()
        async with platform.serve(settings, services, [module]) as http, working(settings, services, [module], tenant):
            desk.http = http
            await desk.write(lambda tx: add(tx, decision))
            shown = await _until_ready(desk)

    assert {each.lender: each.outcome for each in shown.answers} == {
        "harbor": "quoted",
        "meridian": "quoted",
        "quickline": "quoted",
    }
    assert shown.offers[0].lender == "harbor"
    asked = await desk.write(lambda tx: store.latest_round(tx, desk.application_id))
    assert asked.status == "ready"


async def _until_ready(desk: Shop) -> OffersOut:
    for _ in range(1_200):
        answer = await desk.call("GET", f"/applications/{desk.application_id}/offers")
        if answer.status_code == 200 and answer.json()["status"] == "ready":
            return msgspec.json.decode(answer.content, type=OffersOut)
        await asyncio.sleep(0.05)
    raise AssertionError("no offers in ten seconds")
