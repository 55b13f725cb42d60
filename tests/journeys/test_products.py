"""Each product from sign-up to a closed loan."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest

from backend.cli.waiting import until
from shared.api.applications import ApplicationStatus
from shared.api.onboarding import CaseState
from shared.api.payments import LinkStatus, MandateIn, MandateStatus, PaymentLinkIn
from shared.api.products import ProductKind
from shared.api.servicing import CreditLineStatus, DrawIn, LoanStatus
from shared.events.payments import PaymentMethod
from tests.builders.houses import Applicant, House, Street

WHOLE_LIFE = Counter(
    ["draft", "submitted", "approved", "offered", "accepted", "agreement_ready", "signed", "disbursed", "closed"]
)
TOLD = ("Welcome", "You are verified", "Your agreement is signed", "Your money has arrived", "Payment received")


async def ended_well(house: House, applicant: Applicant, application_id: UUID, *loan_ids: UUID) -> None:
    """What holds once every loan of an application is paid back."""
    closed = await applicant.status_is(application_id, ApplicationStatus.CLOSED)
    assert closed.loan_id == loan_ids[0]
    assert await applicant.history(application_id) == WHOLE_LIFE
    await applicant.is_told(*TOLD)
    await house.books_are_whole(*loan_ids)


async def buy_now_and_pay_in_four(street: Street) -> None:
    house = await street.house("JPY")
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


async def finance_an_invoice(street: Street) -> None:
    house = await street.house("NGN")
    applicant = await house.applicant()
    assert (await applicant.pass_kyb()).state is CaseState.PASSED

    loan = await applicant.borrows(ProductKind.INVOICE_FINANCING, house.money(150), 1)
    assert loan.business_id == applicant.business_id
    loan = await applicant.pays_what_is_due(loan.id)

    loan = await applicant.loan_in(loan.id, LoanStatus.CLOSED)
    await ended_well(house, applicant, loan.application_id, loan.id)


async def take_working_capital(street: Street) -> None:
    house = await street.house("KWD")
    applicant = await house.applicant()
    assert (await applicant.pass_kyb()).state is CaseState.PASSED

    loan = await applicant.borrows(ProductKind.WORKING_CAPITAL, house.money(500), 3)
    assert loan.business_id == applicant.business_id
    await applicant.pays_what_is_due(loan.id)
    loan = await applicant.pays_off(loan.id)

    assert loan.closed_on == await house.today()
    await ended_well(house, applicant, loan.application_id, loan.id)


STORIES: dict[str, Callable[[Street], Awaitable[None]]] = {
    story.__name__: story for story in (buy_now_and_pay_in_four, finance_an_invoice, take_working_capital)
}


@pytest.fixture(scope="module")
async def stories(road: Street) -> AsyncIterator[dict[str, asyncio.Task[None]]]:
    """All of them at once, each in a tenant of its own."""
    tasks = {name: asyncio.ensure_future(story(road)) for name, story in STORIES.items()}
    yield tasks
    for task in tasks.values():
        task.cancel()


@pytest.mark.parametrize("name", STORIES)
async def test_a_product_is_lived_through_to_its_closed_loan(
    stories: dict[str, asyncio.Task[None]], name: str
) -> None:
    await stories[name]
