"""Disbursements: ordered once, followed to their end, ordered anew when the bank never had the payout."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend import payments
from backend.disbursement import store
from backend.disbursement.domain.disbursement import MAX_ATTEMPTS_BY_ITSELF, Disbursement
from backend.disbursement.errors import AgreementWasCancelled, DisbursementNotRetryable, TooManyAttempts
from backend.disbursement.usecases.cancel import call_off
from backend.disbursement.usecases.follow_payout import note_failed, note_settled
from backend.disbursement.usecases.order import order_signed
from backend.disbursement.usecases.retry import retry
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments.domain.orders import OrderState
from backend.servicing.usecases.cancel_loan import cancel_loan
from backend.servicing.usecases.create_loan import create_loan
from backend.settings import Settings
from shared.api.disbursement import DisbursementStatus, RetryIn
from shared.events.agreements import AgreementCancelled, AgreementSigned
from shared.events.payments import PayoutFailed, PayoutSettled
from shared.money import Money
from tests.builders.payments import Till, till
from tests.builders.servicing import TERMS

AMOUNT = Money.of(TERMS.principal_minor, TERMS.currency)
CLOSED = "account_closed"


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Till[Any]]:
    async with till(settings, services, tenant) as made:
        yield made


async def signed(desk: Till[Any]) -> AgreementSigned:
    """A signed agreement whose loan waits for its payout, which is ordered."""
    event = replace(desk.desk.signed(), payout_account_id=await desk.bank_account())
    await desk.write(lambda tx: create_loan(tx, event))
    await desk.write(lambda tx: order_signed(tx, event))
    return event


async def of(desk: Till[Any], loan_id: UUID) -> Disbursement:
    found = await desk.write(lambda tx: store.by_loan(tx, loan_id))
    assert isinstance(found, Disbursement)
    return found


async def fails(desk: Till[Any], payout_id: UUID, reason: str) -> None:
    await desk.write(lambda tx: note_failed(tx, PayoutFailed(payout_id=payout_id, reason_code=reason)))


async def timeline(desk: Till[Any], found: Disbursement) -> list[tuple[str, str | None]]:
    steps = await desk.write(lambda tx: store.steps(tx, found.id))
    return [(step.status.value, step.reason_code) for step in steps]


async def test_a_signature_orders_one_payout_and_its_arrival_disburses_the_loan(desk: Till[Any]) -> None:
    event = await signed(desk)
    await desk.write(lambda tx: order_signed(tx, event))
    ordered = await of(desk, event.loan_id)
    order = await desk.send(ordered.payout_id)
    settled = PayoutSettled(
        payout_id=ordered.payout_id, reference=order.reference, amount=AMOUNT, settled_on=await desk.desk.today()
    )

    for _ in range(2):
        await desk.write(lambda tx: note_settled(tx, settled))

    paid = await of(desk, event.loan_id)
    assert (paid.status, paid.attempts, paid.disbursed_on) == (DisbursementStatus.PAID_OUT, 1, settled.settled_on)
    assert desk.rail.sent == [order.reference]
    assert [told["loan_id"] for told in await desk.events("disbursement.loan_disbursed")] == [str(event.loan_id)]
    assert await timeline(desk, paid) == [("ordered", None), ("paid_out", None)]


async def test_a_payout_that_the_bank_never_had_is_ordered_anew_and_paid_once(desk: Till[Any]) -> None:
    event = await signed(desk)
    lost = await of(desk, event.loan_id)
    desk.rail.manner, desk.rail.patience = "loses", timedelta(0)
    await desk.send(lost.payout_id)
    assert (await desk.resolve(lost.payout_id)).state is OrderState.FAILED
    (said,) = await desk.events("payments.payout_failed")
    assert said["reason_code"] == payments.NEVER_RECEIVED

    for _ in range(2):
        await fails(desk, lost.payout_id, said["reason_code"])
    again = await of(desk, event.loan_id)
    desk.rail.manner = "takes"
    await desk.send(again.payout_id)

    assert again.payout_id != lost.payout_id
    assert (again.status, again.attempts, again.payout_account_id) == (
        DisbursementStatus.ORDERED,
        2,
        event.payout_account_id,
    )
    assert await desk.events("disbursement.disbursement_failed") == []
    assert await desk.balances() == {
        "payouts_in_transit": AMOUNT.amount_minor,
        "rail_cash": -AMOUNT.amount_minor,
    }
    assert await timeline(desk, again) == [("ordered", None), ("failed", "never_received"), ("ordered", None)]


async def test_after_a_few_payouts_that_never_arrived_a_person_decides(desk: Till[Any]) -> None:
    event = await signed(desk)

    for _ in range(MAX_ATTEMPTS_BY_ITSELF):
        await fails(desk, (await of(desk, event.loan_id)).payout_id, payments.NEVER_RECEIVED)

    given_up = await of(desk, event.loan_id)
    assert (given_up.status, given_up.attempts) == (DisbursementStatus.FAILED, MAX_ATTEMPTS_BY_ITSELF)
    assert [told["reason_code"] for told in await desk.events("disbursement.disbursement_failed")] == ["never_received"]
    await desk.write(lambda tx: retry(tx, given_up.id, RetryIn()))
    assert (await of(desk, event.loan_id)).status is DisbursementStatus.ORDERED


async def test_a_refused_payout_waits_for_operations_who_may_correct_the_account(desk: Till[Any]) -> None:
    event = await signed(desk)
    first = await of(desk, event.loan_id)
    other = await desk.bank_account()

    await fails(desk, first.payout_id, CLOSED)
    failed = await of(desk, event.loan_id)
    assert (failed.status, failed.reason_code) == (DisbursementStatus.FAILED, CLOSED)
    await desk.write(lambda tx: retry(tx, failed.id, RetryIn(payout_account_id=other)))
    await fails(desk, first.payout_id, CLOSED)

    again = await of(desk, event.loan_id)
    assert (again.status, again.payout_account_id, again.attempts) == (DisbursementStatus.ORDERED, other, 2)
    assert len(await desk.events("disbursement.disbursement_failed")) == 1
    with pytest.raises(DisbursementNotRetryable):
        await desk.write(lambda tx: retry(tx, failed.id, RetryIn()))


async def test_attempts_have_an_end(desk: Till[Any]) -> None:
    event = await signed(desk)
    found = await of(desk, event.loan_id)

    for _ in range(4):
        await fails(desk, found.payout_id, CLOSED)
        await desk.write(partial(retry, disbursement_id=found.id, body=RetryIn()))
        found = await of(desk, event.loan_id)
    await fails(desk, found.payout_id, CLOSED)

    with pytest.raises(TooManyAttempts):
        await desk.write(lambda tx: retry(tx, found.id, RetryIn()))


@pytest.mark.parametrize("reason", [CLOSED, payments.NEVER_RECEIVED])
async def test_nothing_is_paid_out_for_an_agreement_that_was_cancelled_while_its_payout_was_under_way(
    desk: Till[Any], reason: str
) -> None:
    event = await signed(desk)
    under_way = await of(desk, event.loan_id)
    await desk.send(under_way.payout_id)
    cancelled = AgreementCancelled(
        agreement_id=event.agreement_id,
        application_id=event.application_id,
        loan_id=event.loan_id,
        on=await desk.desk.today(),
        reason="changed_mind",
    )
    await desk.write(lambda tx: cancel_loan(tx, cancelled))
    await desk.write(lambda tx: call_off(tx, cancelled))
    assert (await of(desk, event.loan_id)).status is DisbursementStatus.ORDERED

    await fails(desk, under_way.payout_id, reason)

    ended = await of(desk, event.loan_id)
    assert (ended.status, ended.payout_id) == (DisbursementStatus.CANCELLED, under_way.payout_id)
    assert await desk.events("disbursement.disbursement_failed") == []


async def test_operations_can_not_pay_out_for_a_cancelled_agreement(desk: Till[Any]) -> None:
    event = await signed(desk)
    failed = await of(desk, event.loan_id)
    await fails(desk, failed.payout_id, CLOSED)
    cancelled = AgreementCancelled(
        agreement_id=event.agreement_id,
        application_id=event.application_id,
        loan_id=event.loan_id,
        on=await desk.desk.today(),
        reason="changed_mind",
    )
    await desk.write(lambda tx: cancel_loan(tx, cancelled))

    with pytest.raises(AgreementWasCancelled):
        await desk.write(lambda tx: retry(tx, failed.id, RetryIn()))

    assert (await of(desk, event.loan_id)).attempts == 1
