"""A business's case over HTTP, PostgreSQL, the worker and the sandbox provider."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend import onboarding
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.onboarding import details, store
from backend.onboarding.tables import kyc_check, kyc_detail
from backend.settings import Settings
from shared.api.onboarding import BeneficialOwnersIn, DirectorsIn, KybTask
from tests.builders.onboarding import Applicant, Stage, fill_business, join_business, officer, owned_business, stage


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with stage(settings, services) as play:
        yield play


async def opened(play: Stage, tenant: Tenant) -> tuple[Applicant, str, str]:
    ada = Applicant.new(play, tenant)
    business_id = str(await owned_business(play.services, tenant, ada.user_id))
    case = await ada.call("POST", "/kyb", {"business_id": business_id}, expect=201)
    return ada, business_id, case["id"]


async def given_tasks(play: Stage, tenant: Tenant) -> list[str]:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        return [row.task for row in await tx.all(select(kyc_detail.c.task).order_by(kyc_detail.c.task))]


async def test_a_business_passes_and_counts_once_its_person_has_passed_too(play: Stage, tenant: Tenant) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    await fill_business(ada, case_id)
    await ada.call("POST", f"/kyb/{case_id}/submit")

    case = await ada.settled(case_id, kind="kyb")

    assert (case["state"], case["business_id"]) == ("passed", business_id)
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        event = await tx.one(select(outbox.c.topic, outbox.c.data).where(outbox.c.topic.like("onboarding.%")))
        before = await onboarding.facts(tx, play.services.vault, ada.user_id, UUID(business_id))
    assert event.topic == "onboarding.kyc_passed"
    assert event.data["kind"] == "business"
    assert event.data["business_id"] == business_id
    assert (before.business_passed, before.person_passed, before.passed) == (True, False, False)

    await ada.settled(await ada.submitted())

    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        after = await onboarding.facts(tx, play.services.vault, ada.user_id, UUID(business_id))
    assert after.passed
    assert (after.legal_name, after.country) == ("Pass Foods Ltd", "NG")
    assert after.registered_on is not None
    assert after.registration_number is not None
    assert after.registration_number.startswith("RC")


async def test_directors_that_differ_from_the_register_are_asked_for_again(play: Stage, tenant: Tenant) -> None:
    ada, _, case_id = await opened(play, tenant)
    await fill_business(ada, case_id, "Moreinfo Trading Ltd")
    await ada.call("POST", f"/kyb/{case_id}/submit")

    case = await ada.settled(case_id, kind="kyb")
    assert (case["state"], case["outstanding"]) == ("needs_action", ["directors"])

    await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer(), officer("Chi", "Ude")]})
    await ada.call("POST", f"/kyb/{case_id}/submit")

    assert (await ada.settled(case_id, kind="kyb"))["state"] == "passed"


async def test_a_known_business_renews_when_its_owners_change(play: Stage, tenant: Tenant) -> None:
    ada, _, case_id = await opened(play, tenant)
    await fill_business(ada, case_id)
    await ada.call("POST", f"/kyb/{case_id}/submit")
    await ada.settled(case_id, kind="kyb")

    renewed = await ada.call("POST", f"/kyb/{case_id}/renew")

    assert renewed["state"] == "collecting"
    assert renewed["outstanding"] == ["directors", "beneficial_owners", "proof_of_address"]


async def test_an_owner_goes_on_with_what_was_given_on_another_device(play: Stage, tenant: Tenant) -> None:
    ada, _, case_id = await opened(play, tenant)
    assert set((await ada.call("GET", f"/kyb/{case_id}/details")).values()) == {None}
    await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer("Chi", "Ude")]})

    given = await ada.call("GET", f"/kyb/{case_id}/details")

    assert [each["given_name"] for each in given["directors"]["directors"]] == ["Chi"]
    assert given["beneficial_owners"] is None


async def test_identifiers_show_their_last_figures_and_stay_when_they_come_back_so(play: Stage, tenant: Tenant) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    chi = officer("Chi", "Ude")
    await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [chi]})
    other = Applicant.new(play, tenant)
    await join_business(play.services, tenant, UUID(business_id), other.user_id, Role.BUSINESS_OWNER)

    (shown,) = (await other.call("GET", f"/kyb/{case_id}/details"))["directors"]["directors"]
    assert shown["bvn"] == "•" * 7 + chi["bvn"][-4:]
    await other.call("PUT", f"/kyb/{case_id}/directors", {"directors": [shown, officer("Eze", "Obi")]})
    owners = {"owners": [{**shown, "share_bps": 10_000}]}
    await other.call("PUT", f"/kyb/{case_id}/beneficial-owners", owners)

    assert await identifiers(play, tenant, case_id) == {"directors": chi["bvn"], "beneficial_owners": chi["bvn"]}


async def test_an_owner_goes_on_without_the_one_who_opened_the_case_and_was_erased(play: Stage, tenant: Tenant) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    await fill_business(ada, case_id)
    other = Applicant.new(play, tenant)
    await join_business(play.services, tenant, UUID(business_id), other.user_id, Role.BUSINESS_OWNER)
    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        await play.services.vault.erase_subject(tx, ada.user_id)

    assert set((await other.call("GET", f"/kyb/{case_id}/details")).values()) == {None}
    chi = officer("Chi", "Ude")
    await other.call("PUT", f"/kyb/{case_id}/directors", {"directors": [chi]})
    (shown,) = (await other.call("GET", f"/kyb/{case_id}/details"))["directors"]["directors"]
    await other.call("PUT", f"/kyb/{case_id}/beneficial-owners", {"owners": [{**shown, "share_bps": 10_000}]})

    given = await other.call("GET", f"/kyb/{case_id}/details")
    assert [each["bvn"] for each in given["beneficial_owners"]["owners"]] == [shown["bvn"]]
    assert (given["registration_details"], given["proof_of_address"]) == (None, None)
    await fill_business(other, case_id)
    await other.call("POST", f"/kyb/{case_id}/submit")
    assert (await other.settled(case_id, kind="kyb"))["state"] == "passed"


@pytest.mark.parametrize("changes", [{"given_name": "Chika"}, {"birth_date": "1980-02-02"}, {"bvn": "•" * 7 + "0000"}])
async def test_a_veil_that_fits_nobody_is_no_identifier(play: Stage, tenant: Tenant, changes: dict[str, str]) -> None:
    ada, _, case_id = await opened(play, tenant)
    chi = officer("Chi", "Ude", bvn="22345671234")
    await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [chi]})
    (shown,) = (await ada.call("GET", f"/kyb/{case_id}/details"))["directors"]["directors"]

    refused = await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [{**shown, **changes}]}, expect=400)

    assert refused["code"] == "identifier_malformed"
    assert await identifiers(play, tenant, case_id) == {"directors": chi["bvn"]}


async def test_another_owner_saves_a_task_with_the_file_that_was_given_and_with_no_other(
    play: Stage, tenant: Tenant
) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    await fill_business(ada, case_id)
    path = f"/kyb/{case_id}/proof-of-address"
    given = (await ada.call("GET", f"/kyb/{case_id}/details"))["proof_of_address"]
    unused = await ada.upload("proof_of_address")
    other = Applicant.new(play, tenant)
    await join_business(play.services, tenant, UUID(business_id), other.user_id, Role.BUSINESS_OWNER)

    await other.call("PUT", path, {**given, "city": "Abuja"})
    refused = await other.call("PUT", path, {**given, "city": "Kano", "proof_id": unused["id"]}, expect=404)
    moved = {"owners": [officer(share_bps=10_000)], "chart_id": given["proof_id"]}
    await other.call("PUT", f"/kyb/{case_id}/beneficial-owners", moved, expect=400)

    kept = await other.call("GET", f"/kyb/{case_id}/details")
    assert refused["code"] == "file_not_found"
    assert (kept["proof_of_address"]["city"], kept["proof_of_address"]["proof_id"]) == ("Abuja", given["proof_id"])
    assert kept["beneficial_owners"]["chart_id"] is None


async def identifiers(play: Stage, tenant: Tenant, case_id: str) -> dict[str, str | None]:
    """The BVN of the first person of each list, as it is kept."""
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        record = await store.case(tx, UUID(case_id))
        assert record is not None
        given = await details.read(tx, play.services.vault, record)
    directors = given.for_task(KybTask.DIRECTORS, DirectorsIn)
    owners = given.for_task(KybTask.BENEFICIAL_OWNERS, BeneficialOwnersIn)
    found = {
        "directors": directors and directors.directors[0].bvn,
        "beneficial_owners": owners and owners.owners[0].bvn,
    }
    return {name: bvn for name, bvn in found.items() if bvn}


async def test_what_was_given_is_for_owners_alone(play: Stage, tenant: Tenant) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    await ada.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer()]})
    approver, stranger = Applicant.new(play, tenant), Applicant.new(play, tenant)
    await join_business(play.services, tenant, UUID(business_id), approver.user_id, Role.FINANCE_APPROVER)
    own = (await ada.call("POST", "/kyc", expect=201))["id"]

    refused = await approver.call("GET", f"/kyb/{case_id}/details", expect=403)

    assert "directors" not in refused
    await stranger.call("GET", f"/kyb/{case_id}/details", expect=404)
    await ada.call("GET", f"/kyb/{own}/details", expect=404)


async def test_only_an_owner_opens_and_fills_and_only_members_look(play: Stage, tenant: Tenant) -> None:
    ada, business_id, case_id = await opened(play, tenant)
    viewer, stranger = Applicant.new(play, tenant), Applicant.new(play, tenant)
    await join_business(play.services, tenant, UUID(business_id), viewer.user_id, Role.FINANCE_VIEWER)

    assert (await viewer.call("GET", f"/kyb?business_id={business_id}"))["id"] == case_id
    assert (await viewer.call("GET", f"/kyb/{case_id}"))["id"] == case_id
    await viewer.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer()]}, expect=403)
    await viewer.call("POST", "/kyb", {"business_id": business_id}, expect=403)
    for path in (f"/kyb?business_id={business_id}", f"/kyb/{case_id}"):
        await stranger.call("GET", path, expect=404)
    await stranger.call("POST", "/kyb", {"business_id": business_id}, expect=404)
    await stranger.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer()]}, expect=404)
    await stranger.call("POST", f"/kyb/{case_id}/submit", expect=404)

    assert await given_tasks(play, tenant) == []
    assert (await ada.call("GET", f"/kyb/{case_id}"))["state"] == "draft"


@pytest.mark.parametrize(
    ("task", "body", "status", "code"),
    [
        ("directors", {"directors": []}, 400, "invalid_input"),
        ("directors", {"directors": [officer(bvn="1")]}, 400, "identifier_malformed"),
        ("beneficial-owners", {"owners": []}, 422, "ownership_implausible"),
        (
            "beneficial-owners",
            {"owners": [officer(share_bps=9_000), officer(share_bps=1_001)]},
            422,
            "ownership_implausible",
        ),
        ("proof-of-address", {"line_1": "1 Marina", "city": "Lagos", "country": "NG"}, 404, "file_not_found"),
        (
            "registration-details",
            {"legal_name": "Pass Ltd", "registration_number": "12", "country": "NG", "registered_on": "2018-03-01"},
            400,
            "identifier_malformed",
        ),
        (
            "registration-details",
            {"legal_name": "Pass Ltd", "registration_number": "RC12", "country": "NG", "registered_on": "2099-03-01"},
            422,
            "registration_date_implausible",
        ),
    ],
)
async def test_implausible_answers_are_refused_and_nothing_is_kept(
    play: Stage, tenant: Tenant, task: str, body: dict[str, Any], status: int, code: str
) -> None:
    ada, _, case_id = await opened(play, tenant)

    problem = await ada.call("PUT", f"/kyb/{case_id}/{task}", body, expect=status)

    assert problem["code"] == code
    assert await given_tasks(play, tenant) == []


async def test_a_business_has_no_selfie_and_a_person_no_directors(play: Stage, tenant: Tenant) -> None:
    ada, _, case_id = await opened(play, tenant)
    selfie = await ada.upload("selfie")

    assert (await ada.call("PUT", f"/kyc/{case_id}/selfie", {"document_id": selfie["id"]}, expect=409))["code"] == (
        "case_kind_mismatch"
    )
    person = await ada.open()
    await ada.call("PUT", f"/kyb/{person}/directors", {"directors": [officer()]}, expect=409)


async def test_a_registration_that_another_business_gave_makes_a_person_look(play: Stage, tenant: Tenant) -> None:
    number = {"registration_number": "RC 7654321", "country": "NG", "registered_on": "2018-03-01"}
    states = []
    for name in ("Pass One Ltd", "Pass Two Ltd"):
        ada, _, case_id = await opened(play, tenant)
        await fill_business(ada, case_id)
        await ada.call("PUT", f"/kyb/{case_id}/registration-details", {"legal_name": name, **number})
        await ada.call("POST", f"/kyb/{case_id}/submit")
        states.append((await ada.settled(case_id, kind="kyb"))["state"])

    assert states == ["passed", "referred"]
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        concerns = await tx.all(select(kyc_check.c.concerns).order_by(kyc_check.c.id))
    assert [row.concerns for row in concerns] == [[], ["registration_in_use"]]
