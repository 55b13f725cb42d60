"""Reading, signing and proving an agreement over HTTP, on a real database."""

import hashlib
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from backend import identity
from backend.agreements.invariants import INVARIANTS
from backend.agreements.tables import agreement, agreement_signature
from backend.agreements.usecases.follow_loan import withdraw
from backend.identity.domain.passkeys import METHODS
from backend.identity.usecases.step_up import vouch
from backend.kernel.db import ReadTx, Tx
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tables import audit_entry
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.agreements import AgreementStatus, EvidenceOut
from shared.events.agreements import AgreementReady, AgreementSigned
from shared.ids import new_id
from tests.builders import platform
from tests.builders.identity import let_pass
from tests.builders.members import add_person
from tests.builders.signing import Notary, notary, with_business


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Notary]:
    async with notary(settings, services, tenant) as opened:
        yield opened


async def text_of(desk: Notary, kind: str) -> str:
    answer = await desk.call("GET", f"{desk.path}/documents/{kind}")
    assert answer.status_code == 200, answer.text
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


async def violations(desk: Notary) -> list[str]:
    return [each for truth in INVARIANTS for each in await desk.write(truth.violations)]


async def test_an_accepted_offer_becomes_an_agreement_with_both_documents(desk: Notary) -> None:
    await desk.draft()
    early = await desk.call("GET", f"{desk.path}/documents/contract")
    assert (early.status_code, early.json()["code"]) == (404, "document_not_ready")

    await desk.set_documents()

    shown = await desk.shown()
    assert shown.status is AgreementStatus.READY
    assert shown.language == "en"
    assert [each.kind for each in shown.documents] == ["key_facts", "contract"]
    (event,) = await desk.events(AgreementReady)
    assert (event.agreement_id, event.loan_id, event.user_id) == (shown.id, shown.loan_id, desk.user_id)
    assert await violations(desk) == []


async def test_the_documents_state_the_facts_of_the_loan(desk: Notary) -> None:
    await desk.ready()

    key_facts, contract = await text_of(desk, "key_facts"), await text_of(desk, "contract")

    for text in (key_facts, contract):
        for fact in ("₦300,000.00", "₦292,500.00", "Acme Credit", "Ada Obi", "Harbor", "14 days of signing"):
            assert fact in " ".join(text.split()), fact
    assert "Licence harbor" in contract
    assert "The law of Nigeria applies" in contract


async def test_a_download_is_exactly_what_was_hashed(desk: Notary) -> None:
    shown = await desk.ready()

    for known in shown.documents:
        answer = await desk.call("GET", f"{desk.path}/documents/{known.kind}")
        assert hashlib.sha256(answer.content).hexdigest() == known.sha256
        assert answer.headers["ETag"] == f'"{known.sha256}"'
        assert answer.headers["Content-Type"] == "application/pdf"
        assert len(answer.content) == known.size


async def test_the_borrowers_language_is_that_of_the_documents(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    async with notary(settings, services, tenant, locale="pt-BR") as desk:
        shown = await desk.ready()
        contract = await text_of(desk, "contract")

    assert shown.language == "pt-BR"
    assert "Contrato de empréstimo" in contract
    assert shown.signing is not None
    assert shown.signing.consent_text.startswith("Li o essencial")


async def test_a_code_that_does_not_arrive_is_read_out_by_a_call_and_signs(desk: Notary) -> None:
    await desk.ready()
    unasked = await desk.call("POST", f"{desk.path}/signing-codes?channel=voice")
    assert (unasked.status_code, unasked.json()["code"]) == (409, "call_unexpected")
    assert await desk.codes() == []
    await desk.code()
    await let_pass(desk.services, desk.tenant, timedelta(minutes=1))

    called = await desk.call("POST", f"{desk.path}/signing-codes?channel=voice")

    assert (called.status_code, called.json()["channel"]) == (202, "voice")
    assert (await desk.sign((await desk.codes())[-1])).status_code == 200


async def test_signing_creates_the_evidence_and_tells_the_others(desk: Notary) -> None:
    shown = await desk.ready()

    answer = await desk.sign(await desk.code())

    assert answer.status_code == 200, answer.text
    after = await desk.shown()
    assert after.status is AgreementStatus.SIGNED
    assert after.signing is None
    stored = await desk.stored()
    assert stored.signed_at is not None
    (event,) = await desk.events(AgreementSigned)
    assert event.terms == shown.terms
    assert (event.loan_id, event.user_id, event.payout_account_id) == (shown.loan_id, desk.user_id, desk.account_id)
    assert event.cooling_off_until == stored.cooling_off_until
    assert event.cooling_off_until - event.signed_at.date() == timedelta(days=14)
    assert await violations(desk) == []


async def test_the_evidence_says_who_what_when_and_from_where(desk: Notary) -> None:
    shown = await desk.ready()
    await desk.sign(await desk.code())

    proof = await evidence(desk)

    assert proof.is_intact
    assert (proof.user_id, proof.signer_name, proof.method) == (desk.user_id, "Ada Obi", "one_time_code")
    assert proof.documents == {each.kind.value: each.sha256 for each in shown.documents}
    assert shown.signing is not None
    assert (proof.signing_hash, proof.consent_text) == (shown.signing.signing_hash, shown.signing.consent_text)
    assert (proof.address, proof.user_agent) == ("127.0.0.1", "tests/1.0")
    (entry,) = await audited(desk, "agreement.signed")
    assert entry["data"] == {"signing_hash": proof.signing_hash, "evidence_sha256": proof.evidence_sha256}


async def test_the_evidence_says_that_a_passkey_signed(desk: Notary) -> None:
    shown = await desk.ready()
    assert shown.signing is not None
    covered = shown.signing.signing_hash

    async def confirmed(tx: Tx) -> str:
        signer = await identity.person(tx, desk.services.vault, desk.user_id)
        return await vouch(tx, desk.services.vault, signer, "agreement.sign", covered, methods=METHODS)

    answer = await desk.sign(await desk.write(confirmed))

    assert answer.status_code == 200, answer.text
    proof = await evidence(desk)
    assert (proof.method, proof.signing_hash, proof.is_intact) == ("passkey", covered, True)


async def evidence(desk: Notary) -> EvidenceOut:
    answer = await desk.call("GET", f"{desk.path}/evidence")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=EvidenceOut)


async def audited(desk: Notary, action: str) -> list[Any]:
    async def read(tx: ReadTx) -> list[Any]:
        wanted = select(audit_entry).where(audit_entry.c.action == action)
        return [row._mapping for row in await tx.all(wanted)]

    return await desk.write(read)  # type: ignore[no-any-return]


async def test_no_name_or_address_lies_readable_in_the_tables(desk: Notary) -> None:
    await desk.signed()

    async def read(tx: ReadTx) -> bytes:
        rows = [*await tx.all(select(agreement)), *await tx.all(select(agreement_signature))]
        return repr([tuple(row) for row in rows]).encode()

    stored = await desk.write(read)
    for secret in (b"Ada Obi", b"127.0.0.1", b"tests/1.0"):
        assert secret not in stored


async def nothing_was_signed(desk: Notary) -> None:
    assert (await desk.shown()).status is AgreementStatus.READY
    assert await desk.events(AgreementSigned) == []
    assert await audited(desk, "agreement.signed") == []
    assert (await desk.call("GET", f"{desk.path}/evidence")).json()["code"] == "evidence_not_found"


async def test_a_wrong_code_signs_nothing(desk: Notary) -> None:
    await desk.ready()
    right = await desk.code()

    answer = await desk.sign(f"{(int(right) + 1) % 10**6:06}")

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_refused")
    await nothing_was_signed(desk)


@pytest.mark.parametrize("change", [{"signing_hash": "0" * 64}, {"consent_version": "1999-01"}])
async def test_signing_something_else_than_was_shown_is_refused(desk: Notary, change: dict[str, Any]) -> None:
    await desk.ready()

    answer = await desk.sign(await desk.code(), **change)

    assert (answer.status_code, answer.json()["code"]) == (409, "documents_differ")
    await nothing_was_signed(desk)


async def test_a_code_for_one_agreement_does_not_sign_another(
    desk: Notary, settings: Settings, services: Services, tenant: Tenant
) -> None:
    await desk.ready()
    other = desk.agreement
    code = await desk.code()
    desk.application_id = new_id()
    await desk.apply()
    await desk.ready()
    assert desk.agreement.id != other.id

    answer = await desk.sign(code)

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_refused")
    await nothing_was_signed(desk)


async def test_an_agreement_is_signed_once(desk: Notary) -> None:
    await desk.signed()

    again = await desk.call("POST", f"{desk.path}/signing-codes")
    answer = await desk.sign("123456")

    assert (again.status_code, again.json()["code"]) == (409, "agreement_not_signable")
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement_not_signable")
    assert len(await desk.events(AgreementSigned)) == 1


async def test_a_repeated_request_gets_the_first_answer(desk: Notary) -> None:
    await desk.ready()
    signing = (await desk.shown()).signing
    assert signing is not None
    body = {
        "code": await desk.code(),
        "signing_hash": signing.signing_hash,
        "consent_version": signing.consent_version,
    }
    caller = platform.caller(desk.services, desk.tenant, user_id=desk.user_id)
    headers = caller.headers | {"Idempotency-Key": "sign-once-please"}

    answers = [await desk.http.post(f"/v1{desk.path}/sign", json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(await desk.events(AgreementSigned)) == 1


async def test_an_agreement_that_ran_out_can_not_be_signed(desk: Notary) -> None:
    await desk.ready()
    code = await desk.code()
    signing = (await desk.shown()).signing
    assert signing is not None
    await desk.write(lambda tx: age(tx, days=8))

    answer = await desk.call(
        "POST",
        f"{desk.path}/sign",
        {"code": code, "signing_hash": signing.signing_hash, "consent_version": signing.consent_version},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "agreement_expired")
    assert (await desk.shown()).status is AgreementStatus.EXPIRED
    assert await desk.events(AgreementSigned) == []


async def age(tx: Tx, *, days: int) -> None:
    await tx.execute(agreement.update().values(expires_at=agreement.c.expires_at - timedelta(days=days)))


async def test_an_agreement_of_a_withdrawn_application_can_not_be_signed(desk: Notary) -> None:
    await desk.ready()
    code = await desk.code()
    await desk.write(lambda tx: withdraw(tx, desk.application_id))

    answer = await desk.sign(code)

    assert (answer.status_code, answer.json()["code"]) == (409, "agreement_not_signable")
    assert (await desk.stored()).cancel_reason == "application_withdrawn"
    assert await desk.events(AgreementSigned) == []


async def test_anothers_agreement_does_not_exist(desk: Notary, services: Services) -> None:
    shown = await desk.ready()
    assert shown.signing is not None
    sign = {"code": "123456", "signing_hash": shown.signing.signing_hash, "consent_version": "x"}
    tries: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/documents/contract", None),
        ("GET", "/evidence", None),
        ("POST", "/signing-codes", None),
        ("POST", "/sign", sign),
        ("POST", "/cancel", {}),
    ]
    stranger = new_id()

    for method, below, body in tries:
        refused = await desk.call(method, desk.path + below, body, who=stranger)
        assert (refused.status_code, refused.json()["code"]) == (404, "agreement_not_found"), below

    elsewhere = await platform.new_tenant(services)
    caller = platform.caller(services, elsewhere, Role.OPERATIONS)
    assert (await desk.http.get(f"/v1{desk.path}", headers=caller.headers)).status_code == 404
    await nothing_was_signed(desk)


async def test_staff_read_everything_and_sign_nothing(desk: Notary) -> None:
    await desk.ready()
    agent = new_id()

    read = await desk.call("GET", desk.path, None, Role.SUPPORT_AGENT, who=agent)
    listed = await desk.call("GET", "/agreements", None, Role.SUPPORT_AGENT, who=agent)
    code = await desk.call("POST", f"{desk.path}/signing-codes", None, Role.OPERATIONS, who=agent)
    cancel = await desk.call("POST", f"{desk.path}/cancel", {}, Role.OPERATIONS, who=agent)

    assert read.status_code == 200
    assert [each["id"] for each in listed.json()["items"]] == [str(desk.agreement.id)]
    assert (code.status_code, cancel.status_code) == (403, 403)
    await nothing_was_signed(desk)


@pytest.mark.parametrize(("role", "status"), [(Role.SUPPORT_AGENT, 403), (Role.COMPLIANCE_OFFICER, 200)])
async def test_evidence_is_for_those_who_answer_for_it(desk: Notary, role: Role, status: int) -> None:
    await desk.signed()

    answer = await desk.call("GET", f"{desk.path}/evidence", None, role, who=new_id())

    assert answer.status_code == status


async def test_a_business_is_bound_only_by_who_may_bind_it(desk: Notary) -> None:
    viewer, owner = new_id(), new_id()
    roles = {owner: Role.BUSINESS_OWNER, viewer: Role.FINANCE_VIEWER}
    business_id = await with_business(desk, roles)
    await desk.draft(business_id=business_id)
    await desk.set_documents()

    refused = await desk.call("POST", f"{desk.path}/signing-codes", who=viewer)
    read = await desk.call("GET", desk.path, who=viewer)
    assert (refused.status_code, read.status_code) == (403, 200)
    assert "Obi Traders Ltd" in await text_as(desk, "contract", owner)

    signing = read.json()["signing"]
    body = {key: signing[key] for key in ("signing_hash", "consent_version")}
    answer = await desk.call("POST", f"{desk.path}/sign", {**body, "code": await desk.code(owner)}, who=owner)

    assert answer.status_code == 200, answer.text
    (event,) = await desk.events(AgreementSigned)
    assert event.business_id == business_id


async def text_as(desk: Notary, kind: str, who: Any) -> str:
    answer = await desk.call("GET", f"{desk.path}/documents/{kind}", who=who)
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


async def test_the_list_holds_ones_own_and_goes_page_by_page(desk: Notary) -> None:
    mine = []
    for _ in range(3):
        desk.application_id = new_id()
        await desk.apply()
        mine.append(str((await desk.ready()).id))
    stranger = new_id()
    await desk.write(lambda tx: add_person(tx, desk.services.vault, stranger))

    first = (await desk.call("GET", "/agreements?limit=2")).json()
    second = (await desk.call("GET", f"/agreements?limit=2&cursor={first['next_cursor']}")).json()
    of_one = (await desk.call("GET", f"/agreements?application_id={desk.application_id}")).json()
    theirs = (await desk.call("GET", "/agreements", who=stranger)).json()
    bad = await desk.call("GET", "/agreements?cursor=nonsense")

    unknown = await desk.call("GET", f"{desk.path}/documents/nonsense")

    assert unknown.status_code == 400
    assert [each["id"] for each in first["items"] + second["items"]] == mine[::-1]
    assert second["next_cursor"] is None
    assert [each["id"] for each in of_one["items"]] == [mine[-1]]
    assert theirs["items"] == []
    assert bad.status_code == 400
