"""Files and bank accounts over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from backend import onboarding
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry, blob, outbox
from backend.kernel.tenants import Tenant
from backend.onboarding.errors import BankAccountNotFound, BankAccountNotUsable
from backend.onboarding.tables import bank_account, kyc_document
from backend.settings import Settings
from shared.events.onboarding import BankAccountAdded
from shared.ids import new_id
from tests.builders import platform
from tests.builders.onboarding import Applicant, Stage, picture, stage


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with stage(settings, services) as play:
        yield play


async def count(play: Stage, tenant: Tenant, table: Any) -> int:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))


async def test_a_picture_is_kept_anew_encrypted_and_read_back(play: Stage, tenant: Tenant) -> None:
    ada, original = Applicant.new(play, tenant), picture("PNG")

    document = await ada.upload("identity_front", original)
    answer = await ada.client.get(f"/v1/documents/{document['id']}/content", headers=ada.headers)

    assert (document["media_type"], document["width"], document["height"]) == ("image/jpeg", 64, 48)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(BytesIO(answer.content)).size == (64, 48)
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        (sealed,) = await tx.all(select(blob.c.sealed))
    assert answer.content not in sealed.sealed
    assert b"JFIF" not in sealed.sealed


async def test_the_same_upload_with_the_same_key_is_one_document(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    request = play.client.build_request(
        "POST",
        "/v1/documents",
        files={"file": ("a.jpg", picture(), "image/jpeg")},
        data={"purpose": "selfie"},
        headers=ada.headers | {"Idempotency-Key": new_id().hex},
    )
    body = await request.aread()

    answers = [await play.client.post("/v1/documents", content=body, headers=dict(request.headers)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await count(play, tenant, kyc_document) == 1


@pytest.mark.parametrize(
    ("content", "reason"), [(b"GIF89a" + bytes(50), "none of"), (b"\x00\x00\x00\x18ftypheic" + bytes(9), "HEIC")]
)
async def test_a_file_that_is_no_document_is_refused_and_nothing_is_kept(
    play: Stage, tenant: Tenant, content: bytes, reason: str
) -> None:
    ada = Applicant.new(play, tenant)

    problem = await ada.upload("selfie", content, expect=400)

    assert problem["code"] == "file_refused"
    assert reason in problem["detail"]
    assert await count(play, tenant, blob) == 0


async def test_a_form_without_file_or_with_an_unknown_purpose_is_refused(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)

    await ada.upload("horoscope", expect=400)
    answer = await play.client.post("/v1/documents", data={"purpose": "selfie"}, headers=ada.headers)

    assert answer.status_code == 400
    assert await count(play, tenant, kyc_document) == 0


async def test_documents_are_their_owners_and_a_look_by_staff_is_noted(
    play: Stage, tenant: Tenant, services: Services
) -> None:
    ada, eve = Applicant.new(play, tenant), Applicant.new(play, tenant)
    officer = Applicant.new(play, tenant, "", Role.COMPLIANCE_OFFICER)
    agent = Applicant.new(play, tenant, "", Role.SUPPORT_AGENT)
    stranger = Applicant.new(play, await platform.new_tenant(services), "", Role.COMPLIANCE_OFFICER)
    first, second = await ada.upload("selfie"), await ada.upload("proof_of_address")

    page = await ada.call("GET", "/documents?limit=1")
    rest = await ada.call("GET", f"/documents?limit=1&cursor={page['next_cursor']}")

    assert [item["id"] for item in (*page["items"], *rest["items"])] == [first["id"], second["id"]]
    assert rest["next_cursor"] is None
    for other in (eve, stranger):
        await other.call("GET", f"/documents/{first['id']}", expect=404)
        await other.call("GET", f"/documents/{first['id']}/content", expect=404)
    await agent.call("GET", f"/documents/{first['id']}/content", expect=404)
    assert (await eve.call("GET", "/documents"))["items"] == []
    answer = await play.client.get(f"/v1/documents/{first['id']}/content", headers=officer.headers)
    assert answer.status_code == 200
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        looks = select(audit_entry.c.actor).where(audit_entry.c.action == "onboarding.document_viewed")
        assert [row.actor for row in await tx.all(looks)] == [str(officer.user_id)]


def account(number: str = "0123456789", **changes: Any) -> dict[str, Any]:
    body = {"scheme": "local", "country": "JP", "bank_code": "0001", "number": number, "currency": "JPY"}
    return {**body, "holder_name": "Ada Pass", **changes}


async def answered(ada: Applicant, account_id: str) -> Any:
    async with asyncio.timeout(60):
        while (found := await ada.call("GET", f"/bank-accounts/{account_id}"))["ownership"] == "pending":  # noqa: ASYNC110
            await asyncio.sleep(0.03)
    return found


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        (account(), "•••• 6789"),
        (account("0152 792 740", scheme="nuban", bank_code="058", country=None, currency="NGN"), "•••• 2740"),
        (account("KW81 CBKU 0000 0000 0000 1234 5601 01", scheme="iban", currency="KWD"), "•••• 0101"),
    ],
    ids=["local", "nuban", "iban"],
)
async def test_an_account_is_registered_masked_and_confirmed_by_the_bank(
    play: Stage, tenant: Tenant, body: dict[str, Any], masked: str
) -> None:
    ada = Applicant.new(play, tenant)

    registered = await ada.call("POST", "/bank-accounts", body, expect=201)
    again = await ada.call("POST", "/bank-accounts", body, expect=201)

    assert (registered["number_masked"], registered["ownership"]) == (masked, "pending")
    assert again["id"] == registered["id"]
    assert (await answered(ada, registered["id"]))["ownership"] == "confirmed"
    assert await count(play, tenant, bank_account) == 1
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        opened = await onboarding.bank_account(tx, play.services.vault, UUID(registered["id"]))
        await onboarding.require_borrower_account(tx, UUID(registered["id"]), ada.user_id, None)
    assert opened.holder_name == "Ada Pass"
    assert opened.account_number.endswith(masked[-4:])
    assert (opened.iban is None) == (body["scheme"] != "iban")


async def test_an_account_is_published_once_and_which_is_the_first(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    first = await ada.call("POST", "/bank-accounts", account(), expect=201)
    await ada.call("POST", "/bank-accounts", account(), expect=201)
    await ada.client.delete(f"/v1/bank-accounts/{first['id']}", headers=ada.headers)
    second = await ada.call("POST", "/bank-accounts", account("00001234"), expect=201)

    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        told = await tx.all(select(outbox.c.data).where(outbox.c.topic == BankAccountAdded.topic))
    assert [(row.data["account_id"], row.data["is_first"]) for row in told] == [
        (first["id"], True),
        (second["id"], False),
    ]


@pytest.mark.parametrize(("number", "ownership"), [("00000007", "mismatch"), ("00000008", "not_found")])
async def test_an_account_that_is_not_theirs_can_not_be_paid_to(
    play: Stage, tenant: Tenant, number: str, ownership: str
) -> None:
    ada = Applicant.new(play, tenant)
    registered = await ada.call("POST", "/bank-accounts", account(number), expect=201)

    assert (await answered(ada, registered["id"]))["ownership"] == ownership

    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        with pytest.raises(BankAccountNotUsable):
            await onboarding.require_borrower_account(tx, UUID(registered["id"]), ada.user_id, None)


async def test_an_account_under_another_name_than_the_verified_one_is_a_mismatch(play: Stage, tenant: Tenant) -> None:
    ada = Applicant.new(play, tenant)
    await ada.settled(await ada.submitted())

    registered = await ada.call("POST", "/bank-accounts", account(holder_name="Grace Hopper"), expect=201)

    assert (await answered(ada, registered["id"]))["ownership"] == "mismatch"


async def test_an_account_is_its_owners_until_it_is_removed(play: Stage, tenant: Tenant) -> None:
    ada, eve = Applicant.new(play, tenant), Applicant.new(play, tenant)
    registered = await ada.call("POST", "/bank-accounts", account(), expect=201)
    path, account_id = f"/bank-accounts/{registered['id']}", UUID(registered["id"])

    assert (await eve.call("GET", path, expect=404))["code"] == "bank_account_not_found"
    await eve.call("DELETE", path, expect=404)
    assert await eve.call("GET", "/bank-accounts") == []
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        with pytest.raises(BankAccountNotFound):
            await onboarding.require_borrower_account(tx, account_id, eve.user_id, None)
    assert [item["id"] for item in await ada.call("GET", "/bank-accounts")] == [registered["id"]]

    await ada.call("DELETE", path, expect=204)
    await ada.call("DELETE", path, expect=204)

    assert await ada.call("GET", "/bank-accounts") == []
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        with pytest.raises(BankAccountNotFound):
            await onboarding.require_borrower_account(tx, account_id, ada.user_id, None)
        assert (await onboarding.bank_account(tx, play.services.vault, account_id)).number == "0123456789"
    assert (await ada.call("POST", "/bank-accounts", account(), expect=201))["id"] != registered["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (account("GB29 NWBK 6016 1331 9268 18", scheme="iban"), "iban_invalid"),
        (account("0152792741", scheme="nuban", bank_code="058"), "nuban_invalid"),
        (account("0152792740", scheme="nuban", bank_code=None), "account_invalid"),
        (account(country=None), "account_invalid"),
        (account(country="XX"), "unknown_country"),
        (account("12-!?"), "account_invalid"),
        (account(currency="XXQ"), "unknown_currency"),
    ],
)
async def test_misshapen_accounts_are_refused_and_not_kept(
    play: Stage, tenant: Tenant, body: dict[str, Any], code: str
) -> None:
    ada = Applicant.new(play, tenant)

    assert (await ada.call("POST", "/bank-accounts", body, expect=400))["code"] == code
    assert await count(play, tenant, bank_account) == 0
