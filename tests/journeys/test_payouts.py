"""Payouts that fail, hang or vanish: the borrower is paid once, whatever the bank does."""

import pytest

from shared.api.applications import ApplicationStatus
from shared.api.disbursement import DisbursementStatus, RetryIn
from shared.api.payments import OrderStatus
from shared.api.servicing import LoanStatus
from shared.client.errors import Conflict, NotPermitted
from tests.builders.bank import Bank
from tests.builders.houses import Street
from tests.journeys.abreast import journey


@journey
async def test_a_failed_payout_is_tried_again_to_a_corrected_account(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant(ending="0001")
    operations = house.operations.disbursement

    agreement = await applicant.signs()
    failed_application = await applicant.status_is(agreement.application_id, ApplicationStatus.DISBURSEMENT_FAILED)
    failed = await operations.of_loan(agreement.loan_id)
    assert (failed.status, failed.reason_code) == (DisbursementStatus.FAILED, "account_closed")
    assert failed.id in {each.id async for each in operations.iterate(status=DisbursementStatus.FAILED)}
    assert (await applicant.client.servicing.loan(agreement.loan_id)).status is LoanStatus.PENDING_DISBURSEMENT
    assert await house.balances(agreement.loan_id) == {}
    corrected = RetryIn(payout_account_id=(await applicant.add_bank_account()).id)
    with pytest.raises(NotPermitted):
        await applicant.client.disbursement.retry(failed.id, corrected)
    await operations.retry(failed.id, corrected)
    with pytest.raises(Conflict):
        await operations.retry(failed.id, corrected)
    loan = await applicant.loan_in(agreement.loan_id, LoanStatus.ACTIVE)

    paid = await operations.of_loan(loan.id)
    assert (paid.status, paid.attempts) == (DisbursementStatus.PAID_OUT, 2)
    assert await bank.payouts_for(paid) == ["failed", "settled"]
    assert await house.paid_out(loan.id) == paid.amount
    await applicant.status_is(failed_application.id, ApplicationStatus.DISBURSED)
    history = await applicant.history(agreement.application_id)
    assert (history["disbursement_failed"], history["disbursed"]) == (1, 1)
    await house.books_are_whole()


@journey
async def test_a_time_out_that_hides_a_payout_is_resolved_by_asking(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant(ending="0002")

    loan = await applicant.borrows()

    paid = await applicant.client.disbursement.of_loan(loan.id)
    assert (paid.status, paid.attempts) == (DisbursementStatus.PAID_OUT, 1)
    assert await bank.payouts_for(paid) == ["settled"]
    order = await house.operations.payments.payout(paid.payout_id)
    assert order.status is OrderStatus.SETTLED
    assert await house.paid_out(loan.id) == paid.amount


@journey
async def test_a_payout_that_the_bank_never_received_is_ordered_anew_by_itself(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant(ending="0003")

    loan = await applicant.borrows()

    paid = await applicant.client.disbursement.of_loan(loan.id)
    assert (paid.status, paid.attempts) == (DisbursementStatus.PAID_OUT, 2)
    assert [(step.status.value, step.reason_code) for step in paid.timeline] == [
        ("ordered", None),
        ("failed", "never_received"),
        ("ordered", None),
        ("paid_out", None),
    ]
    assert await bank.payouts_for(paid) == ["never had it", "settled"]
    assert await house.paid_out(loan.id) == paid.amount
    assert (await applicant.history(loan.application_id))["disbursement_failed"] == 0


@journey
async def test_operations_give_a_payout_up_and_the_loan_ends_with_it(road: Street) -> None:
    house = await road.quiet_house()
    bank = Bank(road, house)
    applicant = await house.applicant(ending="0001")
    operations = house.operations.disbursement
    agreement = await applicant.signs()
    await applicant.status_is(agreement.application_id, ApplicationStatus.DISBURSEMENT_FAILED)

    given_up = await operations.cancel((await operations.of_loan(agreement.loan_id)).id)

    assert given_up.status is DisbursementStatus.CANCELLED
    await applicant.loan_in(agreement.loan_id, LoanStatus.CANCELLED)
    await applicant.status_is(agreement.application_id, ApplicationStatus.CANCELLED)
    with pytest.raises(Conflict):
        await operations.retry(given_up.id)
    assert await bank.payouts_for(given_up) == ["failed"]
    assert await house.balances(agreement.loan_id) == {}
