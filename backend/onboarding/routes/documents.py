"""Files that prove something: uploaded, listed, read back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from backend.onboarding.routes.parameters import Cursor, Limit
from backend.onboarding.usecases import read_cases
from backend.onboarding.usecases.upload_document import clean_upload, keep_document, read_document
from backend.onboarding.views import document_out
from shared.api.onboarding import DocumentOut, DocumentPurpose
from shared.paging import DEFAULT_PAGE, Page


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """A file and what it shows, as multipart/form-data."""

    file: UploadFile
    purpose: DocumentPurpose


async def keep_body(request: Request[Any, Any, Any]) -> None:
    """Reads the whole body before its parts are: the Idempotency-Key is held against its bytes as well."""
    await request.body()


class DocumentController(Controller):
    """Documents of the caller."""

    path = "/v1/documents"
    tags = ("Documents",)

    @post(
        "/",
        operation_id="uploadDocument",
        summary="Upload a document",
        description="A JPEG, PNG, WebP or PDF of up to 10 MB. Pictures are stored anew, without what cameras add.",
        before_request=keep_body,
    )
    async def upload(
        self,
        data: MultipartBody[DocumentForm],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> DocumentOut:
        """Takes one file in."""
        file = await clean_upload(await data.file.read())

        async def use(tx: Tx) -> DocumentOut:
            return document_out(await keep_document(tx, vault, data.purpose, file))

        return await edge.write(use, DocumentOut)

    @get("/", operation_id="listDocuments", summary="My documents")
    async def mine(
        self, edge: NamedDependency[Edge], cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
    ) -> Page[DocumentOut]:
        """One page of the caller's files."""
        return await edge.read(lambda tx: read_cases.my_documents(tx, cursor=cursor, limit=limit))

    @get("/{document_id:uuid}", operation_id="getDocument", summary="One document")
    async def one(self, document_id: FromPath[UUID], edge: NamedDependency[Edge]) -> DocumentOut:
        """What is known of a file, without its content."""
        return await edge.read(lambda tx: read_cases.one_document(tx, document_id))

    @get("/{document_id:uuid}/content", operation_id="downloadDocument", summary="A document's content")
    async def content(
        self, document_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> Response[bytes]:
        """The file itself. A look by a compliance officer is noted in the audit log."""
        blob = await edge.write_unkeyed(lambda tx: read_document(tx, vault, document_id))
        suffix = blob.content_type.rpartition("/")[2]
        return Response(
            blob.content,
            media_type=blob.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{document_id}.{suffix}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )
