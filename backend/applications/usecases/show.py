"""Applications as they are shown."""

from uuid import UUID

from backend import identity
from backend.applications import details, store
from backend.applications.access import visible
from backend.applications.domain.application import Application
from backend.applications.domain.draft import missing
from backend.applications.records import Attachment
from backend.applications.usecases.save_product import product
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from shared.api.applications import (
    ApplicationDetails,
    ApplicationOut,
    ApplicationStatus,
    ApplicationSummary,
    AttachmentOut,
    StatusStepOut,
)
from shared.paging import Page


async def show(tx: ReadTx, vault: Vault, application_id: UUID) -> ApplicationOut:
    """One application that the caller may look at. Raises ApplicationNotFound, DataErased."""
    return await shown(tx, vault, await visible(tx, application_id))


async def shown(tx: ReadTx, vault: Vault, found: Application) -> ApplicationOut:
    """An application with its details, its files and what it still lacks."""
    terms = await product(tx, found.product_id)
    told = await details.read(tx, vault, found)
    attached = await store.attachments(tx, found.id)
    return ApplicationOut(
        id=found.id,
        status=found.status,
        user_id=found.user_id,
        business_id=found.business_id,
        product_id=found.product_id,
        product_kind=found.product_kind,
        product_name=found.product_name,
        channel=found.channel,
        currency=found.currency,
        amount=found.amount,
        instalments=found.instalments,
        purpose=found.purpose,
        payout_account_id=found.payout_account_id,
        details=told,
        attachments=[await shown_attachment(tx, vault, found, each) for each in attached],
        missing=list(missing(found, terms, told, frozenset(each.kind for each in attached))),
        revision=found.revision,
        created_at=found.created_at,
        updated_at=found.updated_at,
        submitted_at=found.submitted_at,
        loan_id=found.loan_id,
    )


async def shown_attachment(tx: ReadTx, vault: Vault, of: Application, attachment: Attachment) -> AttachmentOut:
    """An attached file without its content."""
    return AttachmentOut(
        id=attachment.id,
        kind=attachment.kind,
        filename=await details.open_filename(tx, vault, of, attachment.id, attachment.sealed_filename),
        media_type=attachment.media_type,
        size=attachment.size,
        sha256=attachment.sha256.hex(),
        created_at=attachment.created_at,
        starts_on=attachment.starts_on,
        ends_on=attachment.ends_on,
        transactions=attachment.transactions,
    )


async def list_applications(
    tx: ReadTx, *, status: ApplicationStatus | None, business_id: UUID | None, cursor: UUID | None, limit: int
) -> Page[ApplicationSummary]:
    """One page, the newest first: the caller's own, or those of one business; for staff, the tenant's.

    Raises identity's refusal of a business that the caller does not act for.
    """
    sight = await identity.sight(tx)
    if business_id is not None and not sight.reaches(identity.caller(tx).user_id, business_id):
        raise identity.BusinessNotFound
    found = await store.listed(
        tx,
        sight=sight,
        business_id=business_id,
        status=status,
        before=cursor,
        limit=limit + 1,
    )
    items = [
        ApplicationSummary(
            id=each.id,
            status=each.status,
            user_id=each.user_id,
            business_id=each.business_id,
            product_kind=each.product_kind,
            product_name=each.product_name,
            amount=each.amount,
            created_at=each.created_at,
            updated_at=each.updated_at,
        )
        for each in found[:limit]
    ]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


async def history(tx: ReadTx, application_id: UUID) -> list[StatusStepOut]:
    """What happened to an application, oldest first. Raises ApplicationNotFound."""
    await visible(tx, application_id)
    return await store.steps(tx, application_id)


async def own_ids(tx: ReadTx) -> list[UUID]:
    """The caller's applications, the newest first, five hundred at most."""
    mine = identity.Sight(user_id=identity.caller(tx).user_id)
    found = await store.listed(tx, sight=mine, business_id=None, status=None, before=None, limit=500)
    return [each.id for each in found]


async def told(tx: ReadTx, vault: Vault, application_id: UUID) -> ApplicationDetails | None:
    """What the applicant told beyond the figures, whoever asks: for other contexts. Raises DataErased."""
    found = await store.by_id(tx, application_id)
    return None if found is None else await details.read(tx, vault, found)
