"""What routes that take files have in common."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile

from backend.kernel.blobs import Blob


@dataclass(frozen=True, slots=True)
class FileForm:
    """One file."""

    file: UploadFile


async def keep_body(request: Request[Any, Any, Any]) -> None:
    """Reads the whole body before its parts are: the Idempotency-Key is held against its bytes as well."""
    await request.body()


def download(file_id: UUID, blob: Blob) -> Response[bytes]:
    """A file as it is handed out: to be saved, never to be run."""
    return Response(
        blob.content,
        media_type=blob.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file_id}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
