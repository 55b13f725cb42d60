"""What is held of oneself: copies of it, and the end of one's account."""

from uuid import UUID

from shared.api.compliance import DataExportOut, DeletionIn, DeletionOut, DeletionRequestOut, ExportLinkOut
from shared.client._async.resource import Resource
from shared.client.files import Download


class MyData(Resource):
    """One's own data."""

    async def request_export(self, *, idempotency_key: str | None = None) -> DataExportOut:
        """Asks for a copy. Raises TooManyRequests."""
        return await self._post("/v1/me/data-exports", None, DataExportOut, idempotency_key=idempotency_key)

    async def exports(self) -> list[DataExportOut]:
        """One's copies, the newest first."""
        return await self._get("/v1/me/data-exports", list[DataExportOut])

    async def download_export(self, export_id: UUID) -> Download:
        """A copy. Raises NotFound, Conflict while it is not ready or once it has expired."""
        return await self._download(f"/v1/me/data-exports/{export_id}/content")

    async def link_export(self, export_id: UUID) -> ExportLinkOut:
        """A link to a copy for a browser; good for ten minutes. Raises NotFound, Conflict."""
        return await self._post(f"/v1/me/data-exports/{export_id}/links", None, ExportLinkOut)

    async def download_linked(self, token: str) -> Download:
        """A copy by the token of its link. Raises NotFound."""
        return await self._download(f"/v1/data-exports/{token}/content")

    async def deletion(self) -> DeletionOut:
        """What ending one's account means, and the request if there is one."""
        return await self._get("/v1/me/deletion", DeletionOut)

    async def request_deletion(self, body: DeletionIn, *, idempotency_key: str | None = None) -> DeletionRequestOut:
        """Ends one's account in two weeks. Raises Conflict where something hinders it, NotPermitted."""
        return await self._post("/v1/me/deletion", body, DeletionRequestOut, idempotency_key=idempotency_key)

    async def cancel_deletion(self) -> DeletionRequestOut:
        """Keeps one's account after all. Raises NotFound."""
        return await self._delete("/v1/me/deletion", DeletionRequestOut)
