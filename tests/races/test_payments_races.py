"""Payments under concurrency: whoever comes first, money moves once and is booked once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from backend import payments
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments import store
from backend.payments.domain.orders import OrderState
from backend.payments.records import RailOrder, Receipt
from backend.settings import Settings
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders.payments import ScriptedRail, Till, till

IN_TRANSIT = {"payouts_in_transit": 5_000, "rail_cash": -5_000}

Desk = Till[ScriptedRail]


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def test_a_webhook_that_comes_before_the_answer_is_not_undone_by_it(desk: Desk) -> None:
    payout_id = await desk.payout()

    async def settle_meanwhile(_: str) -> None:
        await desk.order_told(await desk.order(payout_id), "settled")

    desk.rail.during_call = settle_meanwhile
    order = await desk.send(payout_id)

    assert order.state is OrderState.SETTLED
    assert len(await desk.events("payments.payout_settled")) == 1
    assert await desk.balances() == IN_TRANSIT


async def test_a_webhook_that_comes_before_a_time_out_is_not_undone_by_it(desk: Desk) -> None:
    payout_id = await desk.payout()
    desk.rail.manner = "hangs"

    async def fail_meanwhile(_: str) -> None:
        await desk.order_told(await desk.order(payout_id), "failed", reason="account_closed")

    desk.rail.during_call = fail_meanwhile
    order = await desk.send(payout_id)

    assert order.state is OrderState.FAILED
    assert await desk.balances() == {}
    assert len(await desk.events("payments.payout_failed")) == 1


async def test_many_workers_with_one_order_call_the_rail_once(desk: Desk) -> None:
    payout_id = await desk.payout()

    orders = await asyncio.gather(*[desk.send(payout_id) for _ in range(6)])

    assert desk.rail.sent == [orders[0].reference]
    assert (await desk.order(payout_id)).state is OrderState.SENT
    assert await desk.balances() == IN_TRANSIT


async def test_one_payout_ordered_by_many_at_once_is_one_order(desk: Desk) -> None:
    wanted = payments.PayoutOrder(
        payout_id=new_id(),
        amount=Money.of(5_000, "NGN"),
        account_id=await desk.bank_account(),
        purpose=payments.PayoutPurpose.DISBURSEMENT,
    )

    await asyncio.gather(*[desk.write(lambda tx: payments.order_payout(tx, wanted)) for _ in range(8)])
    await desk.send(wanted.payout_id)

    assert len(desk.rail.sent) == 1
    assert await desk.balances() == IN_TRANSIT


async def test_a_payout_is_either_withdrawn_or_sent(desk: Desk) -> None:
    for _ in range(6):
        payout_id = await desk.payout(100)
        already = len(desk.rail.sent)

        async def withdraw(payout_id: UUID = payout_id) -> bool:
            return bool(await desk.write(lambda tx: payments.cancel_payout(tx, payout_id)))

        withdrawn, _ = await asyncio.gather(withdraw(), desk.send(payout_id))

        order = await desk.order(payout_id)
        assert order.state is (OrderState.CANCELLED if withdrawn else OrderState.SENT)
        assert len(desk.rail.sent) - already == (0 if withdrawn else 1)


async def test_one_end_told_in_many_ways_at_once_is_booked_and_published_once(desk: Desk) -> None:
    order = await desk.send(await desk.payout())
    desk.rail.becomes(order.reference, "settled")

    await asyncio.gather(
        *[desk.order_told(order, "settled") for _ in range(4)],
        *[desk.resolve(order.id) for _ in range(4)],
        *[desk.order_told(order, "sent") for _ in range(2)],
    )

    assert (await desk.order(order.id)).state is OrderState.SETTLED
    assert len(await desk.events("payments.payout_settled")) == 1
    assert await desk.balances() == IN_TRANSIT


async def test_an_end_that_comes_while_we_are_about_to_give_up_counts(desk: Desk) -> None:
    desk.rail.manner = "loses"
    unknown = await desk.send(await desk.payout())
    desk.rail.patience = timedelta(0)

    async def settle_meanwhile(_: str) -> None:
        await desk.order_told(unknown, "settled")

    desk.rail.during_question = settle_meanwhile
    order = await desk.resolve(unknown.id)

    assert order.state is OrderState.SETTLED
    assert await desk.events("payments.payout_failed") == []
    assert await desk.balances() == IN_TRANSIT


async def test_one_webhook_delivered_and_worked_on_by_many_at_once_counts_once(desk: Desk) -> None:
    loan_id, account = await desk.loan_with_account()
    said, event_id = desk.credit(account.reference), new_id().hex

    await asyncio.gather(*[desk.hook("credit.received", said, event_id=event_id) for _ in range(5)])
    await asyncio.gather(*[desk.work(event_id) for _ in range(5)])

    assert len(await desk.events("payments.payment_received")) == 1
    assert (await desk.desk.balances(loan_id))["unallocated_receipts"] == -300


async def test_one_credit_told_by_many_webhooks_at_once_is_booked_once(desk: Desk) -> None:
    loan_id, account = await desk.loan_with_account()
    said = desk.credit(account.reference)

    await asyncio.gather(*[desk.told("credit.received", said) for _ in range(5)])

    assert len(await desk.events("payments.payment_received")) == 1
    assert (await desk.desk.balances(loan_id))["unallocated_receipts"] == -300


async def test_money_in_suspense_is_assigned_or_refunded_and_never_both(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    account_id = await desk.bank_account()
    said = desk.credit("va-of-nobody")
    await desk.told("credit.received", said)
    payment_id = (await desk.receipt(f"credit:{said['credit_id']}")).id

    async def ask(what: str, body: dict[str, str]) -> int:
        path = f"/v1/suspense/{payment_id}/{what}"
        return (await desk.client.post(path, headers=desk.headers(Role.OPERATIONS), json=body)).status_code

    codes = await asyncio.gather(
        *[ask("assign", {"loan_id": str(loan_id)}) for _ in range(3)],
        *[ask("refund", {"bank_account_id": str(account_id)}) for _ in range(3)],
    )

    assert sorted(codes)[1:] == [409] * 5
    events = await desk.events("payments.payment_received")
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, Receipt, payment_id)
    assert found is not None
    assert len(events) == (1 if found.state.value == "assigned" else 0)


async def test_a_reversal_and_an_assignment_at_once_leave_the_books_whole(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    before = await desk.balances()
    said = desk.credit("va-of-nobody")
    await desk.told("credit.received", said)
    payment_id = (await desk.receipt(f"credit:{said['credit_id']}")).id
    path = f"/v1/suspense/{payment_id}/assign"

    answer, _ = await asyncio.gather(
        desk.client.post(path, headers=desk.headers(Role.OPERATIONS), json={"loan_id": str(loan_id)}),
        desk.told("credit.reversed", said | {"status": "reversed"}),
    )

    assert await desk.balances() == before
    told, taken_back = await desk.events("payments.payment_received"), await desk.events("payments.payment_reversed")
    assert len(told) == len(taken_back) == (1 if answer.status_code == 200 else 0)


async def test_orders_of_a_busy_day_all_end_and_balance(desk: Desk) -> None:
    ids = [await desk.payout(100 + n) for n in range(12)]

    async def live(n: int, payout_id: UUID) -> RailOrder:
        order = await desk.send(payout_id)
        await asyncio.gather(
            desk.order_told(order, "failed" if n % 3 == 0 else "settled"),
            desk.order_told(order, "sent"),
            desk.resolve(payout_id),
        )
        return await desk.order(payout_id)

    orders = await asyncio.gather(*[live(n, payout_id) for n, payout_id in enumerate(ids)])

    settled = sum(order.amount_minor for order in orders if order.state is OrderState.SETTLED)
    assert {order.state for order in orders} == {OrderState.SETTLED, OrderState.FAILED}
    assert await desk.balances() == {"payouts_in_transit": settled, "rail_cash": -settled}
    assert len(await desk.events("payments.payout_failed")) == 4
