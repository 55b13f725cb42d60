"""A person's case from opening to verdict, over HTTP, PostgreSQL, the worker and the sandbox provider."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry, outbox, webhook_event
from backend.kernel.tenants import Tenant
from backend.onboarding.tables import kyc_case, kyc_check, kyc_detail, kyc_step
from backend.settings import Settings
from tests.builders import platform
from tests.builders.onboarding import Applicant, Stage, fresh_bvn, passport_zone, stage


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with stage(settings, services) as play:
        yield play


async def rows(services: Services, tenant: Tenant, statement: Any) -> list[Any]:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        return list(await tx.all(statement))


async def events(services: Services, tenant: Tenant) -> list[tuple[str, dict[str, Any]]]:
    found = await rows(services, tenant, select(outbox.c.topic, outbox.c.data).order_by(outbox.c.position))
    return [(row.topic, row.data) for row in found if row.topic.startswith("onboarding.")]


async def test_a_case_passes_and_is_published_once(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)

    case_id = await ada.submitted()
    case = await ada.settled(case_id)

    assert case["state"] == "passed"
    assert case["expires_on"] is not None
    assert case["steps"] == []
    assert await events(play.services, tenant) == [
        (
            "onboarding.kyc_passed",
            {"case_id": case_id, "kind": "person", "user_id": str(ada.user_id), "business_id": None},
        )
    ]
    steps = await rows(play.services, tenant, select(kyc_step.c.step).order_by(kyc_step.c.number))
    assert [row.step for row in steps] == ["begin", "submit", "send", "pass"]
    assert await rows(play.services, tenant, select(kyc_check.c.asked)) == [(1,)]
    notices = await rows(play.services, tenant, select(webhook_event.c.worked_at))
    assert len(notices) == 2


async def test_opening_again_returns_the_same_case(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)

    assert await ada.open() == await ada.open()
    assert (await ada.call("GET", "/kyc"))["state"] == "draft"


async def test_a_case_that_lacks_something_is_not_submitted(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    await ada.call("PUT", f"/kyc/{case_id}/identity-details", ada.details())

    problem = await ada.call("POST", f"/kyc/{case_id}/submit", expect=409)

    assert problem["code"] == "case_tasks_outstanding"
    assert "document, selfie, address" in problem["detail"]
    case = await ada.call("GET", f"/kyc/{case_id}")
    assert (case["state"], case["attempt"]) == ("collecting", 0)
    assert await rows(play.services, tenant, select(kyc_check.c.id)) == []


async def test_a_refused_person_learns_why_and_may_not_try_again(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant, "Fail")

    case = await ada.settled(await ada.submitted())

    assert (case["state"], case["reasons"]) == ("failed", ["identity_not_confirmed"])
    assert [topic for topic, _ in await events(play.services, tenant)] == ["onboarding.kyc_failed"]
    assert await ada.open() == case["id"]
    problem = await ada.call("PUT", f"/kyc/{case['id']}/identity-details", ada.details(), expect=409)
    assert problem["code"] == "case_step_not_allowed"


async def test_what_must_be_done_again_is_asked_for_and_then_passes(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant, "Moreinfo")

    case = await ada.settled(await ada.submitted())

    assert case["state"] == "needs_action"
    assert case["outstanding"] == ["document"]
    document = next(task for task in case["tasks"] if task["name"] == "document")
    assert (document["state"], document["reason"]) == ("redo", "document_blurred")
    assert "not sharp enough" in document["message"]

    await ada.give_document(case["id"])
    await ada.call("POST", f"/kyc/{case['id']}/submit")
    case = await ada.settled(case["id"])

    assert (case["state"], case["attempt"], case["reasons"]) == ("passed", 2, [])
    topics = [topic for topic, _ in await events(play.services, tenant)]
    assert topics == ["onboarding.kyc_needs_action", "onboarding.kyc_passed"]


@pytest.mark.parametrize("family", ["Slow", "Timeout", "Duplicate", "Reorder"])
async def test_a_slow_silent_repeating_or_muddled_provider_changes_nothing_about_the_answer(
    play: Stage, tenant: Tenant, family: str
) -> None:
    ada = Applicant.new(play, tenant, family)

    case = await ada.settled(await ada.submitted())

    assert (case["state"], case["attempt"]) == ("passed", 1)
    assert [topic for topic, _ in await events(play.services, tenant)] == ["onboarding.kyc_passed"]
    checks = await rows(play.services, tenant, select(kyc_check.c.state, kyc_check.c.outcome))
    assert checks == [("decided", "passed")]
    assert await rows(play.services, tenant, select(kyc_case.c.state)) == [("passed",)]


async def test_a_zone_that_contradicts_the_details_makes_a_person_look(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    await ada.fill(case_id, zone=passport_zone("BOLA", "STRANGER", birth="800101"))
    await ada.call("POST", f"/kyc/{case_id}/submit")

    case = await ada.settled(case_id)

    assert (case["state"], case["reasons"]) == ("referred", [])
    (check,) = await rows(play.services, tenant, select(kyc_check.c.outcome, kyc_check.c.concerns))
    assert check.outcome == "passed"
    assert check.concerns == ["name_differs", "birth_date_differs"]
    assert await events(play.services, tenant) == []


async def test_a_bvn_or_a_picture_of_somebody_else_makes_a_person_look(play: Stage, tenant: Tenant) -> None:
    ada, eve, bvn = Applicant.new(play, tenant), Applicant.new(play, tenant), fresh_bvn()
    assert (await ada.settled(await ada.submitted(bvn=bvn)))["state"] == "passed"

    case = await eve.settled(await eve.submitted(bvn=f"{bvn[:5]} {bvn[5:]}"))

    assert case["state"] == "referred"
    found = select(kyc_check.c.concerns).where(kyc_check.c.case_id == case["id"])
    assert await rows(play.services, tenant, found) == [(["bvn_in_use"],)]


async def test_what_was_given_lies_sealed_and_no_log_of_ours_repeats_it(play: Stage, tenant: Tenant) -> None:
    ada, bvn = Applicant.new(play, tenant), fresh_bvn()
    case_id = await ada.open()
    await ada.fill(case_id, bvn=bvn, given_name="Unmistakable")

    sealed = b"".join(row.sealed for row in await rows(play.services, tenant, select(kyc_detail.c.sealed)))
    audited = str(await rows(play.services, tenant, select(audit_entry.c.data, audit_entry.c.subject)))

    assert b"Unmistakable" not in sealed
    assert bvn.encode() not in sealed
    assert "Unmistakable" not in audited
    assert bvn not in audited


async def test_erasing_a_person_leaves_the_case_without_its_content(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    await ada.call("PUT", f"/kyc/{case_id}/identity-details", ada.details())
    officer = Applicant.new(play, tenant, "", Role.COMPLIANCE_OFFICER)
    assert (await officer.call("GET", f"/case-reviews/{case_id}"))["details"]["identity_details"]["given_name"] == "Ada"

    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        await play.services.vault.erase_subject(tx, ada.user_id)

    assert (await officer.call("GET", f"/case-reviews/{case_id}", expect=404))["code"] == "data_erased"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bvn": "123"}, "identifier_malformed"),
        ({"bvn": None, "nin": None}, "identifier_required"),
        ({"birth_date": "2099-01-01"}, "birth_date_implausible"),
        ({"nationality": "XX"}, "unknown_country"),
        ({"favourite_colour": "blue"}, "invalid_input"),
    ],
)
async def test_wrong_details_are_refused_and_nothing_is_kept(
    play: Stage, tenant: Tenant, change: dict[str, Any], code: str
) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    expect = 422 if code == "birth_date_implausible" else 400

    problem = await ada.call("PUT", f"/kyc/{case_id}/identity-details", ada.details(**change), expect=expect)

    assert problem["code"] == code
    assert await rows(play.services, tenant, select(kyc_detail.c.task)) == []
    assert (await ada.call("GET", f"/kyc/{case_id}"))["state"] == "draft"


async def test_documents_are_held_against_their_zone(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    case_id, front, selfie = await ada.open(), await ada.upload("identity_front"), await ada.upload("selfie")
    path, body = f"/kyc/{case_id}/document", {"kind": "passport", "issuing_country": "NG", "front_id": front["id"]}

    wrong: list[tuple[dict[str, Any], str, int]] = [
        ({}, "mrz_unreadable", 400),
        ({"mrz": ["P<NGA", "X"]}, "mrz_unreadable", 400),
        ({"mrz": passport_zone(expiry="201231")}, "document_expired", 422),
        ({"kind": "national_id"}, "document_number_required", 400),
        ({"front_id": selfie["id"], "mrz": passport_zone()}, "file_wrong_purpose", 400),
        ({"front_id": case_id, "mrz": passport_zone()}, "file_not_found", 404),
    ]
    for more, code, status in wrong:
        problem = await ada.call("PUT", path, {**body, **more}, expect=status)
        assert problem["code"] == code, more

    case = await ada.call(
        "PUT", path, {**body, "kind": "drivers_licence", "number": "ABC-123", "expires_on": "2031-01-01"}
    )
    assert "document" not in case["outstanding"]


async def test_a_zone_can_be_checked_before_it_is_given(play: Stage, tenant: Tenant) -> None:
    ada, lines = Applicant.new(play, tenant), passport_zone()

    good = await ada.call("POST", "/kyc/mrz-readings", {"lines": lines})
    bad = await ada.call("POST", "/kyc/mrz-readings", {"lines": [lines[0], lines[1][:-1] + "X"]})

    assert (good["valid"], good["surname"], good["birth_date"], good["expired"]) == (True, "PASS", "1991-05-23", False)
    assert (bad["valid"], bad["failed"]) == (False, ["composite_digit"])


async def test_a_person_goes_on_with_what_they_gave_on_another_device(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    assert set((await ada.call("GET", f"/kyc/{case_id}/details")).values()) == {None}
    details = ada.details(middle_names="Ngozi", bvn="22345671234")
    await ada.call("PUT", f"/kyc/{case_id}/identity-details", details)
    await ada.give_document(case_id)

    given = await ada.call("GET", f"/kyc/{case_id}/details")

    assert given["identity_details"] == {**details, "bvn": "•" * 7 + "1234", "nin": None}
    assert given["document"]["front_id"]
    assert (given["selfie"], given["address"]) == (None, None)


async def test_an_identifier_that_comes_back_veiled_stays_whatever_else_is_corrected(
    play: Stage, tenant: Tenant
) -> None:
    ada = Applicant.new(play, tenant)
    case_id = await ada.open()
    details = ada.details(bvn="22345671234")
    await ada.call("PUT", f"/kyc/{case_id}/identity-details", details)
    shown = (await ada.call("GET", f"/kyc/{case_id}/details"))["identity_details"]

    await ada.call("PUT", f"/kyc/{case_id}/identity-details", {**shown, "given_name": "Adaeze"})
    wrong = {**shown, "bvn": "•" * 7 + "0000"}
    refused = await ada.call("PUT", f"/kyc/{case_id}/identity-details", wrong, expect=400)

    officer = Applicant.new(play, tenant, "", Role.COMPLIANCE_OFFICER)
    kept = (await officer.call("GET", f"/case-reviews/{case_id}"))["details"]["identity_details"]
    assert refused["code"] == "identifier_malformed"
    assert (kept["given_name"], kept["bvn"]) == ("Adaeze", "22345671234")


async def test_what_a_person_gave_is_for_them_alone(play: Stage, tenant: Tenant) -> None:
    ada, eve = Applicant.new(play, tenant), Applicant.new(play, tenant)
    officer = Applicant.new(play, tenant, "", Role.COMPLIANCE_OFFICER)
    case_id = await ada.open()
    await ada.call("PUT", f"/kyc/{case_id}/identity-details", ada.details())

    for other in (eve, officer):
        refused = await other.call("GET", f"/kyc/{case_id}/details", expect=404)
        assert refused["code"] == "case_not_found"
        assert "identity_details" not in refused


async def test_another_persons_and_another_tenants_case_are_not_there(
    play: Stage, tenant: Tenant, services: Services
) -> None:
    ada, eve = Applicant.new(play, tenant), Applicant.new(play, tenant)
    elsewhere = await platform.new_tenant(services)
    stranger = Applicant.new(play, elsewhere)
    officer = Applicant.new(play, elsewhere, "", Role.COMPLIANCE_OFFICER)
    case_id = await ada.open()

    for other in (eve, stranger):
        assert (await other.call("GET", f"/kyc/{case_id}", expect=404))["code"] == "case_not_found"
        await other.call("PUT", f"/kyc/{case_id}/identity-details", other.details(), expect=404)
        await other.call("POST", f"/kyc/{case_id}/withdraw", expect=404)
    await officer.call("GET", f"/case-reviews/{case_id}", expect=404)
    await eve.call("GET", "/kyc", expect=404)

    assert (await ada.call("GET", f"/kyc/{case_id}"))["state"] == "draft"
    assert await rows(services, tenant, select(kyc_detail.c.task)) == []


async def test_a_withdrawn_case_makes_room_for_another(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    first = await ada.open()

    withdrawn = await ada.call("POST", f"/kyc/{first}/withdraw")

    assert withdrawn["state"] == "withdrawn"
    assert await ada.open() != first


async def test_a_forged_webhook_is_refused_and_not_stored(play: Stage, tenant: Tenant) -> None:
    forged = {"webhook-id": "evt_1", "webhook-timestamp": "1790000000", "webhook-signature": "v1,AAAA"}

    answer = await play.client.post(f"/v1/webhooks/kyc/{tenant.id}", content=b"{}", headers=forged)

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert await rows(play.services, tenant, select(func.count()).select_from(webhook_event)) == [(0,)]
