"""Disbursements over HTTP: where the money is, and another try, or none, when it did not arrive."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.disbursement.usecases import read
from backend.disbursement.usecases.cancel import give_up
from backend.disbursement.usecases.retry import retry
from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from shared.api.disbursement import DisbursementOut, DisbursementStatus, DisbursementSummary, RetryIn
from shared.assurance import Assurance
from shared.paging import DEFAULT_PAGE, Page
from shared.roles import Role

Status = Annotated[
    DisbursementStatus | None, QueryParameter(name="status", description="Only disbursements that stand there")
]


class DisbursementController(Controller):
    """Disbursements of loans."""

    path = "/v1"
    tags = ("Disbursements",)

    @get("/disbursements", operation_id="listDisbursements", summary="Disbursements, the newest first")
    async def listed(
        self,
        edge: NamedDependency[Edge],
        status: Status = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[DisbursementSummary]:
        """The caller's own and their businesses', or the tenant's for its staff."""
        return await edge.read(lambda tx: read.page(tx, status=status, cursor=cursor, limit=limit))

    @get("/disbursements/{disbursement_id:uuid}", operation_id="getDisbursement", summary="One disbursement")
    async def one(self, edge: NamedDependency[Edge], disbursement_id: FromPath[UUID]) -> DisbursementOut:
        """A disbursement with its timeline."""
        return await edge.read(lambda tx: read.by_id(tx, disbursement_id))

    @get(
        "/loans/{loan_id:uuid}/disbursement",
        operation_id="getLoanDisbursement",
        summary="Where a loan's money is",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def of_loan(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID]) -> DisbursementOut:
        """The disbursement of a loan with its timeline."""
        return await edge.read(lambda tx: read.of_loan(tx, loan_id))

    @post(
        "/disbursements/{disbursement_id:uuid}/retries",
        operation_id="retryDisbursement",
        summary="Try a failed disbursement again",
        guards=[requires(Role.OPERATIONS)],
    )
    async def again(
        self, edge: NamedDependency[Edge], disbursement_id: FromPath[UUID], data: JSONBody[RetryIn]
    ) -> DisbursementOut:
        """Orders another payout, to the same account or to another of the borrower's."""
        return await edge.write(lambda tx: retry(tx, disbursement_id, data), DisbursementOut)

    @post(
        "/disbursements/{disbursement_id:uuid}/cancel",
        operation_id="cancelDisbursement",
        summary="Give a failed disbursement up",
        guards=[requires(Role.OPERATIONS)],
        status_code=200,
    )
    async def cancel(self, edge: NamedDependency[Edge], disbursement_id: FromPath[UUID]) -> DisbursementOut:
        """Cancels the loan, which frees its share of a credit line's limit; nothing is paid out any more."""
        return await edge.write(lambda tx: give_up(tx, disbursement_id), DisbursementOut)
