"""From a signature to money at the borrower's bank: once, with a timeline, and with another try where it failed."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.disbursement import store
from backend.disbursement.usecases.cancel import call_off
from backend.disbursement.usecases.follow_payout import note_failed, note_settled
from backend.disbursement.usecases.order import order_signed
from backend.kernel import outbox
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments.domain.orders import OrderState
from backend.settings import Settings
from shared.events import Event
from shared.events.agreements import AgreementCancelled, AgreementSigned
from shared.events.payments import PayoutFailed, PayoutSettled
from shared.ids import new_id
from shared.roles import Role
from shared.terms import Fee, FeeWhen
from tests.builders import platform
from tests.builders.members import add_business
from tests.builders.money_stage import Stage, stage_of, until
from tests.builders.onboarding import known_person
from tests.builders.payments import ScriptedRail, Till, till
from tests.builders.servicing import TERMS, cheap

FEE = Fee(code="origination", when=FeeWhen.DISBURSEMENT, fixed_minor=20_00)


@pytest.fixture
async def stage(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Stage]:
    async with stage_of(settings, services, tenant) as made:
        yield made


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Till[ScriptedRail]]:
    async with till(settings, services, tenant) as made:
        yield made


def signed(desk: Till[Any], account_id: UUID) -> AgreementSigned:
    return replace(desk.desk.signed(cheap(fees=(FEE,))), payout_account_id=account_id)


async def publish(desk: Till[Any], *events: Event) -> None:
    async with desk.context.write() as tx:
        for event in events:
            await outbox.add(tx, event)


async def disbursement_of(stage: Stage, loan_id: UUID, *statuses: str) -> Any:
    """The disbursement once it is there, in one of these states."""
    path, headers = f"/v1/loans/{loan_id}/disbursement", stage.desk.headers()
    answer = await until(
        lambda: stage.desk.client.get(path, headers=headers),
        lambda answer: answer.status_code == 200 and (not statuses or answer.json()["status"] in statuses),
    )
    return answer.json()


async def test_a_signed_loan_is_paid_out_net_of_its_fees_and_starts(stage: Stage) -> None:
    desk = stage.desk
    event = signed(desk, await desk.bank_account())

    await publish(desk, event, event)
    seen = await disbursement_of(stage, event.loan_id, "paid_out")
    await until(lambda: desk.events("servicing.loan_activated"), bool)

    net = TERMS.principal_minor - FEE.fixed_minor
    assert seen["amount"] == {"amount_minor": net, "currency": "NGN"}
    assert [step["status"] for step in seen["timeline"]] == ["ordered", "paid_out"]
    assert await desk.balances() == {
        "loans_principal": TERMS.principal_minor,
        "rail_cash": -net,
        "fee_income": -FEE.fixed_minor,
    }
    disbursed = await desk.events("disbursement.loan_disbursed")
    assert [(each["loan_id"], each["amount"]["amount_minor"]) for each in disbursed] == [(str(event.loan_id), net)]
    assert disbursed[0]["user_id"] == str(desk.user_id)


async def test_a_failed_disbursement_is_tried_again_to_a_corrected_account(stage: Stage) -> None:
    desk, client = stage.desk, stage.desk.client
    event = signed(desk, await desk.bank_account("0001"))
    operations = desk.headers(Role.OPERATIONS)
    await publish(desk, event)
    failed = await disbursement_of(stage, event.loan_id, "failed")
    path = f"/v1/disbursements/{failed['id']}/retries"
    corrected = {"payout_account_id": str(await desk.bank_account())}
    stranger_id = new_id()
    await known_person(desk.services, desk.tenant, stranger_id)
    foreign = {"payout_account_id": str(await desk.bank_account(owner=stranger_id))}
    assert (failed["reason_code"], await desk.balances()) == ("account_closed", {})
    assert [told["user_id"] for told in await desk.events("disbursement.disbursement_failed")] == [str(desk.user_id)]
    assert (await client.post(path, headers=desk.headers(), json=corrected)).status_code == 403
    assert (await client.post(path, headers=operations, json=foreign)).status_code == 404

    retried = await client.post(path, headers=operations, json=corrected)
    seen = await disbursement_of(stage, event.loan_id, "paid_out")

    assert retried.status_code == 201
    assert seen["attempts"] == 2
    assert [step["status"] for step in seen["timeline"]] == ["ordered", "failed", "ordered", "paid_out"]
    assert len(await desk.events("disbursement.loan_disbursed")) == 1
    again = await client.post(path, headers=operations, json={})
    assert (again.status_code, again.json()["code"]) == (409, "disbursement_not_retryable")
    assert len(await desk.events("payments.payout_settled")) == 1


async def test_a_failed_disbursement_of_a_business_goes_to_another_of_its_accounts_only(stage: Stage) -> None:
    desk, client, firm = stage.desk, stage.desk.client, new_id()
    await desk.write(lambda tx: add_business(tx, desk.services.vault, firm, {desk.user_id: Role.BUSINESS_OWNER}))
    event = replace(signed(desk, await desk.bank_account("0001", business_id=firm)), business_id=firm)
    operations = desk.headers(Role.OPERATIONS)
    await publish(desk, event)
    failed = await disbursement_of(stage, event.loan_id, "failed")
    path = f"/v1/disbursements/{failed['id']}/retries"
    mine, another = await desk.bank_account(), await desk.bank_account(business_id=firm)

    refused = await client.post(path, headers=operations, json={"payout_account_id": str(mine)})
    assert (refused.status_code, refused.json()["code"]) == (404, "bank_account_not_found")
    assert (await disbursement_of(stage, event.loan_id))["status"] == "failed"

    assert (await client.post(path, headers=operations, json={"payout_account_id": str(another)})).status_code == 201
    paid = await disbursement_of(stage, event.loan_id, "paid_out")
    assert (paid["attempts"], paid["payout_account_id"]) == (2, str(another))


async def test_a_disbursement_is_shown_to_its_borrower_and_the_tenant_s_staff(stage: Stage) -> None:
    desk, client = stage.desk, stage.desk.client
    event = signed(desk, await desk.bank_account())
    await publish(desk, event)
    seen = await disbursement_of(stage, event.loan_id)
    other = await platform.new_tenant(desk.services)
    strangers = [
        desk.headers(Role.BORROWER, user_id=new_id()),
        platform.caller(desk.services, other, Role.OPERATIONS).headers,
    ]

    for headers in strangers:
        for path in (f"/v1/disbursements/{seen['id']}", f"/v1/loans/{event.loan_id}/disbursement"):
            assert (await client.get(path, headers=headers)).status_code == 404
        assert (await client.get("/v1/disbursements", headers=headers)).json()["items"] == []
    for headers in (desk.headers(), desk.headers(Role.SUPPORT_AGENT)):
        listed = (await client.get("/v1/disbursements", headers=headers)).json()["items"]
        assert [item["id"] for item in listed] == [seen["id"]]


def cancelled(event: AgreementSigned) -> AgreementCancelled:
    return AgreementCancelled(
        agreement_id=event.agreement_id,
        application_id=event.application_id,
        loan_id=event.loan_id,
        on=event.cooling_off_until,
        reason="borrower",
    )


async def test_an_agreement_cancelled_before_the_money_leaves_is_called_off(desk: Till[ScriptedRail]) -> None:
    event = signed(desk, await desk.bank_account())
    await desk.write(lambda tx: order_signed(tx, event))
    payout_id = await payout_of(desk, event.loan_id)

    for _ in range(2):
        await desk.write(lambda tx: call_off(tx, cancelled(event)))
    order = await desk.send(payout_id)

    assert order.state is OrderState.CANCELLED
    assert desk.rail.sent == []
    assert await desk.balances() == {}


async def test_an_agreement_cancelled_after_the_money_left_lets_it_arrive(desk: Till[ScriptedRail]) -> None:
    event = signed(desk, await desk.bank_account())
    await desk.write(lambda tx: order_signed(tx, event))
    sent = await desk.send(await payout_of(desk, event.loan_id))

    await desk.write(lambda tx: call_off(tx, cancelled(event)))
    await settle(desk, event, sent.reference)

    assert len(await desk.events("disbursement.loan_disbursed")) == 1


async def test_news_of_a_payout_counts_once_and_only_for_the_attempt_under_way(desk: Till[ScriptedRail]) -> None:
    event = signed(desk, await desk.bank_account())
    for _ in range(2):
        await desk.write(lambda tx: order_signed(tx, event))
    payout_id = await payout_of(desk, event.loan_id)
    order = await desk.order(payout_id)

    await desk.write(lambda tx: note_failed(tx, PayoutFailed(payout_id=new_id(), reason_code="of another")))
    for _ in range(2):
        await settle(desk, event, order.reference)
    await desk.write(lambda tx: note_failed(tx, PayoutFailed(payout_id=payout_id, reason_code="late")))

    assert len(await desk.events("disbursement.loan_disbursed")) == 1
    assert await desk.events("disbursement.disbursement_failed") == []


async def settle(desk: Till[ScriptedRail], event: AgreementSigned, reference: str) -> None:
    payout_id = await payout_of(desk, event.loan_id)
    order = await desk.order(payout_id)
    news = PayoutSettled(
        payout_id=payout_id, reference=reference, amount=order.amount, settled_on=order.created_at.date()
    )
    await desk.write(lambda tx: note_settled(tx, news))


async def payout_of(desk: Till[ScriptedRail], loan_id: UUID) -> UUID:
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.by_loan(tx, loan_id)
    assert found is not None
    return found.payout_id
