"""Onboarding through the SDK alone, and what the sandbox provider promises."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.bank_accounts import AccountScheme, BankAccountIn
from shared.api.onboarding import (
    AddressIn,
    CaseOut,
    CaseState,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    IdentityDocumentKind,
    MrzIn,
    OfficerNoteIn,
    SelfieIn,
)
from shared.client import AsyncClient, ClientConfig, errors
from shared.client.files import Upload
from shared.client.tokens import RefreshAnswer
from shared.ids import new_id
from tests.builders import platform
from tests.builders.onboarding import Stage, fresh_bvn, passport_zone, picture, stage
from tests.builders.sandbox import Ear, outside_world


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with stage(settings, services) as play:
        yield play


async def signed_in(play: Stage, tenant: Tenant, *roles: Role) -> AsyncClient:
    token = platform.caller(play.services, tenant, *roles).headers["Authorization"].removeprefix("Bearer ")
    config = ClientConfig(base_url="https://api.test", tenant=tenant.slug)
    client = AsyncClient(config, transport=play.client._transport)
    await client.adopt(RefreshAnswer(access_token=token, refresh_token=None, expires_in=900))
    return client


async def decided(client: AsyncClient, case: CaseOut) -> CaseOut:
    async with asyncio.timeout(60):
        while case.state in {CaseState.SUBMITTED, CaseState.IN_REVIEW}:
            await asyncio.sleep(0.03)
            case = await client.onboarding.kyc_case(case.id)
    return case


async def submitted(client: AsyncClient, zone: list[str]) -> CaseOut:
    part = client.onboarding
    case = await part.open_kyc()
    details = IdentityDetailsIn(
        given_name="Ada", family_name="Pass", birth_date=date(1991, 5, 23), nationality="NG", bvn=fresh_bvn()
    )
    await part.give_identity_details(case.id, details)
    photo = Upload(filename="photo.jpg", content=picture(), media_type="image/jpeg")
    front = await part.upload_document(DocumentPurpose.IDENTITY_FRONT, photo)
    document = IdentityDocumentIn(kind=IdentityDocumentKind.PASSPORT, issuing_country="NG", front_id=front.id, mrz=zone)
    await part.give_identity_document(case.id, document)
    selfie = await part.upload_document(DocumentPurpose.SELFIE, photo)
    await part.give_selfie(case.id, SelfieIn(document_id=selfie.id))
    with pytest.raises(errors.Conflict) as early:
        await part.submit_kyc(case.id)
    assert early.value.code == "case_tasks_outstanding"
    await part.give_address(case.id, AddressIn(line_1="1 Marina", city="Lagos", country="NG"))
    return await part.submit_kyc(case.id)


async def test_a_person_is_verified_and_registers_an_account(play: Stage, tenant: Tenant) -> None:
    async with await signed_in(play, tenant) as ada:
        zone = passport_zone()
        assert (await ada.onboarding.read_mrz(MrzIn(lines=zone))).valid
        with pytest.raises(errors.NotFound):
            await ada.onboarding.my_kyc()

        case = await decided(ada, await submitted(ada, zone))

        assert case.state is CaseState.PASSED
        assert await ada.onboarding.my_kyc() == case
        files = [file async for file in ada.onboarding.iterate_documents()]
        assert [file.purpose for file in files] == [DocumentPurpose.IDENTITY_FRONT, DocumentPurpose.SELFIE]
        assert (await ada.onboarding.download_document(files[0].id)).media_type == "image/jpeg"
        body = BankAccountIn(
            scheme=AccountScheme.NUBAN, bank_code="058", number="0152792740", currency="NGN", holder_name="Ada Pass"
        )
        account = await ada.onboarding.register_bank_account(body)
        assert [one.id for one in await ada.onboarding.bank_accounts()] == [account.id]
        await ada.onboarding.remove_bank_account(account.id)
        assert await ada.onboarding.bank_accounts() == []


async def test_an_officer_decides(play: Stage, tenant: Tenant) -> None:
    async with (
        await signed_in(play, tenant) as ada,
        await signed_in(play, tenant, Role.COMPLIANCE_OFFICER) as officer,
    ):
        case = await decided(ada, await submitted(ada, passport_zone("BOLA", "STRANGER")))
        with pytest.raises(errors.NotPermitted):
            await ada.onboarding.approve_case(case.id, OfficerNoteIn(note="Please."))

        queue = [one.id async for one in officer.onboarding.iterate_case_reviews(state=CaseState.REFERRED)]
        review = await officer.onboarding.case_review(case.id)
        approved = await officer.onboarding.approve_case(case.id, OfficerNoteIn(note="Seen in person."))

        assert queue == [case.id]
        assert review.checks[0].concerns == ["name_differs"]
        assert approved.state is CaseState.PASSED


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    assert settings.sandbox_secret is not None
    async with outside_world(settings, webhooks=Ear(settings.sandbox_secret).transport) as client:
        yield client


async def test_the_sandbox_knows_one_verification_for_a_reference(world: httpx.AsyncClient) -> None:
    asked = {"reference": new_id().hex, "subject": "s1", "kind": "person", "callback_url": "http://x.test"}
    person = {"given_name": "Ada", "family_name": "Fail", "birth_date": "1991-05-23", "nationality": "NG"}

    unknown = await world.get(f"/kyc/verifications/{asked['reference']}")
    first = await world.post("/kyc/verifications", json=asked | person)
    again = await world.post("/kyc/verifications", json=asked | person)
    other = await world.post("/kyc/verifications", json=asked | person | {"subject": "s2"})
    async with asyncio.timeout(60):
        while (found := (await world.get(f"/kyc/verifications/{asked['reference']}")).json())["status"] != "decided":  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert unknown.status_code == 404
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert (found["outcome"], found["reasons"]) == ("failed", ["identity_not_confirmed"])


@pytest.mark.parametrize(
    ("telling", "status", "holder"),
    [("5678", 200, "ADA OBI"), ("0007", 200, "SOMEBODY ELSE"), ("0008", 404, None)],
)
async def test_the_sandbox_bank_knows_its_holders(
    world: httpx.AsyncClient, telling: str, status: int, holder: str | None
) -> None:
    account = {"scheme": "nuban", "bank_code": "058", "account_number": f"01234{telling}7", "claimed_holder": "Ada Obi"}

    answer = await world.post("/kyc/account-holders", json=account)

    assert (answer.status_code, answer.json().get("holder_name")) == (status, holder)


async def test_the_sandbox_asks_for_its_key(world: httpx.AsyncClient) -> None:
    answer = await world.get(f"/kyc/verifications/{new_id().hex}", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401
