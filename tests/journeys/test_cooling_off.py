"""Changing one's mind: before the signature, before the payout, while it is under way, and after it."""

import asyncio

import pytest

from backend.cli.waiting import until
from shared.api.agreements import AgreementOut, AgreementStatus, CancelReason
from shared.api.applications import ApplicationStatus
from shared.api.disbursement import DisbursementStatus
from shared.api.payments import OrderStatus
from shared.api.products import ProductKind
from shared.api.servicing import LoanStatus
from shared.client.errors import Conflict, NotFound
from tests.builders.houses import Applicant, House, Street
from tests.journeys.abreast import journey


async def agreement_is(applicant: Applicant, agreement: AgreementOut, status: AgreementStatus) -> AgreementOut:
    read = applicant.client.agreements.agreement
    return await until(lambda: read(agreement.id), lambda it: it.status is status, f"agreement {status}")


@journey
async def test_an_agreement_that_is_not_signed_is_declined_and_leaves_nothing(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    offers = await applicant.is_offered()
    agreement = await applicant.accept(offers.offers[0])

    cancelled = await applicant.client.agreements.cancel(agreement.id, CancelReason.BETTER_OFFER)

    assert (cancelled.status, cancelled.signing) == (AgreementStatus.CANCELLED, None)
    await applicant.status_is(agreement.application_id, ApplicationStatus.EXPIRED)
    with pytest.raises(Conflict):
        await applicant.sign(agreement)
    with pytest.raises(NotFound):
        await applicant.client.servicing.loan(agreement.loan_id)
    assert await house.balances(agreement.loan_id) == {}


@journey
async def test_a_loan_that_is_not_paid_out_is_cancelled_at_once(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant(ending="0001")
    agreement = await applicant.signs()
    await applicant.status_is(agreement.application_id, ApplicationStatus.DISBURSEMENT_FAILED)

    cancelled = await applicant.client.agreements.cancel(agreement.id)

    assert cancelled.status is AgreementStatus.CANCELLED
    await applicant.status_is(agreement.application_id, ApplicationStatus.CANCELLED)
    await applicant.loan_in(agreement.loan_id, LoanStatus.CANCELLED)
    operations = house.operations.disbursement
    ended = await until(
        lambda: operations.of_loan(agreement.loan_id),
        lambda it: it.status is DisbursementStatus.CANCELLED,
        "cancelled disbursement",
    )
    with pytest.raises(Conflict):
        await operations.retry(ended.id)
    assert await house.balances(agreement.loan_id) == {}


@journey
async def test_a_cancellation_that_crosses_the_payout_is_done_once_the_money_is_back(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant(ending="0006")
    agreement = await applicant.signs()
    await until(lambda: _payout(house, agreement), lambda it: it is OrderStatus.SENT, "payout under way")

    cancelled = await applicant.client.agreements.cancel(agreement.id)
    assert cancelled.status is AgreementStatus.CANCELLED
    await applicant.loan_in(agreement.loan_id, LoanStatus.ACTIVE)
    crossed = await agreement_is(applicant, agreement, AgreementStatus.CANCELLING)
    assert crossed.return_by is not None
    await applicant.pays_off(agreement.loan_id)

    await agreement_is(applicant, agreement, AgreementStatus.CANCELLED)
    await house.books_are_whole(agreement.loan_id)


async def _payout(house: House, agreement: AgreementOut) -> OrderStatus | None:
    try:
        disbursement = await house.operations.disbursement.of_loan(agreement.loan_id)
    except NotFound:
        return None
    return (await house.operations.payments.payout(disbursement.payout_id)).status


@journey
async def test_within_the_cooling_off_days_the_money_goes_back_and_the_agreement_ends(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    loan = await applicant.borrows()
    agreement = await applicant.client.agreements.agreement(loan.agreement_id)
    assert agreement.may_cancel

    cancelling = await applicant.client.agreements.cancel(agreement.id, CancelReason.NOT_NEEDED)
    assert (cancelling.status, cancelling.return_by is not None) == (AgreementStatus.CANCELLING, True)
    quote = await applicant.client.servicing.quote_payoff(loan.id)
    assert quote.interest.amount_minor == 0, "nothing has been earned on the day of the payout"
    await applicant.pays_off(loan.id)

    ended = await agreement_is(applicant, agreement, AgreementStatus.CANCELLED)
    assert ended.cancel_reason == CancelReason.NOT_NEEDED
    await applicant.status_is(loan.application_id, ApplicationStatus.CLOSED)
    await house.books_are_whole(loan.id)


@journey
async def test_a_product_without_cooling_off_days_is_not_cancelled_after_the_payout(road: Street) -> None:
    house = await road.quiet_house()
    applicant = await house.applicant()
    await applicant.brings_business()
    loan = await applicant.borrows(ProductKind.WORKING_CAPITAL, house.money(500), 3)

    agreement = await applicant.client.agreements.agreement(loan.agreement_id)
    with pytest.raises(Conflict):
        await applicant.client.agreements.cancel(agreement.id)

    assert not agreement.may_cancel
    await asyncio.sleep(0.5)
    assert (await applicant.client.servicing.loan(loan.id)).status is LoanStatus.ACTIVE
