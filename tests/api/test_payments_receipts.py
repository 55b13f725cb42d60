"""Money that comes in: booked once, given to its loan, or kept in suspense until somebody says what it is for."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest

from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments import store
from backend.payments.domain.orders import OrderState
from backend.payments.domain.receipts import ReceiptState
from backend.payments.errors import NoticeTooEarly
from backend.payments.records import Receipt
from backend.servicing.usecases.create_loan import create_loan
from backend.settings import Settings
from shared.ids import new_id
from shared.roles import Role
from tests.builders import platform
from tests.builders.payments import ScriptedRail, Till, till
from tests.builders.servicing import cheap

Desk = Till[ScriptedRail]


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def parked(desk: Desk, amount_minor: int = 300) -> UUID:
    """Money in suspense, and its id."""
    said = desk.credit("va-of-nobody", amount_minor)
    await desk.told("credit.received", said)
    return (await desk.receipt(f"credit:{said['credit_id']}")).id


async def test_money_on_a_loan_s_account_is_booked_and_told_once(desk: Desk) -> None:
    loan_id, account = await desk.loan_with_account()
    before = await desk.balances()
    said = desk.credit(account.reference)

    for _ in range(3):
        await desk.told("credit.received", said)

    received = await desk.receipt(f"credit:{said['credit_id']}")
    assert (received.state, received.loan_id) == (ReceiptState.MATCHED, loan_id)
    after = await desk.balances()
    assert after["unallocated_receipts"] == -300
    assert after["rail_cash"] - before["rail_cash"] == 300
    assert await desk.events("payments.payment_received") == [
        {
            "payment_id": str(received.id),
            "loan_id": str(loan_id),
            "amount": {"amount_minor": 300, "currency": "NGN"},
            "method": "virtual_account",
            "received_on": str(received.received_on),
            "reference": account.reference,
        }
    ]


async def test_the_borrower_sees_the_account_and_what_came_in(desk: Desk) -> None:
    loan_id, account = await desk.loan_with_account()
    for amount in (100, 200, 300):
        await desk.told("credit.received", desk.credit(account.reference, amount))

    shown = (await desk.client.get(f"/v1/loans/{loan_id}/virtual-account", headers=desk.headers())).json()
    page = (await desk.client.get(f"/v1/loans/{loan_id}/payments?limit=2", headers=desk.headers())).json()
    rest = await desk.client.get(
        f"/v1/loans/{loan_id}/payments?limit=2&cursor={page['next_cursor']}", headers=desk.headers()
    )

    assert (shown["account_number"], shown["bank_name"]) == ("0123456789", "Test Bank")
    items = page["items"] + rest.json()["items"]
    assert [item["amount"]["amount_minor"] for item in items] == [300, 200, 100]
    assert rest.json()["next_cursor"] is None


async def test_what_comes_in_for_another_s_loan_is_not_shown(desk: Desk, services: Services) -> None:
    loan_id, account = await desk.loan_with_account()
    await desk.told("credit.received", desk.credit(account.reference))
    other = await platform.new_tenant(services)
    strangers = [
        desk.headers(Role.BORROWER, user_id=new_id()),
        platform.caller(services, other, Role.OPERATIONS).headers,
    ]

    for headers in strangers:
        for path in (f"/v1/loans/{loan_id}/payments", f"/v1/loans/{loan_id}/virtual-account"):
            assert (await desk.client.get(path, headers=headers)).status_code == 404
        made = await desk.client.post(
            "/v1/payment-links", headers=headers, json={"loan_id": str(loan_id), "amount_minor": 5}
        )
        assert made.status_code == 404
    staff = await desk.client.get(f"/v1/loans/{loan_id}/payments", headers=desk.headers(Role.SUPPORT_AGENT))
    assert len(staff.json()["items"]) == 1


async def test_money_in_another_currency_than_the_loan_s_is_kept_apart(desk: Desk) -> None:
    _, account = await desk.loan_with_account()
    said = desk.credit(account.reference, currency="USD")

    await desk.told("credit.received", said)

    assert (await desk.receipt(f"credit:{said['credit_id']}")).state is ReceiptState.SUSPENSE
    assert await desk.balances("USD") == {"rail_cash": 300, "unallocated_receipts": -300}
    assert await desk.events("payments.payment_received") == []


async def test_unmatched_money_is_assigned_by_operations_once(desk: Desk) -> None:
    payment_id = await parked(desk)
    loan_id = await desk.desk.open_loan()
    headers = desk.headers(Role.OPERATIONS)
    listed = (await desk.client.get("/v1/suspense", headers=headers)).json()["items"]
    assert [item["id"] for item in listed] == [str(payment_id)]
    assert await desk.events("payments.payment_received") == []

    body = {"loan_id": str(loan_id)}
    answers = [
        await desk.client.post(f"/v1/suspense/{payment_id}/assign", headers=headers, json=body) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json()["status"] == "assigned"
    assert answers[1].json()["code"] == "state_forbids"
    events = await desk.events("payments.payment_received")
    assert [(event["payment_id"], event["loan_id"]) for event in events] == [(str(payment_id), str(loan_id))]
    assert (await desk.desk.balances(loan_id))["unallocated_receipts"] == -300
    assert (await desk.client.get("/v1/suspense", headers=headers)).json()["items"] == []


async def test_an_assignment_that_does_not_fit_changes_nothing(desk: Desk) -> None:
    payment_id = await parked(desk)
    kuwaiti = await desk.desk.open_loan(cheap(currency="KWD"))
    headers = desk.headers(Role.OPERATIONS)
    path = f"/v1/suspense/{payment_id}/assign"

    def body(loan_id: UUID) -> dict[str, str]:
        return {"loan_id": str(loan_id)}

    assert (await desk.client.post(path, headers=headers, json=body(kuwaiti))).status_code == 422
    assert (await desk.client.post(path, headers=headers, json=body(new_id()))).status_code == 404
    unknown = f"/v1/suspense/{new_id()}/assign"
    assert (await desk.client.post(unknown, headers=headers, json=body(kuwaiti))).status_code == 404
    for role in (Role.BORROWER, Role.SUPPORT_AGENT, Role.FINANCE_APPROVER):
        refused = await desk.client.post(path, headers=desk.headers(role), json=body(kuwaiti))
        assert refused.status_code == 403

    listed = (await desk.client.get("/v1/suspense", headers=headers)).json()["items"]
    assert [item["status"] for item in listed] == ["suspense"]
    assert await desk.balances() == {"rail_cash": 300, "unallocated_receipts": -300}


async def test_money_is_not_assigned_to_a_loan_that_was_not_paid_out(desk: Desk) -> None:
    payment_id = await parked(desk)
    signed = desk.desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))

    refused = await desk.client.post(
        f"/v1/suspense/{payment_id}/assign",
        headers=desk.headers(Role.OPERATIONS),
        json={"loan_id": str(signed.loan_id)},
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "loan_not_payable")
    assert await state_of(desk, payment_id) == "suspense"


async def test_unmatched_money_goes_back_where_operations_say(desk: Desk) -> None:
    payment_id = await parked(desk)
    order_id = await refund(desk, payment_id)

    sent = await desk.send(order_id)
    assert await desk.balances() == {"payouts_in_transit": 300, "unallocated_receipts": -300}
    await desk.order_told(sent, "settled")

    assert await state_of(desk, payment_id) == "refunded"
    assert await desk.balances() == {}


async def test_a_refund_that_fails_leaves_the_money_in_suspense(desk: Desk) -> None:
    payment_id = await parked(desk)
    desk.rail.manner = "refuses"

    await desk.send(await refund(desk, payment_id))

    assert await state_of(desk, payment_id) == "suspense"
    assert await desk.balances() == {"rail_cash": 300, "unallocated_receipts": -300}
    desk.rail.manner = "takes"
    again = await desk.send(await refund(desk, payment_id))
    assert again.state is OrderState.SENT


async def test_money_that_is_being_refunded_is_not_assigned(desk: Desk) -> None:
    payment_id = await parked(desk)
    loan_id = await desk.desk.open_loan()
    await refund(desk, payment_id)

    refused = await desk.client.post(
        f"/v1/suspense/{payment_id}/assign", headers=desk.headers(Role.OPERATIONS), json={"loan_id": str(loan_id)}
    )

    assert refused.status_code == 409
    assert await state_of(desk, payment_id) == "refunding"
    assert await desk.events("payments.payment_received") == []


async def refund(desk: Desk, payment_id: UUID) -> UUID:
    """Orders a refund to an account of the sender's; the id of its payout."""
    body = {"bank_account_id": str(await desk.bank_account())}
    headers = desk.headers(Role.OPERATIONS)
    answer = await desk.client.post(f"/v1/suspense/{payment_id}/refund", headers=headers, json=body)
    assert answer.status_code == 202, answer.text
    return await desk.refund_of(payment_id)


async def state_of(desk: Desk, payment_id: UUID) -> str:
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, Receipt, payment_id)
    assert found is not None
    return found.state.value


async def test_money_that_the_bank_takes_back_is_booked_back_and_told_once(desk: Desk) -> None:
    loan_id, account = await desk.loan_with_account()
    before = await desk.balances()
    said = desk.credit(account.reference)
    await desk.told("credit.received", said)

    for _ in range(2):
        await desk.told("credit.reversed", said | {"status": "reversed"})

    assert await desk.balances() == before
    events = await desk.events("payments.payment_reversed")
    assert [(event["loan_id"], event["amount"]["amount_minor"]) for event in events] == [(str(loan_id), 300)]


async def test_a_reversal_that_comes_before_its_payment_waits_for_it(desk: Desk) -> None:
    _, account = await desk.loan_with_account()
    said = desk.credit(account.reference)
    early = await desk.hook("credit.reversed", said | {"status": "reversed"})
    with pytest.raises(NoticeTooEarly):
        await desk.work(early)

    await desk.told("credit.received", said)
    await desk.work(early)

    assert (await desk.receipt(f"credit:{said['credit_id']}")).reversed_on is not None
    assert len(await desk.events("payments.payment_reversed")) == 1


async def test_unmatched_money_that_was_taken_back_is_no_longer_to_be_worked_on(desk: Desk) -> None:
    said = desk.credit("va-of-nobody")
    await desk.told("credit.received", said)
    await desk.told("credit.reversed", said | {"status": "reversed"})
    payment_id = (await desk.receipt(f"credit:{said['credit_id']}")).id
    headers = desk.headers(Role.OPERATIONS)

    refused = await desk.client.post(
        f"/v1/suspense/{payment_id}/assign",
        headers=headers,
        json={"loan_id": str(await desk.desk.open_loan())},
    )

    assert refused.json()["code"] == "payment_taken_back"
    assert (await desk.client.get("/v1/suspense", headers=headers)).json()["items"] == []


async def test_who_sent_unmatched_money_is_kept_sealed(desk: Desk) -> None:
    said = desk.credit("va-of-nobody", sender_name="Bola Eze", narration="school fees")

    await desk.told("credit.received", said)

    received = await desk.receipt(f"credit:{said['credit_id']}")
    assert received.note_sealed is not None
    assert b"Bola" not in msgspec.msgpack.encode(received)
