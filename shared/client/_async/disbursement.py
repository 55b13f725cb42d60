"""Where a loan's money is."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.disbursement import DisbursementOut, DisbursementStatus, DisbursementSummary, RetryIn
from shared.client._async.resource import Resource


class Disbursement(Resource):
    """Disbursements, their timelines, and another try."""

    async def get(self, disbursement_id: UUID) -> DisbursementOut:
        """One disbursement. Raises NotFound."""
        return await self._get(f"/v1/disbursements/{disbursement_id}", DisbursementOut)

    async def of_loan(self, loan_id: UUID) -> DisbursementOut:
        """The disbursement of a loan. Raises NotFound."""
        return await self._get(f"/v1/loans/{loan_id}/disbursement", DisbursementOut)

    def iterate(self, *, status: DisbursementStatus | None = None) -> AsyncIterator[DisbursementSummary]:
        """The caller's disbursements, or the tenant's for its staff; the newest first."""
        return self._pages("/v1/disbursements", DisbursementSummary, params={"status": status})

    async def retry(
        self, disbursement_id: UUID, body: RetryIn | None = None, *, idempotency_key: str | None = None
    ) -> DisbursementOut:
        """Tries a failed disbursement again; operations only. Raises Conflict, NotFound."""
        return await self._post(
            f"/v1/disbursements/{disbursement_id}/retries",
            body or RetryIn(),
            DisbursementOut,
            idempotency_key=idempotency_key,
        )

    async def cancel(self, disbursement_id: UUID, *, idempotency_key: str | None = None) -> DisbursementOut:
        """Gives a failed disbursement up and cancels its loan; operations only. Raises Conflict, NotFound."""
        path = f"/v1/disbursements/{disbursement_id}/cancel"
        return await self._post(path, None, DisbursementOut, idempotency_key=idempotency_key)
