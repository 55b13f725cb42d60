"""Disputes over HTTP: what is disputed, that it is not chased, evidence, outcomes, and another look."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from backend import notifications
from backend.cli import papers
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import outbox as outbox_table
from backend.kernel.tenants import Tenant
from backend.support.tables import dispute
from shared.ids import new_id
from tests.builders import platform
from tests.builders.identity import Browser
from tests.builders.servicing import Desk


@pytest.fixture
async def loan(ada: Browser, services: Services, tenant: Tenant) -> tuple[str, str]:
    """Ada's loan, and the payment that was made on it."""
    desk = Desk(services, tenant)
    desk.user_id = UUID((await ada.get("/me")).json()["id"])
    loan_id = await desk.open_loan()
    return str(loan_id), str((await desk.pay(loan_id, 100_00)).payment_id)


@pytest.fixture
def agent(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.SUPPORT_AGENT).headers


@pytest.fixture
def operations(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.OPERATIONS).headers


async def disputed(ada: Browser, loan: tuple[str, str], **more: Any) -> dict[str, Any]:
    loan_id, payment_id = loan
    body = {"kind": "transaction", "transaction_id": payment_id, "reason": "not_mine", "details": "Not me.", **more}
    answer = await ada.post(f"/loans/{loan_id}/disputes", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def is_held(ada: Browser, loan_id: str) -> bool:
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        return await notifications.reminders_held(tx, UUID(loan_id))


async def topics(ada: Browser) -> list[str]:
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        rows = await tx.all(select(outbox_table.c.topic).order_by(outbox_table.c.position))
    return [row.topic for row in rows if row.topic.startswith("support.dispute")]


async def test_what_is_disputed_is_not_chased_until_there_is_an_outcome(
    ada: Browser, loan: tuple[str, str], agent: dict[str, str]
) -> None:
    opened = await disputed(ada, loan)
    held = await is_held(ada, loan[0])
    answer = await ada.http.post(
        f"/v1/disputes/{opened['id']}/resolve",
        json={"outcome": "partly_upheld", "reasons": "Half of it was ours.", "amount_minor": 50_00},
        headers=agent,
    )

    after = (await ada.get(f"/disputes/{opened['id']}")).json()
    assert (opened["amount"]["amount_minor"], opened["status"], held) == (100_00, "open", True)
    assert (answer.status_code, after["outcome"], after["reasons"]) == (200, "partly_upheld", "Half of it was ours.")
    assert (after["found"]["amount_minor"], await is_held(ada, loan[0])) == (50_00, False)
    assert [(each["step"], each["by_staff"]) for each in after["timeline"]] == [("opened", False), ("resolved", True)]
    assert await topics(ada) == ["support.dispute_opened", "support.dispute_resolved"]


async def test_the_same_thing_is_disputed_once_at_a_time(ada: Browser, loan: tuple[str, str]) -> None:
    opened = await disputed(ada, loan)
    path = f"/loans/{loan[0]}/disputes"
    body = {"kind": "transaction", "transaction_id": loan[1], "reason": "other", "details": "Again"}

    again = await ada.post(path, body)
    instalment = await ada.post(path, {"kind": "instalment", "instalment": 1, "reason": "other", "details": "x"})
    await ada.post(f"/disputes/{opened['id']}/withdraw")
    once_more = await ada.post(path, body)

    assert (again.status_code, again.json()["code"]) == (409, "dispute_exists")
    assert opened["number"] in again.json()["detail"]
    assert [each.status_code for each in (instalment, once_more)] == [201, 201]
    assert len((await ada.get(f"/disputes?loan_id={loan[0]}")).json()["items"]) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "transaction", "transaction_id": str(new_id())}, 422),
        ({"kind": "charge"}, 400),
        ({"kind": "instalment", "instalment": 99}, 422),
        ({"kind": "instalment"}, 400),
        ({"kind": "instalment", "instalment": 1, "amount_minor": 10**9}, 422),
    ],
)
async def test_what_is_not_there_is_not_disputed(
    ada: Browser, loan: tuple[str, str], body: dict[str, Any], status: int
) -> None:
    answer = await ada.post(f"/loans/{loan[0]}/disputes", {"reason": "other", "details": "x", **body})

    assert answer.status_code == status
    assert not await is_held(ada, loan[0])
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        assert await tx.scalar(select(func.count()).select_from(dispute)) == 0


async def test_evidence_is_shown_and_questions_are_answered(
    ada: Browser, loan: tuple[str, str], agent: dict[str, str]
) -> None:
    opened = await disputed(ada, loan)
    path = f"/disputes/{opened['id']}"

    asked = await ada.http.post(f"/v1{path}/questions", json={"text": "When did you pay?"}, headers=agent)
    added = await ada.http.post(
        f"/v1{path}/evidence",
        files={"file": ("receipt.png", papers.picture("receipt"), "image/png")},
        headers=ada.headers(**{"Idempotency-Key": new_id().hex}),
    )
    told = await ada.post(f"{path}/notes", {"text": "On Monday."})
    seen = await ada.http.get(f"/v1{path}/evidence/{added.json()['id']}/content", headers=agent)

    assert (asked.json()["status"], told.json()["status"], seen.status_code) == ("needs_info", "open", 200)
    assert [each["text"] for each in told.json()["timeline"] if each["text"]] == [
        "Not me.",
        "When did you pay?",
        "On Monday.",
    ]
    assert told.json()["evidence"][0]["filename"] == "receipt.png"


async def test_another_look_is_taken_by_somebody_else_of_operations(
    ada: Browser, loan: tuple[str, str], agent: dict[str, str], operations: dict[str, str]
) -> None:
    opened = await disputed(ada, loan)
    path, body = f"/v1/disputes/{opened['id']}/resolve", {"outcome": "rejected", "reasons": "The rail shows it."}
    await ada.http.post(path, json=body, headers=operations)
    escalated = await ada.post(f"/disputes/{opened['id']}/escalate", {"text": "Look again, please."})
    held = await is_held(ada, loan[0])

    by_agent = await ada.http.post(path, json=body, headers=agent)
    by_same = await ada.http.post(path, json=body, headers=operations)
    other = platform.caller(ada.services, ada.tenant, Role.COMPLIANCE_OFFICER).headers
    by_other = await ada.http.post(path, json={**body, "outcome": "upheld"}, headers=other)

    assert (escalated.json()["status"], escalated.json()["reasons"], held) == ("escalated", None, True)
    assert (by_agent.status_code, by_same.json()["code"], by_other.json()["status"]) == (
        403,
        "same_person_again",
        "resolved",
    )
    again = await ada.post(f"/disputes/{opened['id']}/escalate", {"text": "And again"})
    assert (again.status_code, again.json()["code"]) == (409, "dispute_not_escalable")


async def test_disputes_are_nobody_elses(ada: Browser, loan: tuple[str, str], services: Services) -> None:
    opened = await disputed(ada, loan)
    obi = Browser(ada.http, services, ada.tenant, {"phone": "+2348031234568"})
    await obi.sign_up("Obi")
    elsewhere = platform.caller(services, await platform.new_tenant(services), Role.OPERATIONS).headers
    path = f"/disputes/{opened['id']}"

    answers = [
        await obi.get(path),
        await obi.post(f"/loans/{loan[0]}/disputes", {"kind": "charge", "reason": "other", "details": "x"}),
        await obi.post(f"{path}/notes", {"text": "x"}),
        await obi.post(f"{path}/withdraw"),
        await obi.post(f"{path}/escalate", {"text": "x"}),
        await ada.http.get(f"/v1{path}", headers=elsewhere),
        await ada.http.post(
            f"/v1{path}/resolve", json={"outcome": "upheld", "reasons": "Because I say so"}, headers=elsewhere
        ),
    ]
    own = await ada.post(f"{path}/resolve", {"outcome": "upheld", "reasons": "Because I say so"})

    assert [each.status_code for each in answers] == [404] * 7
    assert (own.status_code, (await obi.get("/disputes")).json()["items"]) == (403, [])
    assert (await ada.get(path)).json()["status"] == "open"
