"""A borrower's credit goes back: ordered once, booked at each step, and the loan's again where the payout fails."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import convert

from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments.domain.orders import OrderState
from backend.payments.usecases.order_payout import pay_credit_back
from backend.servicing.invariants import ledger_agrees
from backend.servicing.usecases.record_repayment import reverse_repayment
from backend.servicing.usecases.refund_credit import note_refunded, restore_credit
from backend.settings import Settings
from shared.events.payments import PaymentReversed, PayoutFailed, PayoutSettled
from shared.events.servicing import CreditRefundRequested
from shared.ids import new_id
from shared.roles import Role
from tests.builders.members import add_business
from tests.builders.money_stage import stage_of, until
from tests.builders.payments import ScriptedRail, Till, till

Desk = Till[ScriptedRail]


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def overpaid(desk: Till[Any], *, telling: str = "5678") -> UUID:
    """A loan of 1200.00 that was paid off at once, with 94.00 too much."""
    loan_id = await desk.desk.open_loan(payout_account_id=await desk.bank_account(telling))
    await desk.desk.pay(loan_id, 1294_00)
    return loan_id


async def refund(desk: Till[Any], loan_id: UUID, *roles: Role, **body: Any) -> httpx.Response:
    headers = desk.headers(*(roles or (Role.OPERATIONS,)))
    return await desk.client.post(f"/v1/loans/{loan_id}/credit-refunds", headers=headers, json=body)


async def loan(desk: Till[Any], loan_id: UUID) -> tuple[str, int]:
    found = (await desk.client.get(f"/v1/loans/{loan_id}", headers=desk.headers())).json()
    return found["status"], found["credit"]["amount_minor"]


async def transactions(desk: Till[Any], loan_id: UUID) -> list[tuple[str, bool]]:
    found = (await desk.client.get(f"/v1/loans/{loan_id}/transactions", headers=desk.headers())).json()
    return [(item["kind"], item["reversed_on"] is not None) for item in found["items"]]


async def ordered(desk: Desk) -> UUID:
    """Hands the newest request to payments; the payout that they order."""
    wanted = convert((await desk.events(CreditRefundRequested.topic))[-1], CreditRefundRequested)
    await desk.write(lambda tx: pay_credit_back(tx, wanted))
    return wanted.refund_id


async def test_a_credit_is_paid_back_to_the_account_that_the_loan_was_paid_to(desk: Desk) -> None:
    loan_id = await overpaid(desk)
    assert await loan(desk, loan_id) == ("overpaid", 94_00)
    assert (await desk.desk.balances(loan_id))["borrower_credit"] == -94_00

    answer = await refund(desk, loan_id)

    assert (answer.status_code, answer.json()["amount"]) == (202, {"amount_minor": 94_00, "currency": "NGN"})
    assert await loan(desk, loan_id) == ("closed", 0)
    assert "borrower_credit" not in await desk.desk.balances(loan_id)
    payout_id = await ordered(desk)
    assert str(payout_id) == answer.json()["id"]
    assert str((await desk.order(payout_id)).account_id) == answer.json()["bank_account_id"]

    sent = await desk.send(payout_id)
    assert (await desk.desk.balances(loan_id))["payouts_in_transit"] == 94_00
    await desk.order_told(sent, "settled")
    settled = convert((await desk.events(PayoutSettled.topic))[-1], PayoutSettled)
    await desk.write(lambda tx: note_refunded(tx, settled))

    balances = await desk.desk.balances(loan_id)
    assert {"payouts_in_transit", "unallocated_receipts", "borrower_credit"}.isdisjoint(balances)
    (told,) = await desk.events("servicing.credit_refunded")
    assert (told["refund_id"], told["user_id"]) == (str(payout_id), str(desk.user_id))
    kinds = ["credit_refund", "repayment", "disbursement"]
    assert await transactions(desk, loan_id) == [(kind, False) for kind in kinds]
    assert await desk.write(ledger_agrees) == []


async def test_a_payout_that_fails_gives_the_loan_its_credit_again(desk: Desk) -> None:
    loan_id = await overpaid(desk)
    before = await desk.desk.balances(loan_id)
    await refund(desk, loan_id)
    desk.rail.manner = "refuses"

    failed = await desk.send(await ordered(desk))
    assert failed.state is OrderState.FAILED
    news = convert((await desk.events(PayoutFailed.topic))[-1], PayoutFailed)
    for _ in range(2):
        await desk.write(lambda tx: restore_credit(tx, news))

    assert await loan(desk, loan_id) == ("overpaid", 94_00)
    assert await desk.desk.balances(loan_id) == before
    (told,) = await desk.events("servicing.credit_refund_failed")
    assert (told["loan_id"], told["reason_code"]) == (str(loan_id), "account_closed")
    assert (await transactions(desk, loan_id))[0] == ("credit_refund", True)
    assert await desk.write(ledger_agrees) == []

    desk.rail.manner = "takes"
    assert (await refund(desk, loan_id)).status_code == 202
    assert (await desk.send(await ordered(desk))).state is OrderState.SENT
    assert await loan(desk, loan_id) == ("closed", 0)


async def test_a_credit_is_paid_back_once(desk: Desk) -> None:
    loan_id = await overpaid(desk)

    answers = [await refund(desk, loan_id) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[1].json()["code"] == "no_credit_to_refund"
    assert len(await desk.events(CreditRefundRequested.topic)) == 1


async def test_what_comes_in_after_a_refund_is_paid_back_as_well(desk: Desk) -> None:
    loan_id = await overpaid(desk)
    await refund(desk, loan_id)

    await desk.desk.pay(loan_id, 6_00)
    assert await loan(desk, loan_id) == ("overpaid", 6_00)

    assert (await refund(desk, loan_id)).json()["amount"]["amount_minor"] == 6_00
    assert await loan(desk, loan_id) == ("closed", 0)


async def test_what_bounces_after_its_refund_is_owed_again(desk: Desk) -> None:
    loan_id = await overpaid(desk)
    extra = await desk.desk.pay(loan_id, 6_00)
    await refund(desk, loan_id)
    assert await loan(desk, loan_id) == ("closed", 0)

    bounced = PaymentReversed(
        payment_id=extra.payment_id, loan_id=loan_id, amount=extra.amount, on=await desk.desk.today()
    )
    await desk.write(lambda tx: reverse_repayment(tx, bounced))

    found = (await desk.client.get(f"/v1/loans/{loan_id}", headers=desk.headers())).json()
    assert (found["status"], found["outstanding"]["amount_minor"]) == ("active", 6_00)
    assert (await refund(desk, loan_id)).status_code == 409
    assert await desk.write(ledger_agrees) == []


async def test_another_of_the_borrower_s_accounts_may_be_named_and_nobody_else_s(desk: Desk) -> None:
    loan_id = await overpaid(desk)
    mine = await desk.bank_account()
    strangers = await desk.bank_account(owner=new_id())
    dollars = await desk.bank_account(currency="USD")

    for account_id, status in ((strangers, 404), (new_id(), 404), (dollars, 422)):
        refused = await refund(desk, loan_id, bank_account_id=str(account_id))
        assert refused.status_code == status
    assert await loan(desk, loan_id) == ("overpaid", 94_00)

    answer = await refund(desk, loan_id, bank_account_id=str(mine))
    assert (answer.status_code, answer.json()["bank_account_id"]) == (202, str(mine))


async def test_the_credit_of_a_business_goes_to_an_account_of_the_business(desk: Desk) -> None:
    firm = new_id()
    await desk.write(lambda tx: add_business(tx, desk.services.vault, firm, {desk.user_id: Role.BUSINESS_OWNER}))
    mine, firm_s = await desk.bank_account(), await desk.bank_account(business_id=firm)
    loan_id = await desk.desk.open_loan(payout_account_id=firm_s, business_id=firm)
    await desk.desk.pay(loan_id, 1294_00)

    refused = await refund(desk, loan_id, bank_account_id=str(mine))
    assert (refused.status_code, refused.json()["code"]) == (404, "bank_account_not_found")
    assert await desk.events(CreditRefundRequested.topic) == []

    answer = await refund(desk, loan_id)
    assert (answer.status_code, answer.json()["bank_account_id"]) == (202, str(firm_s))


@pytest.mark.parametrize("role", [Role.BORROWER, Role.SUPPORT_AGENT, Role.TENANT_ADMIN])
async def test_only_operations_pay_credit_back(desk: Desk, role: Role) -> None:
    loan_id = await overpaid(desk)

    assert (await refund(desk, loan_id, role)).status_code == 403

    assert await loan(desk, loan_id) == ("overpaid", 94_00)
    assert await desk.events(CreditRefundRequested.topic) == []


async def test_a_loan_that_is_owed_on_has_nothing_to_give_back(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan(payout_account_id=await desk.bank_account())

    refused = await refund(desk, loan_id)

    assert (refused.status_code, refused.json()["code"]) == (409, "no_credit_to_refund")
    assert (await refund(desk, new_id())).status_code == 404


async def test_payouts_of_others_are_none_of_servicing_s_business(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    before = await desk.desk.balances(loan_id)

    await desk.write(lambda tx: restore_credit(tx, PayoutFailed(payout_id=loan_id, reason_code="refused")))
    await desk.write(lambda tx: restore_credit(tx, PayoutFailed(payout_id=new_id(), reason_code="refused")))

    assert await desk.desk.balances(loan_id) == before
    assert await desk.events("servicing.credit_refund_failed") == []


async def test_a_refund_to_a_closed_account_comes_back_and_another_account_takes_it(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    async with stage_of(settings, services, tenant) as stage:
        desk = stage.desk
        loan_id = await overpaid(desk, telling="0001")
        better = await desk.bank_account()

        await refund(desk, loan_id)
        await until(lambda: desk.events("servicing.credit_refund_failed"), bool)
        assert await loan(desk, loan_id) == ("overpaid", 94_00)

        await refund(desk, loan_id, bank_account_id=str(better))
        await until(lambda: desk.events("servicing.credit_refunded"), bool)
        assert await loan(desk, loan_id) == ("closed", 0)
        balances = await desk.desk.balances(loan_id)
        assert {"payouts_in_transit", "unallocated_receipts", "borrower_credit"}.isdisjoint(balances)
