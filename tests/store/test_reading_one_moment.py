"""What a reading transaction tells is of one moment, whatever is posted while it reads."""

import asyncio

import pytest

from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.ledger import store
from backend.ledger.domain.journal import credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.usecases.post import post
from backend.ledger.usecases.read import trial_balance
from backend.ledger.usecases.report import loan_control
from shared.ids import new_id
from tests.builders.books import Books, a_move


@pytest.fixture
def books(services: Services, tenant: Tenant) -> Books:
    return Books(services, tenant)


async def lend(books: Books) -> None:
    """Pays a loan out; the first one opens the accounts that it is posted to."""
    legs = (debit(Account.LOANS_PRINCIPAL, 300, "NGN", loan_id=new_id()), credit(Account.RAIL_CASH, 300, "NGN"))
    await books.write(lambda tx: post(tx, a_move(*legs)))


async def test_no_sum_is_of_an_account_that_was_opened_since_the_chart_was_read(books: Books) -> None:
    async with books.services.database.read(books.scope) as tx:
        chart = {entry.code for entry in await store.accounts(tx)}
        await lend(books)

        assert (await trial_balance(tx)).currencies == []

    assert Account.LOANS_PRINCIPAL.value not in chart
    assert (await books.read(trial_balance)).currencies[0].total_debit_minor == 300


async def test_loans_agree_with_their_control_account_while_more_are_paid_out(books: Books) -> None:
    await lend(books)

    async def go_on() -> None:
        for _ in range(60):
            await lend(books)

    lending = asyncio.create_task(go_on())
    asked = 0
    while not lending.done():
        assert (await books.read(loan_control)).agrees
        asked += 1
    await lending

    assert asked > 1
    assert (await books.read(loan_control)).lines[0].loans == 61
