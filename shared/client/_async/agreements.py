"""Agreements: reading them, downloading their documents, signing, cancelling, and the evidence."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.agreements import (
    AgreementOut,
    AgreementSummary,
    CancelIn,
    CancelReason,
    DocumentKind,
    EvidenceOut,
    SignIn,
)
from shared.api.identity import CodeChannel, CodeSent
from shared.client._async.resource import Resource
from shared.client.files import Download
from shared.paging import DEFAULT_PAGE, Page


class Agreements(Resource):
    """Agreements on loans and their documents."""

    async def agreement(self, agreement_id: UUID) -> AgreementOut:
        """One agreement, with what a signature must send back while it can be signed. Raises NotFound."""
        return await self._get(f"/v1/agreements/{agreement_id}", AgreementOut)

    async def agreements(
        self,
        *,
        application_id: UUID | None = None,
        business_id: UUID | None = None,
        cursor: str | None = None,
        limit: int = DEFAULT_PAGE,
    ) -> Page[AgreementSummary]:
        """One page of the caller's agreements, or of those of a business of theirs. Raises NotFound."""
        params = {"application_id": application_id, "business_id": business_id}
        return await self._page("/v1/agreements", AgreementSummary, params=params, cursor=cursor, limit=limit)

    def iterate_agreements(
        self, *, application_id: UUID | None = None, business_id: UUID | None = None
    ) -> AsyncIterator[AgreementSummary]:
        """Every agreement, page by page. Raises NotFound."""
        params = {"application_id": application_id, "business_id": business_id}
        return self._pages("/v1/agreements", AgreementSummary, params=params)

    async def document(self, agreement_id: UUID, kind: DocumentKind) -> Download:
        """The key facts or the contract as PDF, exactly as it is signed. Raises NotFound."""
        return await self._download(f"/v1/agreements/{agreement_id}/documents/{kind.value}")

    async def send_signing_code(
        self, agreement_id: UUID, *, channel: CodeChannel | None = None, idempotency_key: str | None = None
    ) -> CodeSent:
        """Sends the caller a code that signs this agreement and nothing else.

        By CodeChannel.VOICE only to a phone to which one was sent otherwise in the last ten minutes. Raises NotFound,
        Conflict, InvalidInput, TooManyRequests.
        """
        path = f"/v1/agreements/{agreement_id}/signing-codes"
        params = {"channel": channel}
        return await self._post(path, None, CodeSent, params=params, idempotency_key=idempotency_key)

    async def sign(self, agreement_id: UUID, body: SignIn, *, idempotency_key: str | None = None) -> AgreementOut:
        """Signs with the code that was sent and with what `agreement` gave under `signing`.

        Raises NotFound, Conflict when it changed since it was read, NotPermitted for a wrong code.
        """
        path = f"/v1/agreements/{agreement_id}/sign"
        return await self._post(path, body, AgreementOut, idempotency_key=idempotency_key)

    async def cancel(
        self,
        agreement_id: UUID,
        reason: CancelReason = CancelReason.CHANGED_MIND,
        *,
        idempotency_key: str | None = None,
    ) -> AgreementOut:
        """Cancels: at once before the payout; after it, once the loan is paid off. Raises NotFound, Conflict."""
        body = CancelIn(reason=reason)
        path = f"/v1/agreements/{agreement_id}/cancel"
        return await self._post(path, body, AgreementOut, idempotency_key=idempotency_key)

    async def evidence(self, agreement_id: UUID) -> EvidenceOut:
        """What proves the signature. Raises NotFound."""
        return await self._get(f"/v1/agreements/{agreement_id}/evidence", EvidenceOut)
