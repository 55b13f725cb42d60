"""Servicing over HTTP: who sees what, what is refused, and what the answers say."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import to_builtins

from backend import servicing, wiring
from backend.identity.tables import business, membership, person
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant, TenantMode, create_tenant
from backend.settings import Settings
from shared.ids import new_id
from shared.loss_policy import LossBucket, LossPolicy
from shared.money import Money
from tests.builders import platform
from tests.builders.servicing import TERMS, Desk, cheap
from tests.builders.worker import working


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [servicing.module(services)]) as client:
        yield client


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> Desk:
    return Desk(services, tenant)


@pytest.fixture
def borrower(services: Services, tenant: Tenant, desk: Desk) -> dict[str, str]:
    return platform.caller(services, tenant, user_id=desk.user_id).headers


@pytest.fixture
def operations(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.OPERATIONS).headers


def naira(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "NGN"}


async def test_a_borrower_reads_a_loan_its_schedule_and_its_transactions(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]
) -> None:
    loan_id = await desk.open_loan()
    payment = await desk.pay(loan_id, 100_00)

    loan = (await client.get(f"/v1/loans/{loan_id}", headers=borrower)).json()
    schedule = (await client.get(f"/v1/loans/{loan_id}/schedule", headers=borrower)).json()
    transactions = (await client.get(f"/v1/loans/{loan_id}/transactions", headers=borrower)).json()

    assert (loan["status"], loan["outstanding"], loan["next_due"]) == ("active", naira(1124_08), naira(308_03))
    assert loan["terms"]["annual_rate_pct"] == "12"
    assert [row["total"] for row in schedule["rows"]] == [naira(408_03), naira(408_03), naira(408_02)]
    assert (schedule["is_final"], schedule["rows"][0]["status"], schedule["open"]) == (True, "upcoming", naira(1124_08))
    assert [item["kind"] for item in transactions["items"]] == ["repayment", "disbursement"]
    newest = transactions["items"][0]
    assert (newest["id"], newest["parts"]["interest"]) == (str(payment.payment_id), naira(12_00))
    assert newest["principal_outstanding"] == naira(1112_00)


async def test_a_loan_that_waits_shows_the_plan(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]
) -> None:
    from backend.servicing.usecases.create_loan import create_loan

    signed = desk.signed()
    await desk.write(lambda tx: create_loan(tx, signed))

    schedule = (await client.get(f"/v1/loans/{signed.loan_id}/schedule", headers=borrower)).json()
    transactions = (await client.get(f"/v1/loans/{signed.loan_id}/transactions", headers=borrower)).json()

    assert (schedule["is_final"], len(schedule["rows"])) == (False, 3)
    assert transactions == {"items": [], "next_cursor": None}


async def test_lists_are_paged_and_filtered(client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]) -> None:
    loan_ids = [str(await desk.open_loan()) for _ in range(3)]
    closed = await desk.open_loan()
    await desk.pay(closed, 1200_00)

    first = (await client.get("/v1/loans?status=active&limit=2", headers=borrower)).json()
    second = (
        await client.get(f"/v1/loans?status=active&limit=2&cursor={first['next_cursor']}", headers=borrower)
    ).json()

    assert [item["id"] for item in first["items"] + second["items"]] == loan_ids[::-1]
    assert second["next_cursor"] is None
    bad = await client.get("/v1/loans?cursor=nonsense", headers=borrower)
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_input")


async def test_another_person_and_another_tenant_see_nothing(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, desk: Desk
) -> None:
    loan_id = await desk.open_loan()
    stranger = platform.caller(services, tenant).headers
    elsewhere = platform.caller(services, await platform.new_tenant(services), Role.OPERATIONS).headers

    for headers in (stranger, elsewhere):
        for path in ("", "/schedule", "/transactions"):
            answer = await client.get(f"/v1/loans/{loan_id}{path}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "loan_not_found")
        quote = await client.post(f"/v1/loans/{loan_id}/payoff-quotes", json={}, headers=headers)
        assert quote.status_code == 404
        assert (await client.get("/v1/loans", headers=headers)).json()["items"] == []


async def test_staff_see_the_tenants_loans(client: httpx.AsyncClient, desk: Desk, operations: dict[str, str]) -> None:
    loan_id = await desk.open_loan()

    listed = (await client.get("/v1/loans", headers=operations)).json()

    assert [item["id"] for item in listed["items"]] == [str(loan_id)]


async def test_staff_alone_see_how_the_lender_judges_a_loan(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str], operations: dict[str, str]
) -> None:
    policy = LossPolicy(buckets=(LossBucket(code="late", from_days=1, provision_bps=1_000),), non_accrual_after_days=5)
    loan_id = await desk.open_loan(cheap(loss_policy=policy))
    plain_id = await desk.open_loan()
    await desk.close_through(date.fromisoformat((await _loan(client, loan_id, borrower))["next_due_on"]))
    await desk.pass_days(5)

    staff, own = await _loan(client, loan_id, operations), await _loan(client, loan_id, borrower)

    assert staff["classification"] == {
        "bucket": "late",
        "non_accrual_since": staff["as_of"],
        "in_suspense": naira(13_56),  # 12.00 past due, and six days of the next instalment
        "loss_allowance": naira(120_00),
    }
    assert (own["classification"], own["terms"]["loss_policy"]) == (None, None)
    listed = {
        who: {
            found["id"]: found["classification"]
            for found in (await client.get("/v1/loans", headers=headers)).json()["items"]
        }
        for who, headers in (("staff", operations), ("borrower", borrower))
    }
    assert listed["staff"][str(loan_id)] == staff["classification"]
    assert set(listed["borrower"].values()) == {None}
    assert (await _loan(client, plain_id, operations))["classification"] is None


async def _loan(client: httpx.AsyncClient, loan_id: UUID, headers: dict[str, str]) -> Any:
    return (await client.get(f"/v1/loans/{loan_id}", headers=headers)).json()


async def test_a_payoff_quote_names_the_price_of_leaving(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]
) -> None:
    loan_id = await desk.open_loan()
    today = await desk.today()

    now = (await client.post(f"/v1/loans/{loan_id}/payoff-quotes", json={}, headers=borrower)).json()
    later = (
        await client.post(
            f"/v1/loans/{loan_id}/payoff-quotes", json={"on": str(today + timedelta(days=10))}, headers=borrower
        )
    ).json()

    assert (now["on"], now["total"]) == (str(today), naira(1200_00))
    assert later["total"]["amount_minor"] == 1200_00 + later["interest"]["amount_minor"]
    assert 3_80 <= later["interest"]["amount_minor"] <= 4_30
    assert later["expires_at"] > now["expires_at"]

    far = await client.post(
        f"/v1/loans/{loan_id}/payoff-quotes", json={"on": str(today + timedelta(days=31))}, headers=borrower
    )
    assert (far.status_code, far.json()["code"]) == (422, "payoff_too_far_ahead")
    await desk.pay(loan_id, now["total"]["amount_minor"])
    ended = await client.post(f"/v1/loans/{loan_id}/payoff-quotes", json={}, headers=borrower)
    assert (ended.status_code, ended.json()["code"]) == (409, "loan_not_open")


async def test_only_operations_charge_a_loan(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str], operations: dict[str, str]
) -> None:
    loan_id = await desk.open_loan()
    charge = {"kind": "fee", "amount_minor": 500, "reason": "Returned cheque"}

    refused = await client.post(f"/v1/loans/{loan_id}/charges", json=charge, headers=borrower)
    before = await desk.balances(loan_id)
    charged = await client.post(f"/v1/loans/{loan_id}/charges", json=charge, headers=operations)

    assert refused.status_code == 403
    assert "fee_income" not in before
    assert charged.json()["outstanding"] == naira(1229_08)
    assert (await desk.balances(loan_id))["fee_income"] == -5_00


async def test_a_line_opens_with_its_first_draw_and_limits_the_next(
    client: httpx.AsyncClient, services: Services, desk: Desk, borrower: dict[str, str]
) -> None:
    await desk.open_loan(credit_limit=Money.of(2000_00, "NGN"))
    (line,) = (await client.get("/v1/credit-lines", headers=borrower)).json()["items"]
    assert (line["status"], line["drawn"], line["available"]) == ("open", naira(1200_00), naira(800_00))
    path = f"/v1/credit-lines/{line['id']}"

    drawn = await client.post(f"{path}/draws", json={"amount_minor": 500_00, "instalments": 2}, headers=borrower)
    too_much = await client.post(f"{path}/draws", json={"amount_minor": 300_01}, headers=borrower)
    too_long = await client.post(f"{path}/draws", json={"amount_minor": 1, "instalments": 4}, headers=borrower)

    assert (drawn.status_code, drawn.json()["status"]) == (201, "pending_disbursement")
    assert (too_much.status_code, too_much.json()["code"]) == (422, "limit_exceeded")
    assert (too_long.status_code, too_long.json()["code"]) == (422, "too_many_instalments")
    assert (await client.get(path, headers=borrower)).json()["available"] == naira(300_00)
    draws = (await client.get(f"/v1/loans?credit_line_id={line['id']}", headers=borrower)).json()["items"]
    assert len(draws) == 2
    stranger = platform.caller(services, desk.tenant).headers
    assert (await client.get(path, headers=stranger)).status_code == 404
    assert (await client.post(f"{path}/draws", json={"amount_minor": 1}, headers=stranger)).status_code == 404


async def test_members_of_a_business_see_its_loans_and_approvers_draw(
    client: httpx.AsyncClient, services: Services, desk: Desk
) -> None:
    viewer = platform.caller(services, desk.tenant)
    approver = platform.caller(services, desk.tenant)
    business_id = new_id()
    members = [(viewer.user_id, Role.FINANCE_VIEWER), (approver.user_id, Role.FINANCE_APPROVER)]
    await desk.write(partial(join_business, business_id=business_id, members=members))
    loan_id = await desk.open_loan(business_id=business_id, credit_limit=Money.of(2000_00, "NGN"))

    for member in (viewer, approver):
        assert (await client.get(f"/v1/loans/{loan_id}", headers=member.headers)).status_code == 200
        listed = (await client.get("/v1/loans", headers=member.headers)).json()["items"]
        assert [item["id"] for item in listed] == [str(loan_id)]
    (line,) = (await client.get("/v1/credit-lines", headers=viewer.headers)).json()["items"]
    path = f"/v1/credit-lines/{line['id']}/draws"
    staff = platform.caller(services, desk.tenant, Role.OPERATIONS)
    left = platform.caller(services, desk.tenant, user_id=desk.user_id)  # signed for it, and is no member any more
    for may_not, status, code in (
        (viewer, 403, "membership_insufficient"),
        (staff, 403, "not_permitted"),
        (left, 404, "credit_line_not_found"),
    ):
        refused = await client.post(path, json={"amount_minor": 100_00}, headers=may_not.headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await client.get(f"/v1/loans/{loan_id}", headers=left.headers)).status_code == 404
    assert (await client.get("/v1/loans", headers=left.headers)).json()["items"] == []
    assert (await client.get("/v1/credit-lines", headers=left.headers)).json()["items"] == []
    drawn = await client.post(path, json={"amount_minor": 100_00}, headers=approver.headers)
    assert (drawn.status_code, drawn.json()["business_id"]) == (201, str(business_id))


async def join_business(tx: Tx, business_id: UUID, members: list[tuple[UUID, Role]]) -> None:
    for person_id, _ in members:
        known = {"id": person_id, "locale": "en", "roles": [], "staff": False, "registered_at": tx.now}
        await tx.execute(person.insert(), known)
    new = {"id": business_id, "name": b"", "country": "NG", "registered_by": members[0][0], "registered_at": tx.now}
    await tx.execute(business.insert(), new)
    for person_id, role in members:
        joined = {"business_id": business_id, "person_id": person_id, "role": role, "joined_at": tx.now}
        await tx.execute(membership.insert(), joined)


async def test_draws_at_once_can_not_exceed_the_line(
    client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]
) -> None:
    await desk.open_loan(credit_limit=Money.of(2000_00, "NGN"))
    (line,) = (await client.get("/v1/credit-lines", headers=borrower)).json()["items"]
    path = f"/v1/credit-lines/{line['id']}/draws"

    answers = await asyncio.gather(
        *[client.post(path, json={"amount_minor": 300_00}, headers=borrower) for _ in range(5)]
    )

    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422, 422]


async def test_an_overdue_draw_blocks_the_line(client: httpx.AsyncClient, desk: Desk, borrower: dict[str, str]) -> None:
    await desk.open_loan(credit_limit=Money.of(2000_00, "NGN"))
    (line,) = (await client.get("/v1/credit-lines", headers=borrower)).json()["items"]
    await desk.pass_days(35)

    refused = await client.post(f"/v1/credit-lines/{line['id']}/draws", json={"amount_minor": 1}, headers=borrower)

    assert (refused.status_code, refused.json()["code"]) == (409, "credit_line_blocked")


async def test_the_simulator_needs_nobody_and_stores_nothing(client: httpx.AsyncClient) -> None:
    body = {"terms": to_builtins(TERMS), "disbursed_on": "2026-01-31"}

    answer = await client.post("/v1/simulations/schedule", json=body)

    priced = answer.json()
    assert answer.status_code == 200
    assert (priced["instalment"], priced["total_cost"], priced["apr_pct"]) == (naira(408_03), naira(24_08), "12.00")
    assert [row["due_on"] for row in priced["rows"]] == ["2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"currency": "XXX"}, 400, "unknown_currency"),
        ({"annual_rate_pct": "NaN"}, 400, "invalid_input"),
        ({"principal_minor": 0}, 400, "invalid_input"),
        ({"holidays": "ZZ"}, 422, "terms_not_serviceable"),
        ({"method": "pay_in_n"}, 422, "terms_not_serviceable"),
        ({"frequency": "yearly", "every": 366, "instalments": 520}, 422, "terms_not_serviceable"),
        ({"principal_minor": 10**15, "annual_rate_pct": "1000"}, 422, "terms_not_serviceable"),
        ({"first_due_on": "9999-12-31"}, 422, "terms_not_serviceable"),
        ({"due_dates": ["2026-02-01"]}, 422, "terms_not_serviceable"),
        ({"principal_grace": 3}, 422, "terms_not_serviceable"),
        ({"interest_grace": -1}, 400, "invalid_input"),
        ({"last_instalment": "lowest"}, 400, "invalid_input"),
        ({"cost_cap": {"daily_bps": 20_000}}, 400, "invalid_input"),
        ({"day_count": "30/365"}, 400, "invalid_input"),
    ],
)
async def test_the_simulator_says_what_is_wrong_with_terms(
    client: httpx.AsyncClient, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.post("/v1/simulations/schedule", json={"terms": to_builtins(TERMS) | changes})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_simulator_says_what_extra_payments_save(client: httpx.AsyncClient) -> None:
    body = {
        "terms": to_builtins(TERMS),
        "disbursed_on": "2026-01-31",
        "extra_payments": [{"on": "2026-02-10", "amount_minor": 500_00}],
        "early_repayment": "reduce_term",
    }

    recast = (await client.post("/v1/simulations/schedule", json=body)).json()["recast"]

    assert len(recast["rows"]) == 2
    assert recast["interest_saved"] == naira(9_04)
    assert recast["unused"] == naira(0)
    assert recast["last_due_on"] == "2026-03-31"


@pytest.mark.parametrize(
    ("extra", "status", "code"),
    [
        ({"on": "2026-02-30", "amount_minor": 1}, 400, "invalid_input"),
        ({"on": "2026-02-10", "amount_minor": 0}, 400, "invalid_input"),
        ({"on": "2026-02-10"}, 400, "invalid_input"),
        ({"on": "2026-02-10", "amount_minor": 1, "currency": "NGN"}, 400, "invalid_input"),
    ],
)
async def test_the_simulator_refuses_extra_payments_that_are_none(
    client: httpx.AsyncClient, extra: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.post(
        "/v1/simulations/schedule", json={"terms": to_builtins(TERMS), "extra_payments": [extra]}
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_operations_close_days_and_a_worker_does_it(
    client: httpx.AsyncClient,
    settings: Settings,
    services: Services,
    desk: Desk,
    borrower: dict[str, str],
    operations: dict[str, str],
) -> None:
    loan_id = await desk.open_loan()
    today = await desk.today()
    through = today + timedelta(days=2)

    refused = await client.post("/v1/business-day/close", json={"through": str(through)}, headers=borrower)
    assert refused.status_code == 403
    async with working(settings, services, [servicing.module(services)], desk.tenant):
        asked = await client.post("/v1/business-day/close", json={"through": str(through)}, headers=operations)
        assert (asked.status_code, asked.json()["closing_through"]) == (202, str(through))
        state = await until_closed(client, operations)

    assert state == {"business_date": str(through + timedelta(days=1)), "closing_through": None}
    assert (await desk.balances(loan_id))["interest_income"] < 0
    again = await client.post("/v1/business-day/close", json={"through": str(today)}, headers=operations)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_close")
    far = await client.post("/v1/business-day/close", json={"through": "2099-01-01"}, headers=operations)
    assert (far.status_code, far.json()["code"]) == (422, "business_date_far")


async def until_closed(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    for _ in range(1_200):
        state: dict[str, Any] = (await client.get("/v1/business-day", headers=headers)).json()
        if state["closing_through"] is None:
            return state
        await asyncio.sleep(0.05)
    raise AssertionError("the days were not closed in time")


async def test_a_live_tenant_does_not_run_ahead_of_the_calendar(settings: Settings) -> None:
    services = wiring.build_services(settings)
    slug = f"live-{new_id().hex[-10:]}"
    live = await create_tenant(services.database, services.vault, slug=slug, plan="scale", mode=TenantMode.LIVE)
    staff = platform.caller(services, live, Role.OPERATIONS).headers

    async with platform.serve(settings, services, [servicing.module(services)]) as client:
        refused = await client.post("/v1/business-day/close", json={"through": str(date.max)}, headers=staff)
        state = await client.get("/v1/business-day", headers=staff)
    await services.database.close()

    assert (refused.status_code, refused.json()["code"]) == (422, "business_date_ahead")
    assert state.json()["closing_through"] is None


async def test_events_carry_a_loan_from_signature_to_the_last_payment(
    client: httpx.AsyncClient, settings: Settings, services: Services, desk: Desk, borrower: dict[str, str]
) -> None:
    terms = cheap(instalments=1)
    signed = desk.signed(terms)
    async with working(settings, services, [servicing.module(services)], desk.tenant):
        disbursed = await desk.disbursed(signed.loan_id, terms)
        payment = await desk.received(signed.loan_id, 1200_00)
        for event in (payment, disbursed, signed):  # in the worst order
            await desk.write(partial(outbox.add, event=event))
        status = ""
        for _ in range(1_200):
            status = (await client.get(f"/v1/loans/{signed.loan_id}", headers=borrower)).json().get("status", "")
            if status == "closed":
                break
            await asyncio.sleep(0.1)

    assert status == "closed"
    assert await desk.balances(signed.loan_id) == {}
