"""Cases as compliance officers see and decide them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.onboarding.routes.parameters import Cursor, Limit
from backend.onboarding.usecases import read_cases
from backend.onboarding.usecases import review_case as decide
from backend.onboarding.views import case_out
from shared.api.onboarding import CaseOut, CaseReviewOut, CaseState, OfficerNoteIn, RejectIn, ReturnIn
from shared.events.onboarding import PartyKind
from shared.paging import DEFAULT_PAGE, Page

State = Annotated[CaseState | None, QueryParameter(name="state", description="Only cases in this state")]
Kind = Annotated[PartyKind | None, QueryParameter(name="kind", description="Only cases of people, or of businesses")]


class CaseReviewController(Controller):
    """The compliance officer's desk."""

    path = "/v1/case-reviews"
    tags = ("Case reviews",)
    guards = (requires(Role.COMPLIANCE_OFFICER),)

    @get("/", operation_id="listCaseReviews", summary="Cases of the tenant")
    async def cases(
        self,
        *,
        edge: NamedDependency[Edge],
        in_state: State = None,
        of_kind: Kind = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[CaseOut]:
        """One page of cases, oldest first; `state=referred` is the officer's queue."""
        return await edge.read(
            lambda tx: read_cases.cases_to_review(tx, state=in_state, kind=of_kind, cursor=cursor, limit=limit)
        )

    @get("/{case_id:uuid}", operation_id="getCaseReview", summary="Everything about a case")
    async def one(
        self, case_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CaseReviewOut:
        """What was given, every check and every step. The look is noted in the audit log."""
        return await edge.write_unkeyed(lambda tx: read_cases.case_review(tx, vault, case_id))

    @post("/{case_id:uuid}/approve", operation_id="approveCase", summary="Pass a referred case", status_code=200)
    async def approve(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[OfficerNoteIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Passes the case."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await decide.approve_case(tx, vault, case_id, data))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/reject", operation_id="rejectCase", summary="Fail a referred case", status_code=200)
    async def reject(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[RejectIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Fails the case, with reasons for the applicant."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await decide.reject_case(tx, vault, case_id, data))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/return", operation_id="returnCase", summary="Give a referred case back", status_code=200)
    async def give_back(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[ReturnIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Asks the applicant to do some tasks again."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await decide.return_case(tx, vault, case_id, data))

        return await edge.write(use, CaseOut)

    @post("/{case_id:uuid}/reopen", operation_id="reopenCase", summary="Take a decided case up again", status_code=200)
    async def reopen(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[OfficerNoteIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> CaseOut:
        """Puts a passed or failed case back on the desk."""

        async def use(tx: Tx) -> CaseOut:
            return case_out(await decide.reopen_case(tx, vault, case_id, data))

        return await edge.write(use, CaseOut)
