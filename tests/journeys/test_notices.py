"""The bank's notices: doubled, out of order, forged, old."""

import asyncio
from datetime import timedelta
from uuid import UUID

from backend.cli.waiting import until
from shared.api.servicing import TransactionKind
from shared.ids import new_id
from tests.builders.bank import Bank
from tests.builders.houses import Applicant, Street
from tests.journeys.abreast import journey

PAYMENT_MINOR = 1_000_000
OTHERS_SECRET = "whsec_" + "c29tZWJvZHkgZWxzZSdzIHNlY3JldA=="
SOON_S = 1.5  # by then a notice that was sent again has come


@journey
async def test_payout_notices_that_come_three_times_count_once(road: Street) -> None:
    await is_paid_out_once(Bank(road, await road.quiet_house()), ending="0004")


@journey
async def test_payout_notices_that_overtake_each_other_count_once(road: Street) -> None:
    await is_paid_out_once(Bank(road, await road.quiet_house()), ending="0005")


async def is_paid_out_once(bank: Bank, *, ending: str) -> None:
    house = bank.house
    applicant = await house.applicant(ending=ending)

    loan = await applicant.borrows()
    await asyncio.sleep(SOON_S)

    disbursement = await applicant.client.disbursement.of_loan(loan.id)
    assert [step.status.value for step in disbursement.timeline] == ["ordered", "paid_out"]
    assert await bank.payouts_for(disbursement) == ["settled"]
    assert await house.paid_out(loan.id) == disbursement.amount
    kinds = [each.kind async for each in house.operations.ledger.iterate_journals(loan_id=loan.id)]
    assert sorted(each for each in kinds if each != "accrual") == ["loan_activated", "payout_sent"]  # midnight accrues
    assert (await applicant.history(loan.application_id))["disbursed"] == 1


@journey
async def test_a_payment_that_is_told_of_three_times_is_one_payment(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    loan = await applicant.borrows()

    before = loan.outstanding.amount_minor
    paid = await applicant.pay(loan.id, house.money(10), narration="DUPLICATE")
    await asyncio.sleep(SOON_S)

    assert paid.outstanding.amount_minor == before - house.money(10).amount_minor
    assert await applicant.client.servicing.loan(loan.id) == paid
    assert len([each async for each in applicant.client.payments.iterate_received(loan.id)]) == 1


async def rail_reference(applicant: Applicant, loan_id: UUID) -> str:
    """What the bank calls the loan's account: read from a payment that came over it."""
    (received,) = [each async for each in applicant.client.payments.iterate_received(loan_id)]
    return received.reference


@journey
async def test_a_reversal_that_overtakes_its_payment_leaves_the_loan_as_it_was(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant()
    loan = await applicant.borrows()
    before = await applicant.pay(loan.id, house.money(10))
    reference = await rail_reference(applicant, loan.id)
    credit = bank.credit(reference, PAYMENT_MINOR)

    gone = await bank.tell("credit.reversed", credit | {"status": "reversed"})
    await asyncio.sleep(0.5)
    came = await bank.tell("credit.received", credit)

    assert (gone.status_code, came.status_code) == (200, 200)
    page = await until(
        lambda: applicant.client.servicing.transactions(loan.id),
        lambda page: any(each.reversed_on for each in page.items),
        "payment and reversal",
    )
    repayments = [each for each in page.items if each.kind is TransactionKind.REPAYMENT]
    assert sorted(each.reversed_on is None for each in repayments) == [False, True]
    after = await applicant.client.servicing.loan(loan.id)
    assert after.outstanding == before.outstanding
    await house.books_are_whole()


@journey
async def test_a_notice_under_a_known_id_changes_nothing(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant()
    loan = await applicant.borrows()
    await applicant.pay(loan.id, house.money(10))
    reference, event_id = await rail_reference(applicant, loan.id), new_id().hex

    answers = await asyncio.gather(
        *(bank.tell("credit.received", bank.credit(reference, PAYMENT_MINOR), event_id=event_id) for _ in range(5))
    )
    await asyncio.sleep(SOON_S)

    assert {answer.status_code for answer in answers} == {200}
    assert await bank.notices_kept(event_id) == 1
    assert len([each async for each in applicant.client.payments.iterate_received(loan.id)]) == 2


@journey
async def test_forged_changed_and_old_notices_are_refused_and_not_stored(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant()
    loan = await applicant.borrows()
    before = await applicant.pay(loan.id, house.money(10))
    reference = await rail_reference(applicant, loan.id)
    ids = [new_id().hex for _ in range(5)]
    elsewhere = f"/v1/webhooks/rail/{new_id()}"
    credit = bank.credit(reference, PAYMENT_MINOR)

    refused = [
        await bank.tell("credit.received", credit, event_id=ids[0], secret=OTHERS_SECRET),
        await bank.tell("credit.received", credit, event_id=ids[1], ago=timedelta(minutes=6)),
        await bank.tell("credit.received", credit, event_id=ids[2], ago=-timedelta(minutes=6)),
        await bank.tell("credit.received", credit, event_id=ids[3], changed=True),
        await bank.tell("credit.received", credit, event_id=ids[4], signed_for=elsewhere),
    ]
    await asyncio.sleep(SOON_S)

    assert [(each.status_code, each.json()["code"]) for each in refused] == [(401, "bad_signature")] * 5
    assert [await bank.notices_kept(each) for each in ids] == [0] * 5
    assert await applicant.client.servicing.loan(loan.id) == before
