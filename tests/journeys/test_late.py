"""A borrower who is late: reminded, charged, stopped from drawing, and back on track once it is paid."""

from datetime import timedelta

import pytest

from shared.api.payments import PaymentLinkIn
from shared.api.servicing import DrawIn, InstalmentStatus, LoanStatus
from shared.client.errors import Conflict
from tests.builders.houses import Street
from tests.journeys.abreast import journey


@journey
async def test_a_missed_payment_is_told_of_charged_and_caught_up_with(road: Street) -> None:
    house = await road.house("JPY")
    applicant = await house.applicant()
    servicing = applicant.client.servicing
    loan = await applicant.borrows()
    assert loan.next_due_on is not None
    assert loan.next_due is not None
    assert loan.credit_line_id is not None

    await house.advance_to(loan.next_due_on + timedelta(days=10))
    late = await servicing.loan(loan.id)
    assert (late.status, late.days_past_due, late.next_due_on) == (LoanStatus.OVERDUE, 10, loan.next_due_on)
    await applicant.is_told("A payment is coming up", "A payment is open")
    row = (await servicing.schedule(loan.id)).rows[0]
    assert (row.status, row.penalty.amount_minor > 0) == (InstalmentStatus.OVERDUE, True)
    assert late.past_due.amount_minor == loan.next_due.amount_minor + row.penalty.amount_minor
    with pytest.raises(Conflict) as refusal:
        await servicing.draw(loan.credit_line_id, DrawIn(amount_minor=1))
    assert refusal.value.code == "credit_line_blocked"

    link = await applicant.client.payments.create_link(
        PaymentLinkIn(loan_id=loan.id, amount_minor=late.past_due.amount_minor)
    )
    assert link.amount == late.past_due
    caught_up = await applicant.pay(loan.id, late.past_due)
    assert (caught_up.status, caught_up.past_due.amount_minor) == (LoanStatus.ACTIVE, 0)
    await applicant.pays_off(loan.id)

    await house.books_are_whole(loan.id)
    assert (await house.balances(loan.id))["penalty_income"] == row.penalty.amount_minor
