"""Keys that make repeating safe: the same answer, and it happened once."""

import asyncio

import pytest

from shared.api.applications import ApplicationIn, ApplicationStatus
from shared.api.payments import PaymentLinkIn
from shared.api.products import Channel, ProductKind
from shared.api.servicing import DrawIn, LoanStatus
from shared.client.errors import Conflict
from shared.ids import new_id
from tests.builders.houses import Street
from tests.journeys.abreast import journey

AT_ONCE = 5


@journey
async def test_a_repeated_key_gets_the_same_answer_and_it_happens_once(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    product = await applicant.product(ProductKind.BNPL)
    body, key = ApplicationIn(product_id=product.id, channel=Channel.WEB), new_id().hex

    first = await applicant.client.applications.open(body, idempotency_key=key)
    again = await applicant.client.applications.open(body, idempotency_key=key)
    other = await applicant.client.applications.open(body)

    assert again == first
    assert other.id != first.id
    kept = {each.id async for each in applicant.client.applications.iterate_applications()}
    assert kept == {first.id, other.id}


@journey
async def test_a_key_with_another_body_is_refused_and_changes_nothing(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    product, other = await applicant.product(ProductKind.BNPL), await applicant.product(ProductKind.LINE_OF_CREDIT)
    key = new_id().hex
    first = await applicant.client.applications.open(
        ApplicationIn(product_id=product.id, channel=Channel.WEB), idempotency_key=key
    )

    with pytest.raises(Conflict) as refusal:
        await applicant.client.applications.open(
            ApplicationIn(product_id=other.id, channel=Channel.WEB), idempotency_key=key
        )
    with pytest.raises(Conflict):
        await applicant.client.applications.withdraw(first.id, idempotency_key=key)

    assert refusal.value.code == "idempotency_key_reused"
    assert await applicant.client.applications.application(first.id) == first
    assert [each.id async for each in applicant.client.applications.iterate_applications()] == [first.id]


@journey
async def test_one_persons_key_means_nothing_to_another(road: Street) -> None:
    house = await road.quiet_house()
    ada, bola = await asyncio.gather(house.applicant(), house.applicant())
    product = await ada.product(ProductKind.BNPL)
    body, key = ApplicationIn(product_id=product.id, channel=Channel.WEB), new_id().hex

    hers = await ada.client.applications.open(body, idempotency_key=key)
    his = await bola.client.applications.open(body, idempotency_key=key)

    assert (hers.id != his.id, his.user_id != hers.user_id) == (True, True)


@journey
async def test_five_taps_at_once_accept_one_offer_make_one_link_and_draw_once(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    offers = await applicant.is_offered()
    key = new_id().hex
    accepted = await asyncio.gather(
        *(applicant.client.offers.accept(offers.offers[0].id, idempotency_key=key) for _ in range(AT_ONCE))
    )
    assert {each.id for each in accepted} == {offers.offers[0].id}
    agreement = await applicant.accept(offers.offers[0])
    assert len((await applicant.client.agreements.agreements(application_id=offers.application_id)).items) == 1
    signed = await applicant.sign(agreement)
    loan = await applicant.loan_in(signed.loan_id, LoanStatus.ACTIVE)

    wanted, key = PaymentLinkIn(loan_id=loan.id, amount_minor=house.money(50).amount_minor), new_id().hex
    links = await asyncio.gather(
        *(applicant.client.payments.create_link(wanted, idempotency_key=key) for _ in range(AT_ONCE))
    )
    assert len({link.id for link in links}) == 1

    await applicant.pay(loan.id, house.money(300))
    assert loan.credit_line_id is not None
    line = await applicant.client.servicing.credit_line(loan.credit_line_id)
    part, key = DrawIn(amount_minor=line.available.amount_minor // 3), new_id().hex
    drawn = await asyncio.gather(
        *(applicant.client.servicing.draw(line.id, part, idempotency_key=key) for _ in range(AT_ONCE))
    )
    assert len({each.id for each in drawn}) == 1
    left = await applicant.client.servicing.credit_line(line.id)
    assert left.available.amount_minor == line.available.amount_minor - part.amount_minor
    await applicant.loan_in(drawn[0].id, LoanStatus.ACTIVE)
    assert len([each async for each in applicant.client.servicing.iterate_loans()]) == 2
    assert (await house.paid_out(drawn[0].id)).amount_minor == part.amount_minor
    await applicant.status_is(loan.application_id, ApplicationStatus.DISBURSED)
