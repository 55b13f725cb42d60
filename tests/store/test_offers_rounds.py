"""Rounds of offers on a real database: what is stored, published, and refused."""

from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from backend.kernel.db import ReadTx, Tx, constraint
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.offers import store
from backend.offers.domain.asking import Declined, Silent, SilentReason
from backend.offers.domain.offer import Offer
from backend.offers.invariants import INVARIANTS
from backend.offers.tables import offer
from backend.offers.usecases.end_offers import expire_offers, resume_asking, withdraw_offers
from shared.api.offers import LenderOutcome, OfferStatus, RoundStatus
from shared.api.products import ProductKind
from shared.events.underwriting import DecisionOutcome
from shared.terms import Fee, FeeWhen
from tests.builders import platform
from tests.builders.offers import Market, ToldLender, quoted


def lenders() -> list[ToldLender]:
    origination = Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=250)
    return [ToldLender("dear", quoted("20", fees=(origination,))), ToldLender("cheap", quoted("18"))]


async def market(services: Services, tenant: Tenant, *told: ToldLender, **product: Any) -> Market:
    return await Market.open(services, tenant, *(told or lenders()), **product)


async def round_of(desk: Market) -> store.Round:
    found = await desk.write(lambda tx: store.latest_round(tx, desk.application_id))
    assert isinstance(found, store.Round)
    return found


async def offers_of(desk: Market) -> list[Offer]:
    asked = await round_of(desk)
    found: list[Offer] = await desk.write(lambda tx: store.offers_of(tx, asked))
    return found


async def answers_of(desk: Market) -> dict[str, tuple[LenderOutcome, str | None]]:
    asked = await round_of(desk)
    found = await desk.write(lambda tx: store.answers_of(tx, asked))
    return {each.lender: (each.outcome, each.reason) for each in found}


async def events(desk: Market, topic: str) -> list[dict[str, Any]]:
    async def read(tx: ReadTx) -> list[dict[str, Any]]:
        rows = await tx.all(select(outbox.c.data).where(outbox.c.topic == topic).order_by(outbox.c.position))
        return [row.data for row in rows]

    return await desk.write(read)  # type: ignore[no-any-return]


async def violations(desk: Market) -> list[str]:
    return [each for truth in INVARIANTS for each in await desk.write(truth.violations)]


async def test_an_approval_has_every_lender_asked_and_offers_published(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)

    await desk.offered()

    asked = await round_of(desk)
    assert asked.status is RoundStatus.READY
    by_lender = {each.lender: each for each in await offers_of(desk)}
    assert by_lender.keys() == {"dear", "cheap"}
    assert by_lender["dear"].receive_minor == 29_250_000
    assert by_lender["cheap"].receive_minor == 30_000_000
    for each in by_lender.values():
        assert each.total_cost_minor == each.total_repayable_minor - each.receive_minor
    told = {"application_id": str(desk.application_id), "offers": 2, "user_id": str(desk.user_id)}
    assert await events(desk, "offers.offers_ready") == [told]
    assert await violations(desk) == []


async def test_lenders_are_told_the_loan_and_not_the_person(services: Services, tenant: Tenant) -> None:
    told = ToldLender("one", quoted())
    desk = await market(services, tenant, told)

    await desk.offered(limit_minor=20_000_000)

    (question,) = told.asked
    assert question.amount_minor == 20_000_000
    assert (question.country, question.score_band, question.instalments) == ("NG", "B", 6)
    assert str(desk.user_id) not in msgspec.json.encode(question).decode()


async def test_every_kind_of_answer_is_kept_with_its_reason(services: Services, tenant: Tenant) -> None:
    desk = await market(
        services,
        tenant,
        ToldLender("declines", Declined(reason="score_below_policy")),
        ToldLender("silent", Silent(reason=SilentReason.TIMED_OUT)),
        ToldLender("dear", quoted("31")),
        ToldLender("costly", quoted("30", fees=(Fee(code="x", when=FeeWhen.DISBURSEMENT, rate_bps=900),))),
        ToldLender("small", quoted(max_amount_minor=999_999)),
        ToldLender("greedy", quoted(fees=(Fee(code="x", when=FeeWhen.DISBURSEMENT, rate_bps=10_000),))),
        ToldLender("good", quoted("18")),
    )

    await desk.offered()

    assert await answers_of(desk) == {
        "declines": (LenderOutcome.DECLINED, "score_below_policy"),
        "silent": (LenderOutcome.NO_ANSWER, "timed_out"),
        "dear": (LenderOutcome.NOT_ELIGIBLE, "rate_above_product_maximum"),
        "costly": (LenderOutcome.NOT_ELIGIBLE, "apr_above_product_maximum"),
        "small": (LenderOutcome.NOT_ELIGIBLE, "amount_below_product_minimum"),
        "greedy": (LenderOutcome.NOT_ELIGIBLE, "terms_not_serviceable"),
        "good": (LenderOutcome.QUOTED, None),
    }
    assert [each.lender for each in await offers_of(desk)] == ["good"]


async def test_no_quote_at_all_is_said_too(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant, ToldLender("silent", Silent(reason=SilentReason.FAILED)))

    await desk.offered()

    assert [event["offers"] for event in await events(desk, "offers.offers_ready")] == [0]
    assert (await round_of(desk)).status is RoundStatus.READY


@pytest.mark.parametrize("outcome", [DecisionOutcome.DECLINE, DecisionOutcome.REFER, DecisionOutcome.MORE_INFO])
async def test_only_an_approval_asks_lenders(services: Services, tenant: Tenant, outcome: DecisionOutcome) -> None:
    desk = await market(services, tenant)
    await desk.apply()

    await desk.decide(desk.approval(outcome=outcome))

    assert await desk.write(lambda tx: store.latest_round(tx, desk.application_id)) is None


async def test_the_job_may_run_twice_and_the_decision_come_twice(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.apply()
    decision = desk.approval()

    await desk.decide(decision)
    await desk.decide(decision)
    await desk.ask()
    await desk.ask()

    assert (await round_of(desk)).round_no == 1
    assert len(await offers_of(desk)) == 2
    assert len(await events(desk, "offers.offers_ready")) == 1


async def test_a_newer_approval_takes_the_place_of_an_older_one(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.offered()
    first = await offers_of(desk)

    await desk.decide(desk.approval(limit_minor=10_000_000))
    await desk.ask(1)
    await desk.ask(2)

    stale = await desk.write(lambda tx: store.offer_by_id(tx, first[0].id))
    assert stale.status is OfferStatus.LAPSED
    assert {each.terms.principal_minor for each in await offers_of(desk)} == {10_000_000}
    assert await violations(desk) == []


async def test_a_line_of_credit_carries_its_limit(services: Services, tenant: Tenant) -> None:
    told = ToldLender("one", quoted(max_amount_minor=60_000_000))
    desk = await market(services, tenant, told, kind=ProductKind.LINE_OF_CREDIT)

    await desk.offered(limit_minor=80_000_000)

    (made,) = await offers_of(desk)
    assert (made.terms.principal_minor, made.credit_limit_minor) == (30_000_000, 60_000_000)


async def test_offers_expire_by_themselves_and_say_so_once_none_is_left(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant, ToldLender("short", quoted(expires_in_s=60)), ToldLender("long", quoted()))
    await desk.offered()

    for lender in ("short", "long"):
        await desk.write(partial(_age, lender=lender))
        await desk.write(expire_offers)
        statuses = {each.lender: each.status for each in await offers_of(desk)}
        assert statuses[lender] is OfferStatus.EXPIRED

    assert (await round_of(desk)).status is RoundStatus.LAPSED
    assert len(await events(desk, "offers.offers_expired")) == 1


async def _age(tx: Tx, lender: str) -> None:
    await tx.execute(update(offer).where(offer.c.lender == lender).values(expires_at=tx.now - timedelta(minutes=5)))


async def test_a_withdrawn_application_has_no_open_offers(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.offered()

    await desk.write(lambda tx: withdraw_offers(tx, desk.application_id))

    assert {each.status for each in await offers_of(desk)} == {OfferStatus.WITHDRAWN}
    assert (await round_of(desk)).status is RoundStatus.WITHDRAWN


async def test_answers_that_come_after_a_withdrawal_are_dropped(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.apply()
    await desk.decide()

    await desk.write(lambda tx: withdraw_offers(tx, desk.application_id))
    await desk.ask()

    assert await offers_of(desk) == []
    assert await events(desk, "offers.offers_ready") == []


async def test_a_round_that_was_left_alone_is_asked_again(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.apply()
    await desk.decide()

    assert await desk.write(resume_asking) == 0
    later = timedelta(minutes=3)

    async def resume_later(tx: Tx) -> int:
        tx.now += later
        return await resume_asking(tx)

    assert await desk.write(resume_later) == 1


async def test_the_database_lets_no_application_have_two_accepted_offers(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.offered()

    async def accept_all(tx: Tx) -> None:
        await tx.execute(update(offer).values(status="accepted", accepted_at=tx.now))

    with pytest.raises(DBAPIError) as refused:
        await desk.write(accept_all)

    assert constraint(refused.value) == "uq_offer_accepted"
    assert {each.status for each in await offers_of(desk)} == {OfferStatus.OPEN}


async def test_another_tenant_sees_nothing_of_it(services: Services, tenant: Tenant) -> None:
    desk = await market(services, tenant)
    await desk.offered()
    other = await platform.new_tenant(services)
    async with services.database.read(Scope.system(other.id, "test")) as tx:
        assert await store.latest_round(tx, desk.application_id) is None
        assert await tx.scalar(select(func.count()).select_from(offer)) == 0
