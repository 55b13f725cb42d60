"""Products and applications for credit."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.applications import (
    ApplicationIn,
    ApplicationOut,
    ApplicationPatch,
    ApplicationStatus,
    ApplicationSummary,
    AttachmentOut,
    StatusStepOut,
    WithdrawIn,
)
from shared.api.products import AttachmentKind, Channel, ProductIn, ProductKind, ProductOut
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload
from shared.paging import Page


class Applications(Resource):
    """Products on the shelf, and applications for them."""

    async def products(
        self, *, kind: ProductKind | None = None, channel: Channel | None = None, currency: str | None = None
    ) -> list[ProductOut]:
        """What can be applied for at present. Needs no sign-in."""
        params = {"kind": kind, "channel": channel, "currency": currency}
        return await self._get("/v1/products", list[ProductOut], params=params, public=True)

    async def product(self, product_id: UUID) -> ProductOut:
        """One version of a product. Raises NotFound."""
        return await self._get(f"/v1/products/{product_id}", ProductOut, public=True)

    async def save_product(self, body: ProductIn, *, idempotency_key: str | None = None) -> ProductOut:
        """Stores a product or its next version. Raises InvalidInput with the terms that can't be offered."""
        return await self._post("/v1/products", body, ProductOut, idempotency_key=idempotency_key)

    async def retire_product(self, product_id: UUID, *, idempotency_key: str | None = None) -> ProductOut:
        """Takes a product off the shelf. Raises NotFound."""
        return await self._post(f"/v1/products/{product_id}/retire", None, ProductOut, idempotency_key=idempotency_key)

    async def open(self, body: ApplicationIn, *, idempotency_key: str | None = None) -> ApplicationOut:
        """Begins an application. Raises NotFound, Conflict."""
        return await self._post("/v1/applications", body, ApplicationOut, idempotency_key=idempotency_key)

    async def change(self, application_id: UUID, body: ApplicationPatch) -> ApplicationOut:
        """Fills in a draft. Raises NotFound, and Conflict once it is submitted or was changed elsewhere."""
        return await self._patch(f"/v1/applications/{application_id}", body, ApplicationOut)

    async def attach(
        self,
        application_id: UUID,
        upload: Upload,
        kind: AttachmentKind = AttachmentKind.BANK_STATEMENT,
        *,
        date_order: str | None = None,
        decimal_mark: str | None = None,
        idempotency_key: str | None = None,
    ) -> AttachmentOut:
        """Attaches a file. Raises InvalidInput with every bad line of a bank statement that can't be read.

        `date_order` (day_first, month_first) and `decimal_mark` (a point, a comma) answer what a statement leaves open.
        """
        answers = {"date_order": date_order, "decimal_mark": decimal_mark}
        fields = {"kind": kind.value} | {name: value for name, value in answers.items() if value is not None}
        return await self._upload(
            f"/v1/applications/{application_id}/attachments",
            upload,
            AttachmentOut,
            fields=fields,
            idempotency_key=idempotency_key,
        )

    async def remove_attachment(self, application_id: UUID, attachment_id: UUID) -> None:
        """Takes a file off a draft. Raises NotFound, Conflict."""
        await self._delete(f"/v1/applications/{application_id}/attachments/{attachment_id}")

    async def attachment(self, application_id: UUID, attachment_id: UUID) -> Download:
        """A file's content. Raises NotFound."""
        return await self._download(f"/v1/applications/{application_id}/attachments/{attachment_id}/content")

    async def submit(self, application_id: UUID, *, idempotency_key: str | None = None) -> ApplicationOut:
        """Hands an application in. Raises InvalidInput with what is missing, Conflict, Unprocessable."""
        return await self._post(
            f"/v1/applications/{application_id}/submit", None, ApplicationOut, idempotency_key=idempotency_key
        )

    async def withdraw(
        self, application_id: UUID, body: WithdrawIn | None = None, *, idempotency_key: str | None = None
    ) -> ApplicationOut:
        """Takes an application back. Raises Conflict once its agreement is signed."""
        return await self._post(
            f"/v1/applications/{application_id}/withdraw",
            body or WithdrawIn(),
            ApplicationOut,
            idempotency_key=idempotency_key,
        )

    async def application(self, application_id: UUID) -> ApplicationOut:
        """One application. Raises NotFound."""
        return await self._get(f"/v1/applications/{application_id}", ApplicationOut)

    async def applications(
        self,
        *,
        status: ApplicationStatus | None = None,
        business_id: UUID | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ApplicationSummary]:
        """One page of the caller's applications, the newest first."""
        params = {"status": status, "business_id": business_id}
        return await self._page("/v1/applications", ApplicationSummary, params=params, cursor=cursor, limit=limit)

    def iterate_applications(self, *, status: ApplicationStatus | None = None) -> AsyncIterator[ApplicationSummary]:
        """Every application of the caller, page by page."""
        return self._pages("/v1/applications", ApplicationSummary, params={"status": status})

    async def history(self, application_id: UUID) -> list[StatusStepOut]:
        """What happened to an application, oldest first. Raises NotFound."""
        return await self._get(f"/v1/applications/{application_id}/history", list[StatusStepOut])
