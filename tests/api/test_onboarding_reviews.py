"""Compliance officers at work on cases."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry, outbox
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders.onboarding import Applicant, Stage, passport_zone, stage


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with stage(settings, services) as play:
        yield play


async def referred(play: Stage, tenant: Tenant) -> tuple[Applicant, str]:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    await ada.fill(case_id, zone=passport_zone("BOLA", "STRANGER"))
    await ada.call("POST", f"/kyc/{case_id}/submit")
    assert (await ada.settled(case_id))["state"] == "referred"
    return ada, case_id


def an_officer(play: Stage, tenant: Tenant) -> Applicant:
    return Applicant.new(play, tenant, "", Role.COMPLIANCE_OFFICER)


async def topics(play: Stage, tenant: Tenant) -> list[str]:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        rows = await tx.all(select(outbox.c.topic).order_by(outbox.c.position))
    return [row.topic for row in rows if row.topic.startswith("onboarding.")]


async def test_an_officer_sees_everything_and_passes_the_case(play: Stage, tenant: Tenant) -> None:
    ada, case_id = await referred(play, tenant)
    officer = an_officer(play, tenant)

    queue = await officer.call("GET", "/case-reviews?state=referred&kind=person")
    review = await officer.call("GET", f"/case-reviews/{case_id}")

    assert [case["id"] for case in queue["items"]] == [case_id]
    assert review["details"]["identity_details"]["family_name"] == "Pass"
    assert review["checks"][0]["concerns"] == ["name_differs"]
    assert [step["step"] for step in review["history"]] == ["begin", "submit", "send", "refer"]
    assert review["officer_steps"] == ["approve", "reject", "return"]

    approved = await officer.call("POST", f"/case-reviews/{case_id}/approve", {"note": "Married name, seen."})

    assert approved["state"] == "passed"
    assert (await ada.call("GET", "/kyc"))["state"] == "passed"
    assert await topics(play, tenant) == ["onboarding.kyc_passed"]
    history = (await officer.call("GET", f"/case-reviews/{case_id}"))["history"]
    assert (history[-1]["note"], history[-1]["actor"]) == ("Married name, seen.", str(officer.user_id))
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        audited = await tx.all(select(audit_entry.c.action, audit_entry.c.data))
    actions = [row.action for row in audited]
    assert "onboarding.case_approve" in actions
    assert actions.count("onboarding.case_viewed") == 2
    assert "Married" not in str(audited)


async def test_an_officer_fails_a_case_with_reasons_and_may_take_it_up_again(play: Stage, tenant: Tenant) -> None:
    ada, case_id = await referred(play, tenant)
    officer, path = an_officer(play, tenant), f"/case-reviews/{case_id}"

    rejected = await officer.call(
        "POST", f"{path}/reject", {"reasons": ["document_not_genuine"], "note": "Portrait was swapped."}
    )
    assert (rejected["state"], rejected["reasons"]) == ("failed", ["document_not_genuine"])
    reopened = await officer.call("POST", f"{path}/reopen", {"note": "Appeal."})
    assert (reopened["state"], reopened["reasons"]) == ("referred", [])
    await officer.call("POST", f"{path}/approve", {"note": "Confirmed by the issuer."})

    assert await topics(play, tenant) == ["onboarding.kyc_failed", "onboarding.kyc_passed"]
    assert (await ada.call("GET", "/kyc"))["state"] == "passed"


async def test_an_officer_gives_a_case_back_and_the_applicant_submits_again(play: Stage, tenant: Tenant) -> None:
    ada, case_id = await referred(play, tenant)
    officer, path = an_officer(play, tenant), f"/case-reviews/{case_id}"

    wrong = await officer.call("POST", f"{path}/return", {"tasks": {"directors": "wrong"}, "note": "x"}, expect=400)
    assert wrong["code"] == "case_task_unknown"
    await officer.call("POST", f"{path}/return", {"tasks": {"document": "document_blurred"}, "note": "Blurred."})

    case = await ada.call("GET", "/kyc")
    assert (case["state"], case["outstanding"]) == ("needs_action", ["document"])
    await ada.give_document(case_id)
    await ada.call("POST", f"/kyc/{case_id}/submit")
    assert (await ada.settled(case_id))["state"] == "passed"


async def test_nobody_decides_their_own_case(play: Stage, tenant: Tenant) -> None:
    officer = an_officer(play, tenant)
    both = Applicant(officer.client, officer.headers, officer.user_id)
    case_id = await both.open()
    await both.fill(case_id, zone=passport_zone("BOLA", "STRANGER"))
    await both.call("POST", f"/kyc/{case_id}/submit")
    await both.settled(case_id)

    problem = await officer.call("POST", f"/case-reviews/{case_id}/approve", {"note": "It is me."}, expect=403)

    assert problem["code"] == "own_case"
    assert (await both.call("GET", "/kyc"))["state"] == "referred"


@pytest.mark.parametrize("role", [Role.BORROWER, Role.SUPPORT_AGENT, Role.OPERATIONS, Role.TENANT_ADMIN])
async def test_nobody_else_sees_or_decides(play: Stage, tenant: Tenant, role: Role) -> None:
    ada, other = Applicant.new(play, tenant), Applicant.new(play, tenant, "", role)
    case_id = await ada.open()

    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", f"/{case_id}", None),
        ("POST", f"/{case_id}/approve", {"note": "x"}),
        ("POST", f"/{case_id}/reject", {"note": "x", "reasons": ["no_reason"]}),
        ("POST", f"/{case_id}/reopen", {"note": "x"}),
    ]
    for method, path, body in calls:
        await other.call(method, f"/case-reviews{path}", body, expect=403)

    assert (await ada.call("GET", "/kyc"))["state"] == "draft"


async def test_a_case_that_is_not_on_the_desk_can_not_be_decided(play: Stage, tenant: Tenant) -> None:
    ada, officer = Applicant.new(play, tenant), an_officer(play, tenant)
    case_id = await ada.open()

    problem = await officer.call("POST", f"/case-reviews/{case_id}/approve", {"note": "Hm."}, expect=409)

    assert problem["code"] == "case_step_not_allowed"
    assert await topics(play, tenant) == []
