"""Disputes: what is wrong, and what comes of it."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.conversations import AttachmentOut
from shared.api.disputes import (
    DisputeIn,
    DisputeNoteIn,
    DisputeOut,
    DisputeStatus,
    DisputeSummary,
    ResolveDisputeIn,
)
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload


class Disputes(Resource):
    """What borrowers say is wrong with their loans."""

    async def open(self, loan_id: UUID, body: DisputeIn, *, idempotency_key: str | None = None) -> DisputeOut:
        """Disputes a transaction, a charge or an instalment. Raises NotFound, Conflict, Unprocessable."""
        return await self._post(f"/v1/loans/{loan_id}/disputes", body, DisputeOut, idempotency_key=idempotency_key)

    def iterate(
        self, *, loan_id: UUID | None = None, status: DisputeStatus | None = None
    ) -> AsyncIterator[DisputeSummary]:
        """One's disputes, the newest first; the tenant's for its staff."""
        return self._pages("/v1/disputes", DisputeSummary, params={"loan_id": loan_id, "status": status})

    async def overdue(self) -> list[DisputeSummary]:
        """Those whose outcome should have been told by now; for staff who decide."""
        return await self._get("/v1/disputes/overdue", list[DisputeSummary])

    async def dispute(self, dispute_id: UUID) -> DisputeOut:
        """One dispute. Raises NotFound."""
        return await self._get(f"/v1/disputes/{dispute_id}", DisputeOut)

    async def add_evidence(
        self, dispute_id: UUID, upload: Upload, *, idempotency_key: str | None = None
    ) -> AttachmentOut:
        """Adds a file. Raises NotFound, Conflict, InvalidInput for a file that is refused."""
        path = f"/v1/disputes/{dispute_id}/evidence"
        return await self._upload(path, upload, AttachmentOut, idempotency_key=idempotency_key)

    async def download_evidence(self, dispute_id: UUID, file_id: UUID) -> Download:
        """A file's content. Raises NotFound."""
        return await self._download(f"/v1/disputes/{dispute_id}/evidence/{file_id}/content")

    async def tell(self, dispute_id: UUID, body: DisputeNoteIn, *, idempotency_key: str | None = None) -> DisputeOut:
        """Says more. Raises NotFound, Conflict."""
        return await self._act(dispute_id, "notes", body, idempotency_key)

    async def withdraw(self, dispute_id: UUID, *, idempotency_key: str | None = None) -> DisputeOut:
        """Takes a dispute back. Raises NotFound, Conflict."""
        return await self._act(dispute_id, "withdraw", None, idempotency_key)

    async def escalate(
        self, dispute_id: UUID, body: DisputeNoteIn, *, idempotency_key: str | None = None
    ) -> DisputeOut:
        """Asks for another look. Raises NotFound, Conflict."""
        return await self._act(dispute_id, "escalate", body, idempotency_key)

    async def ask(self, dispute_id: UUID, body: DisputeNoteIn, *, idempotency_key: str | None = None) -> DisputeOut:
        """Asks the borrower; for staff who decide. Raises NotFound, Conflict."""
        return await self._act(dispute_id, "questions", body, idempotency_key)

    async def resolve(
        self, dispute_id: UUID, body: ResolveDisputeIn, *, idempotency_key: str | None = None
    ) -> DisputeOut:
        """Decides; for staff who do. Raises NotFound, Conflict, Unprocessable, NotPermitted."""
        return await self._act(dispute_id, "resolve", body, idempotency_key)

    async def _act(self, dispute_id: UUID, verb: str, body: object, idempotency_key: str | None) -> DisputeOut:
        path = f"/v1/disputes/{dispute_id}/{verb}"
        return await self._post(path, body, DisputeOut, idempotency_key=idempotency_key)
