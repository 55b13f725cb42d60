"""Attaches files to an application, and takes them off."""

import asyncio
from uuid import UUID

from msgspec import Struct

from backend import onboarding
from backend.applications import details, store
from backend.applications.access import lock_own, visible
from backend.applications.domain.application import Application
from backend.applications.domain.status import EDITABLE
from backend.applications.errors import ApplicationLocked, AttachmentNotFound, TooManyAttachments
from backend.applications.ports import StatementCheck, StatementSummary
from backend.applications.records import Attachment, StatementFile
from backend.applications.usecases.show import shown_attachment
from backend.kernel import audit, blobs
from backend.kernel.blobs import Blob
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from shared.api.applications import AttachmentOut
from shared.api.products import AttachmentKind
from shared.ids import new_id

MAX_ATTACHMENTS = 20
MAX_FILENAME = 120


class Upload(Struct, frozen=True, kw_only=True):
    """A file as it came in, with the answers that reading a bank statement may need."""

    kind: AttachmentKind
    filename: str
    content: bytes
    date_order: str | None = None
    decimal_mark: str | None = None


class CheckedUpload(Struct, frozen=True, kw_only=True):
    """A file that may be kept: a picture made anew, a passive PDF, or a statement that was read."""

    upload: Upload
    content: bytes
    media_type: str
    summary: StatementSummary | None = None


async def check_upload(upload: Upload, currency: str, check_statement: StatementCheck) -> CheckedUpload:
    """Looks at a file off the event loop, before any transaction. Raises what the readers refuse it with."""
    if upload.kind is not AttachmentKind.BANK_STATEMENT:
        clean = await onboarding.clean_upload(upload.content)
        return CheckedUpload(upload=upload, content=clean.content, media_type=clean.media_type)
    summary = await asyncio.to_thread(
        check_statement,
        upload.content,
        currency,
        date_order=upload.date_order,
        decimal_mark=upload.decimal_mark,
    )
    return CheckedUpload(upload=upload, content=upload.content, media_type=summary.media_type, summary=summary)


async def attach_file(tx: Tx, vault: Vault, application_id: UUID, checked: CheckedUpload) -> AttachmentOut:
    """Keeps a checked file, encrypted. A new bank statement takes the place of the one before.

    Raises ApplicationNotFound, ApplicationLocked, TooManyAttachments.
    """
    found = await _lock_editable(tx, application_id)
    before = await store.attachments(tx, found.id)
    if checked.summary is not None:
        for each in before:
            if each.kind is AttachmentKind.BANK_STATEMENT:
                await store.remove_attachment(tx, each.id)
    elif len(before) >= MAX_ATTACHMENTS:
        raise TooManyAttachments(limit=MAX_ATTACHMENTS)
    stored = await blobs.put(tx, vault, checked.content, checked.media_type)
    attachment_id, upload, summary = new_id(), checked.upload, checked.summary
    name = "".join(each for each in upload.filename if each.isprintable())[-MAX_FILENAME:] or upload.kind
    attachment = Attachment(
        id=attachment_id,
        application_id=found.id,
        blob_id=stored.id,
        kind=upload.kind,
        sealed_filename=await details.seal_filename(tx, vault, found, attachment_id, name),
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=stored.sha256,
        created_at=tx.now,
        starts_on=summary.starts_on if summary else None,
        ends_on=summary.ends_on if summary else None,
        transactions=summary.transactions if summary else None,
        date_order=upload.date_order,
        decimal_mark=upload.decimal_mark,
    )
    await store.add_attachment(tx, attachment)
    await audit.record(tx, "application.file_attached", f"application:{found.id}", kind=upload.kind)
    return await shown_attachment(tx, vault, found, attachment)


async def remove_file(tx: Tx, application_id: UUID, attachment_id: UUID) -> None:
    """Takes a file off. Raises ApplicationNotFound, ApplicationLocked, AttachmentNotFound."""
    found = await _lock_editable(tx, application_id)
    await store.remove_attachment(tx, (await _attachment(tx, found, attachment_id)).id)
    await audit.record(tx, "application.file_removed", f"application:{found.id}", attachment=attachment_id)


async def read_file(tx: Tx, vault: Vault, application_id: UUID, attachment_id: UUID) -> Blob:
    """A file's content; a look by staff is noted. Raises ApplicationNotFound, AttachmentNotFound."""
    found = await visible(tx, application_id)
    attachment = await _attachment(tx, found, attachment_id)
    if tx.scope.principal is not None and tx.scope.principal.is_staff:
        await audit.record(tx, "application.file_viewed", f"application:{found.id}", attachment=attachment_id)
    return await blobs.get(tx, vault, attachment.blob_id)


async def statements(tx: ReadTx, vault: Vault, application_id: UUID) -> list[StatementFile]:
    """The bank statements on an application, opened, in the order in which they came."""
    files: list[StatementFile] = []
    for each in await store.attachments(tx, application_id):
        if each.kind is AttachmentKind.BANK_STATEMENT:
            content = (await blobs.get(tx, vault, each.blob_id)).content
            files.append(
                StatementFile(
                    attachment_id=each.id,
                    sha256=each.sha256,
                    content=content,
                    date_order=each.date_order,
                    decimal_mark=each.decimal_mark,
                )
            )
    return files


async def is_statement_seen_elsewhere(tx: ReadTx, application_id: UUID, sha256: bytes) -> bool:
    """Whether another person attached the very same file; for other contexts."""
    found = await store.by_id(tx, application_id)
    return found is not None and await store.is_attached_elsewhere(tx, sha256, found.user_id)


async def _attachment(tx: ReadTx, found: Application, attachment_id: UUID) -> Attachment:
    for each in await store.attachments(tx, found.id):
        if each.id == attachment_id:
            return each
    raise AttachmentNotFound


async def _lock_editable(tx: Tx, application_id: UUID) -> Application:
    found = await lock_own(tx, application_id)
    if found.status not in EDITABLE:
        raise ApplicationLocked(status=found.status.replace("_", " "))
    return found
