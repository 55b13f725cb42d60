"""Copies of one's data and the end of one's account, over HTTP."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from backend.compliance.usecases import delete_account, hand_out_export
from backend.compliance.usecases.export_data import request_export
from backend.kernel.db import Database
from backend.kernel.edge import Edge
from backend.kernel.personal import PersonalData
from backend.kernel.scope import Scope
from backend.kernel.tokens import OpaqueTokens
from backend.kernel.vault import Vault
from shared.api.compliance import DataExportOut, DeletionIn, DeletionOut, DeletionRequestOut, ExportLinkOut

ZIP = "application/zip"
Parts = NamedDependency[Mapping[str, PersonalData]]
Token = Annotated[str, PathParameter(name="token", max_length=300, description="From the link")]


class MyDataController(Controller):
    """What is held of oneself."""

    path = "/v1/me"
    tags = ("My data",)

    @post("/data-exports", operation_id="requestDataExport", summary="Ask for a copy of one's data", status_code=202)
    async def request(self, edge: NamedDependency[Edge]) -> DataExportOut:
        """Prepared within minutes; a message says when it is ready."""
        return await edge.write(request_export, DataExportOut)

    @get("/data-exports", operation_id="listDataExports", summary="Copies of one's data")
    async def exports(self, edge: NamedDependency[Edge]) -> list[DataExportOut]:
        """The newest first, with where each stands."""
        return await edge.read(hand_out_export.list_exports)

    @get(
        "/data-exports/{export_id:uuid}/content",
        operation_id="downloadDataExport",
        summary="A copy of one's data",
        media_type=ZIP,
    )
    async def content(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], export_id: FromPath[UUID]
    ) -> Response[bytes]:
        """A ZIP of JSON files and documents."""
        return _zip(await edge.write_unkeyed(lambda tx: hand_out_export.read_own(tx, vault, export_id)))

    @post(
        "/data-exports/{export_id:uuid}/links",
        operation_id="linkDataExport",
        summary="A link to a copy",
        opt={"unkeyed": True},
    )
    async def link(
        self,
        edge: NamedDependency[Edge],
        export_tokens: NamedDependency[OpaqueTokens],
        public_url: NamedDependency[str],
        export_id: FromPath[UUID],
    ) -> ExportLinkOut:
        """For a browser that is not signed in; good for ten minutes, and the one before no longer."""
        return await edge.write_unkeyed(lambda tx: hand_out_export.make_link(tx, export_tokens, export_id, public_url))

    @get("/deletion", operation_id="getDeletion", summary="What ending one's account means")
    async def deletion(self, edge: NamedDependency[Edge], personal_data: Parts) -> DeletionOut:
        """What hinders it, what is kept and why, and the request if there is one."""
        return await edge.read(lambda tx: delete_account.what_it_means(tx, personal_data))

    @post("/deletion", operation_id="requestDeletion", summary="End one's account", status_code=202)
    async def request_deletion(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        personal_data: Parts,
        data: JSONBody[DeletionIn],
    ) -> DeletionRequestOut:
        """In two weeks; until then it can be taken back. Refused while a loan or a dispute is open."""
        return await edge.write(
            lambda tx: delete_account.request_deletion(tx, vault, personal_data, data), DeletionRequestOut
        )

    @delete("/deletion", operation_id="cancelDeletion", summary="Keep one's account after all", status_code=200)
    async def cancel_deletion(self, edge: NamedDependency[Edge]) -> DeletionRequestOut:
        """Takes the request back."""
        return await edge.write_unkeyed(delete_account.cancel_deletion)


@get(
    "/v1/data-exports/{token:str}/content",
    operation_id="downloadLinkedExport",
    summary="A copy behind a link",
    tags=["My data"],
    media_type=ZIP,
    opt={"public": True, "tenant": False},
)
async def linked_export(
    token: Token,
    database: NamedDependency[Database],
    vault: NamedDependency[Vault],
    export_tokens: NamedDependency[OpaqueTokens],
) -> Response[bytes]:
    """The link's own secret says whose it is."""
    tenant_id = hand_out_export.tenant_of(export_tokens, token)
    async with database.write(Scope.system(tenant_id, "data_export_link")) as tx:
        return _zip(await hand_out_export.read_by_link(tx, vault, export_tokens, token))


def _zip(content: bytes) -> Response[bytes]:
    return Response(content, media_type=ZIP, headers={"Content-Disposition": 'attachment; filename="my-data.zip"'})
