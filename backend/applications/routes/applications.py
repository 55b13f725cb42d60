"""Applications: begun, filled in, submitted, followed, taken back."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.applications.usecases import show
from backend.applications.usecases.change_draft import change_draft
from backend.applications.usecases.open_draft import open_draft
from backend.applications.usecases.submit_application import submit_application
from backend.applications.usecases.withdraw_application import withdraw_application
from backend.kernel.auth import by_chat
from backend.kernel.edge import Edge
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from shared.api.applications import (
    ApplicationIn,
    ApplicationOut,
    ApplicationPatch,
    ApplicationStatus,
    ApplicationSummary,
    StatusStepOut,
    WithdrawIn,
)
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

WithStatus = Annotated[ApplicationStatus | None, QueryParameter(name="status", description="In this status alone")]
OfBusiness = Annotated[UUID | None, QueryParameter(name="business_id", description="Of this business of mine")]
Cursor = Annotated[UUID | None, QueryParameter(name="cursor", description="`next_cursor` of the last page")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]


class ApplicationController(Controller):
    """Applications of the caller, or of the whole tenant for its staff."""

    path = "/v1/applications"
    tags = ("Applications",)

    @post("/", operation_id="openApplication", summary="Begin an application")
    async def open(
        self, data: JSONBody[ApplicationIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ApplicationOut:
        """A new draft. Fill it in with PATCH as the applicant types; `missing` says what it still lacks."""
        return await edge.write(lambda tx: open_draft(tx, vault, data), ApplicationOut)

    @get(
        "/",
        operation_id="listApplications",
        summary="Applications, the newest first",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def mine(
        self,
        edge: NamedDependency[Edge],
        *,
        status: WithStatus = None,
        business_id: OfBusiness = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[ApplicationSummary]:
        """One page of the caller's own, or of a business of theirs; staff see the tenant's."""
        return await edge.read(
            lambda tx: show.list_applications(tx, status=status, business_id=business_id, cursor=cursor, limit=limit)
        )

    @get(
        "/{application_id:uuid}",
        operation_id="getApplication",
        summary="One application",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def one(
        self, application_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ApplicationOut:
        """An application with its files and what it still lacks."""
        return await edge.read(lambda tx: show.show(tx, vault, application_id))

    @patch("/{application_id:uuid}", operation_id="changeApplication", summary="Fill in a draft")
    async def change(
        self,
        application_id: FromPath[UUID],
        data: JSONBody[ApplicationPatch],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> ApplicationOut:
        """Saves the fields that are given. Open until it is submitted, and again while more is asked for."""
        return await edge.write_unkeyed(lambda tx: change_draft(tx, vault, application_id, data))

    @post("/{application_id:uuid}/submit", operation_id="submitApplication", summary="Submit", status_code=200)
    async def submit(
        self, application_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ApplicationOut:
        """Hands a complete application in; the decision follows within moments, or a person makes it."""
        return await edge.write(lambda tx: submit_application(tx, vault, application_id), ApplicationOut)

    @post("/{application_id:uuid}/withdraw", operation_id="withdrawApplication", summary="Withdraw", status_code=200)
    async def withdraw(
        self,
        application_id: FromPath[UUID],
        data: JSONBody[WithdrawIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> ApplicationOut:
        """Takes an application back, until its agreement is signed."""
        return await edge.write(lambda tx: withdraw_application(tx, vault, application_id, data.reason), ApplicationOut)

    @get("/{application_id:uuid}/history", operation_id="getApplicationHistory", summary="What happened")
    async def history(self, application_id: FromPath[UUID], edge: NamedDependency[Edge]) -> list[StatusStepOut]:
        """Every step, oldest first."""
        return await edge.read(lambda tx: show.history(tx, application_id))
