"""What the store keeps beside an application."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from backend.kernel.crypto import Field
from shared.api.products import AttachmentKind

DETAILS = Field("application", "sealed_details")
FILENAME = Field("application_attachment", "sealed_filename")


class Attachment(Struct, frozen=True, kw_only=True):
    """A file on an application; its content is a blob."""

    id: UUID
    application_id: UUID
    blob_id: UUID
    kind: AttachmentKind
    sealed_filename: bytes
    media_type: str
    size: int
    sha256: bytes
    created_at: datetime
    starts_on: date | None = None
    ends_on: date | None = None
    transactions: int | None = None
    date_order: str | None = None
    decimal_mark: str | None = None


class StatementFile(Struct, frozen=True, kw_only=True):
    """A bank statement with the answers that reading it needs."""

    attachment_id: UUID
    sha256: bytes
    content: bytes
    date_order: str | None
    decimal_mark: str | None
