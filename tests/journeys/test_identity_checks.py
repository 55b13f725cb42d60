"""Checks of who somebody is: failed, sent back, late, doubled, out of order."""

import asyncio
from collections import Counter

import pytest

from shared.api.onboarding import CaseState, TaskState
from shared.client.errors import Conflict
from shared.roles import Role
from tests.builders.houses import Street
from tests.journeys.abreast import journey


@journey
async def test_who_fails_is_told_why_and_can_not_apply(road: Street) -> None:
    house = await road.quiet_house()
    applicant = house.newcomer(family="Fail")
    await applicant.sign_up()

    case = await applicant.pass_kyc()
    applicant.account = await applicant.add_bank_account()
    with pytest.raises(Conflict) as refusal:
        await applicant.asks()

    assert (case.state, case.reasons) == (CaseState.FAILED, ["identity_not_confirmed"])
    assert refusal.value.code == "kyc_not_passed"
    (kept,) = (await applicant.client.applications.applications()).items
    assert kept.status.value == "draft"
    await applicant.is_told("Welcome", "We could not verify you")


@journey
async def test_who_is_asked_for_more_gives_it_and_passes(road: Street) -> None:
    house = await road.quiet_house()
    applicant = house.newcomer(family="Moreinfo")
    await applicant.sign_up()

    case = await applicant.pass_kyc()
    redo = {task.name: task.reason for task in case.tasks if task.state is TaskState.REDO}
    assert (case.state, redo) == (CaseState.NEEDS_ACTION, {"document": "document_blurred"})
    await applicant.is_told("We need one more thing")
    again = await applicant.redoes_document(case.id)

    assert (again.state, again.attempt) == (CaseState.PASSED, 2)
    await applicant.is_told("You are verified")


@journey
async def test_late_doubled_and_reordered_answers_lead_to_one_result(road: Street) -> None:
    """`Timeout` answers nobody: its outcome is learnt by asking, or by its late webhook."""
    house = await road.quiet_house()
    officer = await house.staff(Role.COMPLIANCE_OFFICER)

    async def passes(family: str) -> None:
        applicant = house.newcomer(family=family)
        await applicant.sign_up()
        case = await applicant.pass_kyc()
        assert (case.state, case.attempt) == (CaseState.PASSED, 1), family
        await asyncio.sleep(1)  # what comes late or again has come
        reviewed = await officer.onboarding.case_review(case.id)
        assert [(check.attempt, check.outcome) for check in reviewed.checks] == [(1, "passed")], family
        assert Counter(step.to_state.value for step in reviewed.history)["passed"] == 1, family
        titles = Counter([each.title async for each in applicant.client.notifications.iterate_notifications()])
        assert titles["You are verified"] == 1, family

    await asyncio.gather(*(passes(family) for family in ("Timeout", "Slow", "Duplicate", "Reorder")))
