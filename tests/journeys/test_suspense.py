"""Money that nobody knows the purpose of: kept apart, then assigned or sent back by operations."""

import pytest

from backend.cli.waiting import until
from shared.api.payments import AssignIn, PaymentOut, PaymentStatus, RefundIn
from shared.client.errors import Conflict, NotFound, NotPermitted
from shared.ids import new_id
from tests.builders.bank import Bank
from tests.builders.houses import House, Street
from tests.journeys.abreast import journey

AMOUNT_MINOR = 7_000_000


async def strays_in(bank: Bank) -> PaymentOut:
    """Money that names no loan comes in."""
    credit = bank.credit(f"va_{new_id().hex}", AMOUNT_MINOR)
    assert (await bank.tell("credit.received", credit)).status_code == 200

    async def read() -> PaymentOut | None:
        waiting = bank.house.operations.payments.iterate_suspense()
        return next(iter([each async for each in waiting if each.reference == credit["reference"]]), None)

    found = await until(read, lambda it: it is not None, "money in suspense")
    assert found is not None
    return found


async def suspense(house: House) -> int:
    """What the books hold that is for nobody yet."""
    balances = {each.code: each.balances for each in await house.operations.ledger.accounts()}
    return sum(each.balance_minor for each in balances.get("unallocated_receipts", []))


@journey
async def test_unmatched_money_is_assigned_to_its_loan(road: Street) -> None:
    house = await road.house()
    bank = Bank(road, house)
    applicant = await house.applicant()
    loan = await applicant.borrows()
    stray = await strays_in(bank)
    assert (stray.status, stray.loan_id, stray.amount.amount_minor) == (PaymentStatus.SUSPENSE, None, AMOUNT_MINOR)
    assert await suspense(house) == AMOUNT_MINOR
    assert await applicant.client.servicing.loan(loan.id) == loan

    with pytest.raises(NotPermitted):
        await applicant.client.payments.assign(stray.id, AssignIn(loan_id=loan.id))
    with pytest.raises(NotFound):
        await house.operations.payments.assign(stray.id, AssignIn(loan_id=new_id()))
    await house.operations.payments.assign(stray.id, AssignIn(loan_id=loan.id))
    with pytest.raises(Conflict):
        await house.operations.payments.assign(stray.id, AssignIn(loan_id=loan.id))

    after = await until(
        lambda: applicant.client.servicing.loan(loan.id), lambda it: it.outstanding != loan.outstanding, "repayment"
    )
    assert loan.outstanding.amount_minor - after.outstanding.amount_minor == AMOUNT_MINOR
    assert await suspense(house) == 0
    assert [each async for each in house.operations.payments.iterate_suspense()] == []
    await applicant.is_told("Payment received")


@journey
async def test_unmatched_money_is_sent_back_and_a_failed_refund_waits_again(road: Street) -> None:
    house = await road.house()
    bank = Bank(road, house)
    applicant = await house.applicant()
    closed = await applicant.add_bank_account(ending="0001")
    stray = await strays_in(bank)
    payments = house.operations.payments

    refunding = await payments.refund(stray.id, RefundIn(bank_account_id=closed.id))
    assert refunding.status is PaymentStatus.REFUNDING
    waiting = await strays_again(bank, stray)
    assert await suspense(house) == AMOUNT_MINOR
    await payments.refund(waiting.id, RefundIn(bank_account_id=applicant.account.id))
    await until(lambda: suspense(house), lambda left: left == 0, "refund")

    assert [each async for each in payments.iterate_suspense()] == []
    with pytest.raises(Conflict):
        await payments.refund(stray.id, RefundIn(bank_account_id=applicant.account.id))
    await house.books_are_whole()
    balances = {each.code: each.balances for each in await house.operations.ledger.accounts()}
    assert [each.balance_minor for each in balances["payouts_in_transit"] if each.balance_minor] == []


async def strays_again(bank: Bank, stray: PaymentOut) -> PaymentOut:
    async def read() -> list[PaymentOut]:
        return [each async for each in bank.house.operations.payments.iterate_suspense() if each.id == stray.id]

    return (await until(read, lambda found: found != [], "money in suspense again"))[0]
