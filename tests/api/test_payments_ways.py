"""Ways to pay: links, and debits under a mandate."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text

from backend import notifications
from backend.kernel.db import into
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments import store
from backend.payments.domain.orders import OrderState
from backend.payments.records import Mandate, PaymentLink, RailOrder
from backend.payments.tables import rail_order
from backend.payments.usecases.debit import debit_due
from backend.payments.usecases.mandates import END_JOB, stop_debits
from backend.payments.usecases.payment_links import VALID_FOR, MakeLink, make_link
from backend.servicing.usecases.create_loan import create_loan
from backend.settings import Settings
from shared.api.payments import LinkStatus
from shared.events.servicing import InstalmentDue, LoanWrittenOff
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders.members import add_business
from tests.builders.payments import CALLBACK, ScriptedRail, Till, till

Desk = Till[ScriptedRail]


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def a_link(desk: Desk, loan_id: UUID, amount_minor: int = 700) -> PaymentLink:
    """A link that the rail has made."""
    body = {"loan_id": str(loan_id), "amount_minor": amount_minor}
    answer = await desk.client.post("/v1/payment-links", headers=desk.headers(), json=body)
    assert (answer.status_code, answer.json()["status"], answer.json()["url"]) == (202, "requested", None)
    link_id = UUID(answer.json()["id"])
    await make_link(desk.context, desk.rail, CALLBACK, MakeLink(link_id=link_id))
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, PaymentLink, link_id)
    assert found is not None
    return found


def paid(link: PaymentLink, **changes: Any) -> dict[str, Any]:
    """What the rail says of a link that was paid."""
    said = {
        "id": "lnk",
        "reference": link.reference,
        "url": link.url,
        "amount_minor": link.amount_minor,
        "currency": link.currency,
        "status": "paid",
        "payment_id": "pay-1",
        "at": datetime.now(UTC).isoformat(),
    }
    return said | changes


async def test_a_link_is_made_paid_and_booked_once(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    link = await a_link(desk, loan_id)
    shown = (await desk.client.get(f"/v1/payment-links/{link.id}", headers=desk.headers())).json()
    assert (shown["status"], shown["url"]) == ("open", link.url)

    for _ in range(2):
        await desk.told("link.paid", paid(link))

    events = await desk.events("payments.payment_received")
    assert [(e["loan_id"], e["method"], e["amount"]["amount_minor"]) for e in events] == [(str(loan_id), "link", 700)]
    shown = (await desk.client.get(f"/v1/payment-links/{link.id}", headers=desk.headers())).json()
    assert shown["status"] == "paid"
    assert (await desk.desk.balances(loan_id))["unallocated_receipts"] == -700


async def test_a_link_that_was_paid_before_we_knew_its_address_stays_paid(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    link = await a_link(desk, loan_id)

    await desk.told("link.paid", paid(link))
    await make_link(desk.context, desk.rail, CALLBACK, MakeLink(link_id=link.id))

    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, PaymentLink, link.id)
    assert found is not None
    assert found.status is LinkStatus.PAID


async def test_an_old_link_is_shown_as_expired_and_its_money_still_counts(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    link = await a_link(desk, loan_id)
    async with desk.context.write() as tx:
        await store.save(tx, replace(link, expires_at=link.expires_at - VALID_FOR))

    shown = (await desk.client.get(f"/v1/payment-links/{link.id}", headers=desk.headers())).json()
    await desk.told("link.paid", paid(link))

    assert (shown["status"], shown["url"]) == ("expired", None)
    assert len(await desk.events("payments.payment_received")) == 1


async def test_a_link_is_its_owner_s(desk: Desk) -> None:
    link = await a_link(desk, await desk.desk.open_loan())

    stranger = desk.headers(Role.BORROWER, user_id=new_id())

    assert (await desk.client.get(f"/v1/payment-links/{link.id}", headers=stranger)).status_code == 404


async def test_a_link_for_a_loan_that_is_not_paid_out_is_refused(desk: Desk) -> None:
    signed = desk.desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))
    body = {"loan_id": str(signed.loan_id), "amount_minor": 5}

    refused = await desk.client.post("/v1/payment-links", headers=desk.headers(), json=body)

    assert (refused.status_code, refused.json()["code"]) == (409, "loan_not_payable")


async def a_mandate(
    desk: Desk, loan_id: UUID, *, active: bool = True, business_id: UUID | None = None
) -> tuple[UUID, str]:
    """A mandate and its reference."""
    body = {"loan_id": str(loan_id), "bank_account_id": str(await desk.bank_account(business_id=business_id))}
    answer = await desk.client.post("/v1/mandates", headers=desk.headers(), json=body)
    assert (answer.status_code, answer.json()["status"]) == (202, "pending"), answer.text
    mandate_id = UUID(answer.json()["id"])
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, Mandate, mandate_id)
    assert found is not None
    if active:
        await desk.told("mandate.active", {"reference": found.reference, "status": "active"})
    return mandate_id, found.reference


async def debits(desk: Desk) -> list[RailOrder]:
    async with desk.services.database.read(desk.scope) as tx:
        rows = await tx.all(select(rail_order).where(rail_order.c.kind == "debit").order_by(rail_order.c.id))
    return [into(row, RailOrder) for row in rows]


async def test_a_debit_under_a_mandate_is_a_payment_once_it_settles(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    mandate_id, _ = await a_mandate(desk, loan_id)
    path = f"/v1/mandates/{mandate_id}/debits"

    answer = await desk.client.post(path, headers=desk.headers(), json={"amount_minor": 400})
    sent = await desk.send(UUID(answer.json()["id"]))
    assert await desk.events("payments.payment_received") == []
    for _ in range(2):
        await desk.order_told(sent, "settled")

    assert answer.status_code == 202
    events = await desk.events("payments.payment_received")
    assert [(event["method"], event["amount"]["amount_minor"]) for event in events] == [("mandate", 400)]
    assert (await desk.desk.balances(loan_id))["unallocated_receipts"] == -400
    shown = (await desk.client.get(f"/v1/debits/{sent.id}", headers=desk.headers())).json()
    assert (shown["status"], shown["kind"]) == ("settled", "debit")


async def test_a_debit_that_times_out_is_resolved_by_asking_and_not_sent_again(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    mandate_id, _ = await a_mandate(desk, loan_id)
    answer = await desk.client.post(
        f"/v1/mandates/{mandate_id}/debits", headers=desk.headers(), json={"amount_minor": 400}
    )
    desk.rail.manner = "hangs"

    unknown = await desk.send(UUID(answer.json()["id"]))
    assert unknown.state is OrderState.UNKNOWN
    desk.rail.becomes(unknown.reference, "settled")
    assert (await desk.resolve(unknown.id)).state is OrderState.SETTLED

    assert desk.rail.sent == [unknown.reference]
    assert len(await desk.events("payments.payment_received")) == 1


async def test_a_debit_without_cover_is_told_and_books_nothing(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    before = await desk.balances()
    mandate_id, _ = await a_mandate(desk, loan_id)
    answer = await desk.client.post(
        f"/v1/mandates/{mandate_id}/debits", headers=desk.headers(), json={"amount_minor": 400}
    )
    sent = await desk.send(UUID(answer.json()["id"]))

    await desk.order_told(sent, "failed", reason="insufficient_funds")

    events = await desk.events("payments.debit_failed")
    assert [(event["loan_id"], event["reason_code"]) for event in events] == [(str(loan_id), "insufficient_funds")]
    assert await desk.balances() == before


def due(loan_id: UUID, desk: Desk, *, number: int = 1, days_ahead: int = 0, amount_minor: int = 400) -> InstalmentDue:
    return InstalmentDue(
        loan_id=loan_id,
        user_id=desk.user_id,
        number=number,
        due_on=date(2026, 2, 1),
        amount=Money.of(amount_minor, "NGN"),
        days_ahead=days_ahead,
    )


async def test_each_instalment_is_debited_once_on_its_due_date(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    await a_mandate(desk, loan_id)

    for event in (
        due(loan_id, desk, days_ahead=3),
        due(loan_id, desk),
        due(loan_id, desk),
        due(loan_id, desk, number=2, amount_minor=0),
        due(loan_id, desk, number=3, amount_minor=500),
    ):
        await desk.write(lambda tx, event=event: debit_due(tx, event))  # type: ignore[misc]

    assert [(order.instalment, order.amount_minor) for order in await debits(desk)] == [(1, 400), (3, 500)]


async def test_nothing_is_taken_by_itself_while_a_loan_is_not_chased(desk: Desk) -> None:
    loan_id, hold_id = await desk.desk.open_loan(), new_id()
    await a_mandate(desk, loan_id)

    await desk.write(lambda tx: notifications.hold_reminders(tx, hold_id, loan_id, "hardship"))
    await desk.write(lambda tx: debit_due(tx, due(loan_id, desk)))
    held = await debits(desk)
    await desk.write(lambda tx: notifications.release_reminders(tx, hold_id))
    await desk.write(lambda tx: debit_due(tx, due(loan_id, desk, number=2)))

    assert held == []
    assert [order.instalment for order in await debits(desk)] == [2]


@pytest.mark.parametrize("ended_by", ["nobody yet", "the bank", "the borrower"])
async def test_only_an_active_mandate_permits_a_debit(desk: Desk, ended_by: str) -> None:
    loan_id = await desk.desk.open_loan()
    mandate_id, reference = await a_mandate(desk, loan_id, active=ended_by != "nobody yet")
    if ended_by == "the bank":
        await desk.told("mandate.cancelled", {"reference": reference, "status": "cancelled"})
    if ended_by == "the borrower":
        assert (await desk.client.delete(f"/v1/mandates/{mandate_id}", headers=desk.headers())).status_code == 200

    refused = await desk.client.post(
        f"/v1/mandates/{mandate_id}/debits", headers=desk.headers(), json={"amount_minor": 400}
    )
    await desk.write(lambda tx: debit_due(tx, due(loan_id, desk)))

    assert (refused.status_code, refused.json()["code"]) == (409, "mandate_not_active")
    assert await debits(desk) == []


async def test_a_write_off_ends_the_mandate_here_and_at_the_bank(desk: Desk) -> None:
    loan_id, other_id = await desk.desk.open_loan(), await desk.desk.open_loan()
    mandate_id, _ = await a_mandate(desk, loan_id)
    other_mandate_id, _ = await a_mandate(desk, other_id)
    lost = LoanWrittenOff(
        loan_id=loan_id,
        application_id=new_id(),
        user_id=desk.desk.user_id,
        amount=Money.of(400, "NGN"),
        on=await desk.desk.today(),
    )

    for _ in range(2):
        await desk.write(lambda tx: stop_debits(tx, lost))
    await desk.write(lambda tx: debit_due(tx, due(loan_id, desk)))

    assert await debits(desk) == []
    ended = (await desk.client.get(f"/v1/mandates/{mandate_id}", headers=desk.headers())).json()
    kept = (await desk.client.get(f"/v1/mandates/{other_mandate_id}", headers=desk.headers())).json()
    assert (ended["status"], kept["status"]) == ("cancelled", "active")
    waiting = text(
        "SELECT convert_from(payload, 'UTF8')::jsonb -> 'payload' ->> 'mandate_id' AS mandate FROM pgqueuer"
        " WHERE entrypoint = :job AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = :tenant"
    )
    async with desk.services.database.unscoped() as connection:
        told = (await connection.execute(waiting, {"job": END_JOB, "tenant": str(desk.desk.tenant.id)})).all()
    assert [row.mandate for row in told] == [str(mandate_id)]
    assert await desk.write(lambda tx: store.mandate_in_force(tx, other_id)) is not None


async def test_a_loan_has_one_mandate_at_a_time(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    mandate_id, reference = await a_mandate(desk, loan_id)
    body = {"loan_id": str(loan_id), "bank_account_id": str(await desk.bank_account())}

    second = await desk.client.post("/v1/mandates", headers=desk.headers(), json=body)
    assert (second.status_code, second.json()["code"]) == (409, "mandate_exists")
    await desk.client.delete(f"/v1/mandates/{mandate_id}", headers=desk.headers())
    third = await desk.client.post("/v1/mandates", headers=desk.headers(), json=body)

    assert third.status_code == 202
    await desk.told("mandate.active", {"reference": reference, "status": "active"})
    listed = (await desk.client.get("/v1/mandates", headers=desk.headers())).json()
    assert [each["status"] for each in listed] == ["pending", "cancelled"]


async def test_a_mandate_is_its_owner_s_and_for_their_own_account(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    mandate_id, _ = await a_mandate(desk, loan_id)
    stranger = desk.headers(Role.BORROWER, user_id=new_id())
    client = desk.client

    assert (await client.get(f"/v1/mandates/{mandate_id}", headers=stranger)).status_code == 404
    assert (await client.delete(f"/v1/mandates/{mandate_id}", headers=stranger)).status_code == 404
    taken = await client.post(f"/v1/mandates/{mandate_id}/debits", headers=stranger, json={"amount_minor": 1})
    assert taken.status_code == 404
    other_loan = await desk.desk.open_loan()
    body = {"loan_id": str(other_loan), "bank_account_id": str(new_id())}
    assert (await client.post("/v1/mandates", headers=desk.headers(), json=body)).status_code == 404

    assert await debits(desk) == []
    assert (await client.get(f"/v1/mandates/{mandate_id}", headers=desk.headers())).json()["status"] == "active"


async def test_a_member_who_only_looks_neither_gives_nor_uses_a_mandate(desk: Desk) -> None:
    viewer, business_id = new_id(), new_id()
    members = {desk.user_id: Role.BUSINESS_OWNER, viewer: Role.FINANCE_VIEWER}
    await desk.write(lambda tx: add_business(tx, desk.services.vault, business_id, members))
    loan_id = await desk.desk.open_loan(business_id=business_id)
    looks, client = desk.headers(Role.BORROWER, user_id=viewer), desk.client
    body = {"loan_id": str(loan_id), "bank_account_id": str(await desk.bank_account(business_id=business_id))}

    assert (await client.post("/v1/mandates", headers=looks, json=body)).status_code == 403
    assert (await client.post("/v1/mandates", headers=desk.headers(Role.OPERATIONS), json=body)).status_code == 403
    mandate_id, _ = await a_mandate(desk, loan_id, business_id=business_id)
    path = f"/v1/mandates/{mandate_id}"
    taken = await client.post(f"{path}/debits", headers=looks, json={"amount_minor": 1})

    assert (taken.status_code, taken.json()["code"]) == (403, "membership_insufficient")
    assert (await client.delete(path, headers=looks)).status_code == 403
    assert (await client.get(path, headers=looks)).json()["status"] == "active"
    for headers in (looks, desk.headers(), desk.headers(Role.SUPPORT_AGENT)):
        assert [each["id"] for each in (await client.get("/v1/mandates", headers=headers)).json()] == [str(mandate_id)]
    assert await debits(desk) == []


@pytest.mark.parametrize("loan_of", ["the business", "the person"])
async def test_a_mandate_is_for_an_account_of_the_loan_s_borrower_alone(desk: Desk, loan_of: str) -> None:
    firm, other = new_id(), new_id()
    async with desk.context.write() as tx:
        for business_id in (firm, other):
            await add_business(tx, desk.services.vault, business_id, {desk.user_id: Role.BUSINESS_OWNER})
    loan_id = await desk.desk.open_loan(business_id=firm if loan_of == "the business" else None)
    mine, firm_s = await desk.bank_account(), await desk.bank_account(business_id=firm)
    right, wrong = (firm_s, mine) if loan_of == "the business" else (mine, firm_s)

    async def asked_for(account_id: UUID) -> tuple[int, str]:
        body = {"loan_id": str(loan_id), "bank_account_id": str(account_id)}
        answer = await desk.client.post("/v1/mandates", headers=desk.headers(), json=body)
        return answer.status_code, answer.json().get("code", "")

    for account_id in (wrong, await desk.bank_account(business_id=other)):
        assert await asked_for(account_id) == (404, "bank_account_not_found")
        assert (await desk.client.get("/v1/mandates", headers=desk.headers())).json() == []
    assert (await asked_for(right))[0] == 202


async def test_the_debits_under_a_mandate_are_told_to_its_owner_the_newest_first(desk: Desk) -> None:
    mandate_id, _ = await a_mandate(desk, await desk.desk.open_loan())
    other_id, _ = await a_mandate(desk, await desk.desk.open_loan())
    path = f"/v1/mandates/{mandate_id}/debits"
    made = [
        (await desk.client.post(path, headers=desk.headers(), json={"amount_minor": minor})).json()["id"]
        for minor in (400, 500)
    ]
    await desk.client.post(f"/v1/mandates/{other_id}/debits", headers=desk.headers(), json={"amount_minor": 600})

    newest = (await desk.client.get(path, headers=desk.headers(), params={"limit": 1})).json()
    rest = (await desk.client.get(path, headers=desk.headers(), params={"cursor": newest["next_cursor"]})).json()
    stranger = desk.headers(Role.BORROWER, user_id=new_id())

    assert [(each["id"], each["status"]) for each in newest["items"]] == [(made[1], "created")]
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == ([made[0]], None)
    assert (await desk.client.get(path, headers=stranger)).status_code == 404


async def test_a_payment_by_link_bears_the_link_s_reference(desk: Desk) -> None:
    loan_id = await desk.desk.open_loan()
    link = await a_link(desk, loan_id)

    await desk.told("link.paid", paid(link))

    shown = (await desk.client.get(f"/v1/payment-links/{link.id}", headers=desk.headers())).json()
    events = await desk.events("payments.payment_received")
    assert [event["reference"] for event in events] == [shown["reference"]]
