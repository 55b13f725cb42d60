"""Each product from sign-up to a closed loan."""

from collections import Counter
from uuid import UUID

import pytest

from backend.cli.waiting import until
from shared.api.applications import ApplicationStatus
from shared.api.onboarding import CaseState
from shared.api.payments import LinkStatus, MandateIn, MandateStatus, PaymentLinkIn, PaymentStatus
from shared.api.products import ProductKind
from shared.api.servicing import CreditLineStatus, DrawIn, LoanOut, LoanStatus
from shared.client.errors import Unprocessable
from shared.events.payments import PaymentMethod
from shared.money import Money
from tests.builders.houses import Applicant, House, Street
from tests.journeys.abreast import journey

WHOLE_LIFE = Counter(
    ["draft", "submitted", "approved", "offered", "accepted", "agreement_ready", "signed", "disbursed", "closed"]
)
OWED = {"borrower_credit", "payouts_in_transit", "unallocated_receipts"}
TOLD = (
    "Welcome",
    "You are verified",
    "Your agreement is signed",
    "Your money has arrived",
    "Payment received",
    "Your loan is paid off",
)


async def ended_well(house: House, applicant: Applicant, application_id: UUID, *loan_ids: UUID) -> None:
    """What holds once every loan of an application is paid back."""
    closed = await applicant.status_is(application_id, ApplicationStatus.CLOSED)
    assert closed.loan_id == loan_ids[0]
    assert await applicant.history(application_id) == WHOLE_LIFE
    await applicant.is_told(*TOLD)
    await house.books_are_whole(*loan_ids)


@journey
async def test_a_line_of_credit_is_drawn_twice_and_paid_back_by_mandate_link_and_transfer(road: Street) -> None:
    """Paid back by mandate on the due date, by link, and by a transfer of too much; drawn on again in between."""
    house = await road.house("NGN")
    applicant = await house.applicant()
    payments, servicing = applicant.client.payments, applicant.client.servicing

    loan = await applicant.borrows(ProductKind.LINE_OF_CREDIT, house.money(600), 3)
    assert loan.credit_line_id is not None
    line = await servicing.credit_line(loan.credit_line_id)
    assert (line.status, line.drawn, line.available) == (CreditLineStatus.OPEN, house.money(600), house.money(0))

    await _is_debited_on_the_due_date(applicant, loan)
    line = await servicing.credit_line(line.id)
    assert line.available.amount_minor > 0
    asked = DrawIn(amount_minor=line.available.amount_minor, instalments=2)
    second = await applicant.loan_in((await servicing.draw(line.id, asked)).id, LoanStatus.ACTIVE)
    with pytest.raises(Unprocessable) as refusal:
        await servicing.draw(line.id, DrawIn(amount_minor=1))
    assert refusal.value.code == "limit_exceeded"
    (mandate,) = await payments.mandates(loan.id)
    assert (await payments.cancel_mandate(mandate.id)).status is MandateStatus.CANCELLED

    await _pays_by_link(applicant, await applicant.reaches_due_date(loan.id))
    second = await applicant.pays_off(second.id)
    overpaid = await applicant.pays_off(loan.id, too_much=12_345)

    assert (overpaid.credit, overpaid.outstanding.amount_minor) == (Money.of(12_345, "NGN"), 0)
    assert (await house.balances(loan.id))["borrower_credit"] == 12_345
    assert (await servicing.credit_line(line.id)).available == line.limit
    await house.operations.servicing.refund_credit(loan.id)
    refunded = await applicant.loan_in(loan.id, LoanStatus.CLOSED)
    assert refunded.credit.amount_minor == 0
    await until(lambda: house.balances(loan.id), lambda left: not left.keys() & OWED, "refund of what was too much")
    await ended_well(house, applicant, loan.application_id, loan.id, second.id)


async def _is_debited_on_the_due_date(applicant: Applicant, loan: LoanOut) -> None:
    payments = applicant.client.payments
    wanted = await payments.create_mandate(MandateIn(loan_id=loan.id, bank_account_id=applicant.account.id))
    await until(lambda: payments.mandate(wanted.id), lambda it: it.status is MandateStatus.ACTIVE, "active mandate")
    assert loan.next_due is not None
    due = loan.next_due

    await applicant.reaches_due_date(loan.id)
    paid = await until(
        lambda: applicant.client.servicing.loan(loan.id),
        lambda it: it.next_due_on != loan.next_due_on,
        "debit on the due date",
    )

    (received,) = [each async for each in payments.iterate_received(loan.id)]
    assert (received.method, received.amount, received.status) == (PaymentMethod.MANDATE, due, PaymentStatus.MATCHED)
    assert paid.past_due.amount_minor == 0


async def _pays_by_link(applicant: Applicant, loan: LoanOut) -> None:
    payments = applicant.client.payments
    assert loan.next_due is not None
    ordered = await payments.create_link(PaymentLinkIn(loan_id=loan.id, amount_minor=loan.next_due.amount_minor))
    link = await until(lambda: payments.link(ordered.id), lambda it: it.url is not None, "address of the link")
    assert (link.status, link.url is not None) == (LinkStatus.OPEN, True)
    for _ in range(2):  # a borrower who taps twice pays once
        await applicant.client.sandbox.pay_link(link.url or "")
    await until(lambda: payments.link(link.id), lambda it: it.status is LinkStatus.PAID, "paid link")
    await until(
        lambda: applicant.client.servicing.loan(loan.id), lambda it: it.next_due_on != loan.next_due_on, "payment"
    )
    methods = Counter([each.method async for each in payments.iterate_received(loan.id)])
    assert methods == {PaymentMethod.MANDATE: 1, PaymentMethod.LINK: 1}


@journey
async def test_a_purchase_is_paid_in_four_parts(road: Street) -> None:
    house = await road.house("JPY")
    applicant = await house.applicant()

    loan = await applicant.borrows(ProductKind.BNPL, house.money(40), 4)
    assert loan.terms.annual_rate_pct == 0
    assert (loan.next_due_on, loan.days_past_due) == (await house.today(), 0)
    for _ in range(4):
        loan = await applicant.pays_what_is_due(loan.id)

    loan = await applicant.loan_in(loan.id, LoanStatus.CLOSED)
    schedule = await applicant.client.servicing.schedule(loan.id)
    assert {row.status.value for row in schedule.rows} == {"paid"}
    assert [row.due_on.toordinal() - schedule.rows[0].due_on.toordinal() for row in schedule.rows] == [0, 14, 28, 42]
    assert schedule.paid == schedule.total
    await ended_well(house, applicant, loan.application_id, loan.id)


@journey
async def test_an_invoice_is_financed_for_a_business(road: Street) -> None:
    house = await road.house("NGN")
    applicant = await house.applicant()
    assert (await applicant.brings_business()).state is CaseState.PASSED

    loan = await applicant.borrows(ProductKind.INVOICE_FINANCING, house.money(150), 1)
    assert loan.business_id == applicant.business_id
    loan = await applicant.pays_what_is_due(loan.id)

    loan = await applicant.loan_in(loan.id, LoanStatus.CLOSED)
    await ended_well(house, applicant, loan.application_id, loan.id)


@journey
async def test_a_business_takes_working_capital_and_pays_it_off_early(road: Street) -> None:
    house = await road.house("KWD")
    applicant = await house.applicant()
    assert (await applicant.brings_business()).state is CaseState.PASSED

    loan = await applicant.borrows(ProductKind.WORKING_CAPITAL, house.money(500), 3)
    assert loan.business_id == applicant.business_id
    await applicant.pays_what_is_due(loan.id)
    loan = await applicant.pays_off(loan.id)

    assert loan.closed_on == await house.today()
    await ended_well(house, applicant, loan.application_id, loan.id)
