"""Proving who people and businesses are, the files that prove it, and the bank accounts they are paid to."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.bank_accounts import BankAccountIn, BankAccountOut
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnersIn,
    CaseOut,
    CaseReviewOut,
    CaseState,
    DirectorsIn,
    DocumentOut,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    KybIn,
    MrzIn,
    MrzOut,
    OfficerNoteIn,
    RegistrationDetailsIn,
    RejectIn,
    ReturnIn,
    SelfieIn,
)
from shared.api.person_details import PersonDetailsOut
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload
from shared.events.onboarding import PartyKind
from shared.paging import Page


class Onboarding(Resource):
    """KYC and KYB cases, documents, bank accounts, and the compliance officer's desk."""

    async def open_kyc(self, *, idempotency_key: str | None = None) -> CaseOut:
        """The caller's own case, opened if there is none."""
        return await self._post("/v1/kyc", None, CaseOut, idempotency_key=idempotency_key)

    async def my_kyc(self) -> CaseOut:
        """The caller's own case. Raises NotFound before it is opened."""
        return await self._get("/v1/kyc", CaseOut)

    async def kyc_case(self, case_id: UUID) -> CaseOut:
        """One case. Raises NotFound."""
        return await self._get(f"/v1/kyc/{case_id}", CaseOut)

    async def kyc_details(self, case_id: UUID) -> PersonDetailsOut:
        """What the caller gave for each task, to go on with on any device. Raises NotFound."""
        return await self._get(f"/v1/kyc/{case_id}/details", PersonDetailsOut)

    async def read_mrz(self, body: MrzIn) -> MrzOut:
        """What a machine-readable zone says, checked; nothing is kept. Raises InvalidInput when it can't be read."""
        return await self._post("/v1/kyc/mrz-readings", body, MrzOut)

    async def give_identity_details(self, case_id: UUID, body: IdentityDetailsIn) -> CaseOut:
        """Gives name, date of birth, nationality and identifiers. Raises InvalidInput, Conflict once submitted."""
        return await self._put(f"/v1/kyc/{case_id}/identity-details", body, CaseOut)

    async def give_identity_document(self, case_id: UUID, body: IdentityDocumentIn) -> CaseOut:
        """Gives the identity document. Raises InvalidInput, NotFound for a file, Unprocessable when it has run out."""
        return await self._put(f"/v1/kyc/{case_id}/document", body, CaseOut)

    async def give_selfie(self, case_id: UUID, body: SelfieIn) -> CaseOut:
        """Gives the live portrait. Raises NotFound for a file."""
        return await self._put(f"/v1/kyc/{case_id}/selfie", body, CaseOut)

    async def give_address(self, case_id: UUID, body: AddressIn) -> CaseOut:
        """Gives the address."""
        return await self._put(f"/v1/kyc/{case_id}/address", body, CaseOut)

    async def submit_kyc(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Hands the case in; the answer comes later. Raises Conflict while tasks are outstanding."""
        return await self._post(f"/v1/kyc/{case_id}/submit", None, CaseOut, idempotency_key=idempotency_key)

    async def withdraw_kyc(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Takes the case back. Raises Conflict once it is submitted."""
        return await self._post(f"/v1/kyc/{case_id}/withdraw", None, CaseOut, idempotency_key=idempotency_key)

    async def renew_kyc(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Opens an expired case again. Raises Conflict in any other state."""
        return await self._post(f"/v1/kyc/{case_id}/renew", None, CaseOut, idempotency_key=idempotency_key)

    async def open_kyb(self, business_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """The case of a business that the caller owns, opened if there is none. Raises NotFound, NotPermitted."""
        return await self._post("/v1/kyb", KybIn(business_id=business_id), CaseOut, idempotency_key=idempotency_key)

    async def kyb_of(self, business_id: UUID) -> CaseOut:
        """The case of a business. Raises NotFound before it is opened."""
        return await self._get("/v1/kyb", CaseOut, params={"business_id": business_id})

    async def kyb_case(self, case_id: UUID) -> CaseOut:
        """One case of a business. Raises NotFound."""
        return await self._get(f"/v1/kyb/{case_id}", CaseOut)

    async def kyb_details(self, case_id: UUID) -> BusinessDetailsOut:
        """What was given for each task, to go on with on any device; for owners. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/kyb/{case_id}/details", BusinessDetailsOut)

    async def give_registration_details(self, case_id: UUID, body: RegistrationDetailsIn) -> CaseOut:
        """Gives what the register says. Raises InvalidInput."""
        return await self._put(f"/v1/kyb/{case_id}/registration-details", body, CaseOut)

    async def give_directors(self, case_id: UUID, body: DirectorsIn) -> CaseOut:
        """Names the directors. Raises InvalidInput."""
        return await self._put(f"/v1/kyb/{case_id}/directors", body, CaseOut)

    async def give_beneficial_owners(self, case_id: UUID, body: BeneficialOwnersIn) -> CaseOut:
        """Names the owners. Raises InvalidInput, Unprocessable when their shares don't add up."""
        return await self._put(f"/v1/kyb/{case_id}/beneficial-owners", body, CaseOut)

    async def give_proof_of_address(self, case_id: UUID, body: AddressIn) -> CaseOut:
        """Gives the business's address and its proof. Raises NotFound for a file."""
        return await self._put(f"/v1/kyb/{case_id}/proof-of-address", body, CaseOut)

    async def submit_kyb(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Hands the case in; the answer comes later. Raises Conflict while tasks are outstanding."""
        return await self._post(f"/v1/kyb/{case_id}/submit", None, CaseOut, idempotency_key=idempotency_key)

    async def withdraw_kyb(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Takes the case back. Raises Conflict once it is submitted."""
        return await self._post(f"/v1/kyb/{case_id}/withdraw", None, CaseOut, idempotency_key=idempotency_key)

    async def renew_kyb(self, case_id: UUID, *, idempotency_key: str | None = None) -> CaseOut:
        """Opens a passed or expired case again. Raises Conflict in any other state."""
        return await self._post(f"/v1/kyb/{case_id}/renew", None, CaseOut, idempotency_key=idempotency_key)

    async def upload_document(
        self, purpose: DocumentPurpose, file: Upload, *, idempotency_key: str | None = None
    ) -> DocumentOut:
        """Uploads a JPEG, PNG, WebP or PDF of up to 10 MB. Raises InvalidInput for any other file."""
        fields = {"purpose": purpose.value}
        return await self._upload("/v1/documents", file, DocumentOut, fields=fields, idempotency_key=idempotency_key)

    async def documents(self, *, cursor: str | None = None, limit: int = 50) -> Page[DocumentOut]:
        """One page of the caller's files."""
        return await self._page("/v1/documents", DocumentOut, cursor=cursor, limit=limit)

    def iterate_documents(self) -> AsyncIterator[DocumentOut]:
        """Every file of the caller's, page by page."""
        return self._pages("/v1/documents", DocumentOut)

    async def document(self, document_id: UUID) -> DocumentOut:
        """What is known of a file. Raises NotFound."""
        return await self._get(f"/v1/documents/{document_id}", DocumentOut)

    async def download_document(self, document_id: UUID) -> Download:
        """A file's content. Raises NotFound."""
        return await self._download(f"/v1/documents/{document_id}/content")

    async def register_bank_account(self, body: BankAccountIn, *, idempotency_key: str | None = None) -> BankAccountOut:
        """Registers an account; its `ownership` is settled a moment later. Raises InvalidInput."""
        return await self._post("/v1/bank-accounts", body, BankAccountOut, idempotency_key=idempotency_key)

    async def bank_accounts(self) -> list[BankAccountOut]:
        """The caller's accounts."""
        return await self._get("/v1/bank-accounts", list[BankAccountOut])

    async def bank_account(self, account_id: UUID) -> BankAccountOut:
        """One account. Raises NotFound."""
        return await self._get(f"/v1/bank-accounts/{account_id}", BankAccountOut)

    async def remove_bank_account(self, account_id: UUID) -> None:
        """Takes an account off the list. Raises NotFound."""
        await self._delete(f"/v1/bank-accounts/{account_id}")

    def iterate_case_reviews(
        self, *, state: CaseState | None = None, kind: PartyKind | None = None
    ) -> AsyncIterator[CaseOut]:
        """Every case of the tenant, for compliance officers; `state=REFERRED` is their queue. Raises NotPermitted."""
        return self._pages("/v1/case-reviews", CaseOut, params={"state": state, "kind": kind})

    async def case_review(self, case_id: UUID) -> CaseReviewOut:
        """Everything about a case. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/case-reviews/{case_id}", CaseReviewOut)

    async def approve_case(self, case_id: UUID, body: OfficerNoteIn, *, idempotency_key: str | None = None) -> CaseOut:
        """Passes a referred case. Raises Conflict in any other state."""
        return await self._post(f"/v1/case-reviews/{case_id}/approve", body, CaseOut, idempotency_key=idempotency_key)

    async def reject_case(self, case_id: UUID, body: RejectIn, *, idempotency_key: str | None = None) -> CaseOut:
        """Fails a referred case. Raises Conflict in any other state."""
        return await self._post(f"/v1/case-reviews/{case_id}/reject", body, CaseOut, idempotency_key=idempotency_key)

    async def return_case(self, case_id: UUID, body: ReturnIn, *, idempotency_key: str | None = None) -> CaseOut:
        """Gives a referred case back to its applicant. Raises Conflict in any other state."""
        return await self._post(f"/v1/case-reviews/{case_id}/return", body, CaseOut, idempotency_key=idempotency_key)

    async def reopen_case(self, case_id: UUID, body: OfficerNoteIn, *, idempotency_key: str | None = None) -> CaseOut:
        """Takes a decided case up again. Raises Conflict in any other state."""
        return await self._post(f"/v1/case-reviews/{case_id}/reopen", body, CaseOut, idempotency_key=idempotency_key)
