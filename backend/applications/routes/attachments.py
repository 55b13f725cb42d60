"""Files on an application."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from backend.applications.access import visible
from backend.applications.ports import StatementCheck
from backend.applications.usecases.attach_file import Upload, attach_file, check_upload, read_file, remove_file
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from shared.api.applications import AttachmentOut
from shared.api.products import AttachmentKind


@dataclass(frozen=True, slots=True)
class AttachmentForm:
    """A file and what it is. The two answers are needed only where a bank statement leaves them open."""

    file: UploadFile
    kind: AttachmentKind
    date_order: Literal["day_first", "month_first"] | None = None
    decimal_mark: Literal[".", ","] | None = None


async def keep_body(request: Request[Any, Any, Any]) -> None:
    """Reads the whole body before its parts are: the Idempotency-Key is held against its bytes as well."""
    await request.body()


class AttachmentController(Controller):
    """Attachments of an application."""

    path = "/v1/applications/{application_id:uuid}/attachments"
    tags = ("Applications",)

    @post(
        "/",
        operation_id="attachFile",
        summary="Attach a file",
        description="A bank statement is a CSV or OFX export of up to 5 MB; it is read at once, and one that can't be "
        "is refused with every bad line. Anything else is a JPEG, PNG, WebP or PDF of up to 10 MB.",
        before_request=keep_body,
    )
    async def attach(
        self,
        application_id: FromPath[UUID],
        data: MultipartBody[AttachmentForm],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        statement_check: NamedDependency[StatementCheck],
    ) -> AttachmentOut:
        """Checks a file and keeps it."""
        application = await edge.read(lambda tx: visible(tx, application_id))
        upload = Upload(
            kind=data.kind,
            filename=data.file.filename,
            content=await data.file.read(),
            date_order=data.date_order,
            decimal_mark=data.decimal_mark,
        )
        checked = await check_upload(upload, application.currency, statement_check)
        return await edge.write(lambda tx: attach_file(tx, vault, application_id, checked), AttachmentOut)

    @delete("/{attachment_id:uuid}", operation_id="removeAttachment", summary="Remove a file")
    async def remove(
        self, application_id: FromPath[UUID], attachment_id: FromPath[UUID], edge: NamedDependency[Edge]
    ) -> None:
        """Takes a file off a draft."""
        await edge.write_unkeyed(lambda tx: remove_file(tx, application_id, attachment_id))

    @get("/{attachment_id:uuid}/content", operation_id="downloadAttachment", summary="A file's content")
    async def content(
        self,
        application_id: FromPath[UUID],
        attachment_id: FromPath[UUID],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> Response[bytes]:
        """The file itself. A look by staff is noted in the audit log."""
        blob = await edge.write_unkeyed(lambda tx: read_file(tx, vault, application_id, attachment_id))
        return Response(
            blob.content,
            media_type=blob.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{attachment_id}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )
