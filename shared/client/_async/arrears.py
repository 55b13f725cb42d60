"""What can't be paid as agreed: promises, hardship cases and their plans."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.arrears import (
    AgreeIn,
    ArrearsOut,
    ArrearsRow,
    ArrearsStage,
    CloseHardshipIn,
    HardshipIn,
    HardshipOut,
    PlanIn,
    PromiseIn,
    PromiseOut,
)
from shared.client._async.resource import Resource


class Arrears(Resource):
    """Promises to pay, and help for those who can't."""

    async def of_loan(self, loan_id: UUID) -> ArrearsOut:
        """How late a loan is, and what is agreed about it. Raises NotFound."""
        return await self._get(f"/v1/loans/{loan_id}/arrears", ArrearsOut)

    async def open_case(self, loan_id: UUID, body: HardshipIn, *, idempotency_key: str | None = None) -> HardshipOut:
        """Says that one can't pay as agreed; gives plans to choose from. Raises NotFound, Conflict, Unprocessable."""
        path = f"/v1/loans/{loan_id}/hardship-cases"
        return await self._post(path, body, HardshipOut, idempotency_key=idempotency_key)

    async def case(self, case_id: UUID) -> HardshipOut:
        """One hardship case. Raises NotFound."""
        return await self._get(f"/v1/hardship-cases/{case_id}", HardshipOut)

    async def agree(self, case_id: UUID, body: AgreeIn, *, idempotency_key: str | None = None) -> HardshipOut:
        """Takes one of the plans. Raises NotFound, Conflict."""
        path = f"/v1/hardship-cases/{case_id}/agree"
        return await self._post(path, body, HardshipOut, idempotency_key=idempotency_key)

    async def withdraw_case(self, case_id: UUID, *, idempotency_key: str | None = None) -> HardshipOut:
        """Ends a case of one's own. Raises NotFound, Conflict."""
        path = f"/v1/hardship-cases/{case_id}/withdraw"
        return await self._post(path, None, HardshipOut, idempotency_key=idempotency_key)

    async def propose(self, case_id: UUID, body: PlanIn, *, idempotency_key: str | None = None) -> HardshipOut:
        """Adds a plan for the borrower to take; for staff who help. Raises NotFound, Conflict, InvalidInput."""
        path = f"/v1/hardship-cases/{case_id}/plans"
        return await self._post(path, body, HardshipOut, idempotency_key=idempotency_key)

    async def decline(self, case_id: UUID, body: CloseHardshipIn, *, idempotency_key: str | None = None) -> HardshipOut:
        """Ends a case without a plan; for staff who help. Raises NotFound, Conflict."""
        path = f"/v1/hardship-cases/{case_id}/decline"
        return await self._post(path, body, HardshipOut, idempotency_key=idempotency_key)

    async def promise(self, loan_id: UUID, body: PromiseIn, *, idempotency_key: str | None = None) -> PromiseOut:
        """Promises to pay. Raises NotFound, Conflict, Unprocessable."""
        return await self._post(f"/v1/loans/{loan_id}/promises", body, PromiseOut, idempotency_key=idempotency_key)

    async def withdraw_promise(self, promise_id: UUID) -> PromiseOut:
        """Takes a promise back. Raises NotFound, Conflict."""
        return await self._delete(f"/v1/promises/{promise_id}", PromiseOut)

    def iterate_late(self, *, stage: ArrearsStage | None = None) -> AsyncIterator[ArrearsRow]:
        """Loans in arrears, the latest first; for staff who help."""
        return self._pages("/v1/arrears", ArrearsRow, params={"stage": stage})
