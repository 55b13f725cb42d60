"""Payouts: sent once, followed to their end, booked at each step, whatever the rail does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import msgspec
import pytest
import structlog
from sqlalchemy import select

from backend import payments
from backend.kernel.module import Services
from backend.kernel.tables import audit_entry
from backend.kernel.tenants import Tenant
from backend.payments import store
from backend.payments.domain.orders import LOST_AFTER, OrderState
from backend.payments.errors import PayoutNotFound
from backend.payments.ports import REFERENCE_REUSED
from backend.payments.records import RailOrder
from backend.payments.usecases.resolve_orders import resolve_orders
from backend.settings import Settings
from shared.client.webhooks import Webhook
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders import platform
from tests.builders.payments import ScriptedRail, Till, till

IN_TRANSIT = {"payouts_in_transit": 5_000, "rail_cash": -5_000}

Desk = Till[ScriptedRail]


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def test_a_payout_is_booked_when_it_leaves_and_published_when_it_arrives(desk: Desk) -> None:
    payout_id = await desk.payout()
    assert await desk.balances() == {}

    sent = await desk.send(payout_id)
    assert sent.state is OrderState.SENT
    assert await desk.balances() == IN_TRANSIT

    await desk.order_told(sent, "settled")
    settled = await desk.order(payout_id)
    assert settled.state is OrderState.SETTLED
    assert await desk.events("payments.payout_settled") == [
        {
            "payout_id": str(payout_id),
            "reference": sent.reference,
            "amount": {"amount_minor": 5_000, "currency": "NGN"},
            "settled_on": str(settled.settled_on),
        }
    ]
    assert await desk.balances() == IN_TRANSIT  # until whoever ordered it books what it was for


async def test_a_refused_payout_is_booked_back_and_published(desk: Desk) -> None:
    desk.rail.manner = "refuses"
    payout_id = await desk.payout()

    failed = await desk.send(payout_id)

    assert (failed.state, failed.reason_code) == (OrderState.FAILED, "account_closed")
    assert await desk.balances() == {}
    assert await desk.events("payments.payout_failed") == [
        {"payout_id": str(payout_id), "reason_code": "account_closed"}
    ]


async def test_a_reference_that_the_rail_knows_otherwise_is_refused_and_loud(desk: Desk) -> None:
    desk.rail.manner, desk.rail.reason = "refuses", REFERENCE_REUSED
    with structlog.testing.capture_logs() as logs:
        failed = await desk.send(await desk.payout())

    assert (failed.state, failed.reason_code) == (OrderState.FAILED, REFERENCE_REUSED)
    assert await desk.balances() == {}
    alarms = [(line["event"], line["subject"]) for line in logs if line["log_level"] == "error"]
    assert alarms == [("rail_knows_our_reference_otherwise", f"payout:{failed.id}")]
    async with desk.services.database.read(desk.scope) as tx:
        noted = await tx.all(select(audit_entry.c.subject).where(audit_entry.c.action == "rail.reference_reused"))
    assert [row.subject for row in noted] == [f"payout:{failed.id}"]


async def test_a_payout_that_fails_on_its_way_is_booked_back(desk: Desk) -> None:
    sent = await desk.send(await desk.payout())

    await desk.order_told(sent, "failed", reason="account_closed")

    assert (await desk.order(sent.id)).state is OrderState.FAILED
    assert await desk.balances() == {}
    assert len(await desk.events("payments.payout_failed")) == 1


async def test_an_order_given_twice_is_one_order_and_sent_once(desk: Desk) -> None:
    wanted = payments.PayoutOrder(
        payout_id=new_id(),
        amount=Money.of(5_000, "NGN"),
        account_id=await desk.bank_account(),
        purpose=payments.PayoutPurpose.DISBURSEMENT,
    )
    for _ in range(2):
        await desk.write(lambda tx: payments.order_payout(tx, wanted))

    orders = [await desk.send(wanted.payout_id) for _ in range(3)]

    assert desk.rail.sent == [orders[0].reference]
    assert await desk.balances() == IN_TRANSIT


async def test_a_time_out_leaves_the_order_unknown_and_it_is_resolved_by_asking(desk: Desk) -> None:
    desk.rail.manner = "hangs"
    unknown = await desk.send(await desk.payout())
    assert unknown.state is OrderState.UNKNOWN
    assert await desk.balances() == IN_TRANSIT

    assert (await desk.resolve(unknown.id)).state is OrderState.SENT
    desk.rail.becomes(unknown.reference, "settled")
    assert (await desk.resolve(unknown.id)).state is OrderState.SETTLED

    assert desk.rail.sent == [unknown.reference]
    assert len(await desk.events("payments.payout_settled")) == 1


async def test_what_the_rail_never_received_fails_only_after_its_limit_and_is_never_sent_again(desk: Desk) -> None:
    desk.rail.manner = "loses"
    unknown = await desk.send(await desk.payout())

    for _ in range(3):
        assert (await desk.resolve(unknown.id)).state is OrderState.UNKNOWN
    assert await desk.balances() == IN_TRANSIT
    desk.rail.patience = timedelta(0)
    failed = await desk.resolve(unknown.id)

    assert (failed.state, failed.reason_code) == (OrderState.FAILED, payments.NEVER_RECEIVED)
    assert await desk.balances() == {}
    assert desk.rail.sent == [unknown.reference]
    await desk.send(unknown.id)
    assert desk.rail.sent == [unknown.reference]


async def test_a_rail_that_is_down_decides_nothing(desk: Desk) -> None:
    desk.rail.manner = "is down"
    desk.rail.patience = timedelta(0)
    unknown = await desk.send(await desk.payout())

    for _ in range(3):
        assert (await desk.resolve(unknown.id)).state is OrderState.UNKNOWN

    assert await desk.balances() == IN_TRANSIT
    assert await desk.events("payments.payout_failed") == []


async def test_questions_about_an_order_grow_apart(desk: Desk) -> None:
    desk.rail.manner = "loses"
    order = await desk.send(await desk.payout())
    waits = []

    for _ in range(4):
        assert order.ask_at is not None
        order = await desk.resolve(order.id)
        assert order.ask_at is not None
        waits.append(order.ask_at)

    gaps = [later - earlier for earlier, later in pairwise(waits)]
    assert all(gap >= timedelta(seconds=2) for gap in gaps)
    assert gaps == sorted(gaps)


async def test_an_order_whose_worker_died_is_asked_about_and_not_sent_again(desk: Desk) -> None:
    payout_id = await desk.payout()
    taken = msgspec.structs.replace(await desk.order(payout_id), state=OrderState.SENDING)

    async def die(lost_for: timedelta) -> None:
        async with desk.context.write() as tx:
            await store.save(tx, msgspec.structs.replace(taken, taken_up_at=tx.now - lost_for))

    await die(LOST_AFTER / 2)
    await resolve_orders(desk.context, desk.rail)
    assert (await desk.order(payout_id)).state is OrderState.SENDING
    await die(LOST_AFTER * 2)
    await resolve_orders(desk.context, desk.rail)

    assert (await desk.order(payout_id)).state is OrderState.UNKNOWN
    assert desk.rail.asked == [taken.reference]
    assert desk.rail.sent == []


async def test_webhooks_out_of_order_and_more_than_once_change_nothing_more(desk: Desk) -> None:
    order = await desk.send(await desk.payout())
    await desk.order_told(order, "settled")
    settled = await desk.order(order.id)

    await desk.order_told(order, "sent")
    await desk.order_told(order, "settled")

    assert await desk.order(order.id) == settled
    assert await desk.balances() == IN_TRANSIT
    assert len(await desk.events("payments.payout_settled")) == 1
    assert await desk.events("payments.payout_failed") == []


@pytest.mark.parametrize(("first", "then"), [("settled", "failed"), ("failed", "settled")])
async def test_a_rail_that_contradicts_an_end_is_marked_and_changes_nothing(desk: Desk, first: str, then: str) -> None:
    order = await desk.send(await desk.payout())
    await desk.order_told(order, first)
    ended, books = await desk.order(order.id), await desk.balances()

    for _ in range(2):
        await desk.order_told(order, then)

    marked = await desk.order(order.id)
    assert marked.contradicted_at is not None
    assert msgspec.structs.replace(marked, contradicted_at=None) == ended
    assert await desk.balances() == books
    events = await desk.events("payments.payout_settled") + await desk.events("payments.payout_failed")
    assert len(events) == 1
    async with desk.services.database.read(desk.scope) as tx:
        assert len(await store.contradicted(tx)) == 1


async def test_a_worker_that_stood_still_since_it_took_an_order_up_does_not_call_the_rail(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.payments.usecases.send_order.LOST_AFTER", timedelta(seconds=-1))

    order = await desk.send(await desk.payout())

    assert order.state is OrderState.UNKNOWN
    assert desk.rail.sent == []


async def test_one_webhook_delivered_three_times_is_worked_on_once(desk: Desk) -> None:
    order = await desk.send(await desk.payout())
    said = {"reference": order.reference, "amount_minor": 5_000, "currency": "NGN", "status": "settled"}
    said["at"] = order.created_at.isoformat()
    event_id = new_id().hex

    for _ in range(3):
        assert await desk.hook("payout.settled", said, event_id=event_id) == event_id
    for _ in range(3):
        await desk.work(event_id)

    assert (await desk.order(order.id)).state is OrderState.SETTLED
    assert len(await desk.events("payments.payout_settled")) == 1


@pytest.mark.parametrize("wrong", [{"amount_minor": 4_999}, {"currency": "USD"}])
async def test_a_report_of_other_money_settles_nothing(desk: Desk, wrong: dict[str, object]) -> None:
    order = await desk.send(await desk.payout())

    await desk.order_told(order, "settled", **wrong)

    assert (await desk.order(order.id)).state is OrderState.SENT
    assert await desk.events("payments.payout_settled") == []


async def test_a_report_about_nobody_s_order_changes_nothing(desk: Desk) -> None:
    order = await desk.send(await desk.payout())

    await desk.order_told(msgspec.structs.replace(order, reference="po-of-somebody-else"), "settled")

    assert await desk.order(order.id) == order


async def test_a_webhook_without_a_good_signature_is_refused_and_not_stored(desk: Desk) -> None:
    order = await desk.send(await desk.payout())
    body = msgspec.json.encode(
        {"type": "payout.settled", "data": {"reference": order.reference, "amount_minor": 5_000, "currency": "NGN"}}
    )
    path = f"/v1/webhooks/rail/{desk.tenant.id}"
    forged = Webhook("whsec_bm90LXRoZS1zZWNyZXQtYXQtYWxs").sign("evt", body)

    for headers in ({}, forged, {**forged, "webhook-timestamp": "1"}):
        assert (await desk.client.post(path, content=body, headers=headers)).status_code == 401
    stranger = f"/v1/webhooks/rail/{new_id()}"
    signed = platform.webhook_at(stranger).sign("evt", body)
    assert (await desk.client.post(stranger, content=body, headers=signed)).status_code == 400

    await desk.work("evt")
    assert (await desk.order(order.id)).state is OrderState.SENT


async def test_an_unreadable_webhook_is_taken_and_harms_nothing(desk: Desk) -> None:
    for kind in ("payout.settled", "credit.received", "coffee.ready", "nonsense"):
        await desk.told(kind, {})

    assert await desk.balances() == {}


async def test_a_payout_is_withdrawn_while_nobody_has_taken_it_up(desk: Desk) -> None:
    payout_id = await desk.payout()

    assert await cancel(desk, payout_id) is True
    assert await cancel(desk, payout_id) is True
    order = await desk.send(payout_id)

    assert order.state is OrderState.CANCELLED
    assert desk.rail.sent == []
    assert await desk.balances() == {}


async def test_a_payout_that_was_taken_up_is_not_withdrawn(desk: Desk) -> None:
    desk.rail.manner = "hangs"
    payout_id = await desk.payout()
    unknown = await desk.send(payout_id)

    assert await cancel(desk, payout_id) is False

    assert await desk.order(payout_id) == unknown
    with pytest.raises(PayoutNotFound):
        await cancel(desk, new_id())


async def cancel(desk: Desk, payout_id: UUID) -> bool:
    return bool(await desk.write(lambda tx: payments.cancel_payout(tx, payout_id)))


async def test_staff_read_a_payout_and_others_do_not(desk: Desk, services: Services) -> None:
    payout_id = await desk.payout()
    path = f"/v1/payouts/{payout_id}"

    seen = (await desk.client.get(path, headers=desk.headers(Role.SUPPORT_AGENT))).json()

    assert (seen["id"], seen["status"], seen["kind"]) == (str(payout_id), "created", "payout")
    assert (await desk.client.get(path, headers=desk.headers())).status_code == 403
    other = await platform.new_tenant(services)
    stranger = platform.caller(services, other, Role.OPERATIONS).headers
    assert (await desk.client.get(path, headers=stranger)).status_code == 404
    assert isinstance(await desk.order(payout_id), RailOrder)
