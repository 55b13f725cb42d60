"""The SQL of applications. An application's row is locked before anything that belongs to it is changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, func, or_, select, update

from backend.applications.domain.application import Application
from backend.applications.records import Attachment
from backend.applications.tables import application, application_attachment, application_step, product
from backend.identity import Sight
from backend.kernel.db import ReadTx, Tx, into
from shared.api.applications import ApplicationStatus, StatusStepOut
from shared.api.products import Channel, ProductIn, ProductKind, ProductOut, ProductState
from shared.ids import new_id

_OWN = tuple(column for column in application.c if column.name not in ("tenant_id", "sealed_details"))
_KEPT = (UUID, datetime, bytes)


def _product(row: Row[Any]) -> ProductOut:
    own = {"id": row.id, "version": row.version, "state": row.state, "created_at": row.created_at}
    return msgspec.convert({**row.terms, **own}, ProductOut)


async def product_by_id(tx: ReadTx, product_id: UUID) -> ProductOut | None:
    """One version of a product."""
    row = await tx.first(select(product).where(product.c.id == product_id))
    return _product(row) if row else None


async def latest_version(tx: Tx, code: str) -> int:
    """The number of the newest version of `code`, whose versions nobody else adds to until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtext("product"), func.hashtext(f"{tx.tenant_id}:{code}"))
    await tx.first(select(lock))
    newest = await tx.scalar(select(func.max(product.c.version)).where(product.c.code == code))
    return int(newest or 0)


async def add_product(tx: Tx, terms: ProductIn, version: int) -> ProductOut:
    """Stores the next version and retires the one before."""
    await retire_product(tx, terms.code)
    values = {
        "id": new_id(),
        "code": terms.code,
        "version": version,
        "state": ProductState.ACTIVE.value,
        "kind": terms.kind.value,
        "terms": msgspec.to_builtins(terms),
        "created_at": tx.now,
    }
    await tx.execute(product.insert(), values)
    return _product(await tx.one(select(product).where(product.c.id == values["id"])))


async def retire_product(tx: Tx, code: str) -> bool:
    """Takes the active version of `code` off the shelf; False when there is none."""
    active = (product.c.code == code) & (product.c.state == ProductState.ACTIVE)
    return bool(await tx.execute(update(product).where(active).values(state=ProductState.RETIRED.value)))


async def products(
    tx: ReadTx, *, kind: ProductKind | None, channel: Channel | None, currency: str | None, retired: bool
) -> list[ProductOut]:
    """Products by code; the active ones, or every version."""
    wanted = select(product).order_by(product.c.code, product.c.version).limit(500)
    if not retired:
        wanted = wanted.where(product.c.state == ProductState.ACTIVE)
    if kind is not None:
        wanted = wanted.where(product.c.kind == kind)
    found = [_product(row) for row in await tx.all(wanted)]
    return [
        each
        for each in found
        if (channel is None or channel in each.channels) and (currency is None or currency == each.currency)
    ]


async def add(tx: Tx, new: Application, sealed_details: bytes | None) -> None:
    """Stores a fresh draft."""
    values: dict[str, Any] = msgspec.to_builtins(new, builtin_types=_KEPT)
    await tx.execute(application.insert(), {**values, "sealed_details": sealed_details})


async def save(
    tx: Tx, changed: Application, *, sealed_details: bytes | msgspec.UnsetType | None = msgspec.UNSET
) -> None:
    """Writes a locked application back; its details only when they are given."""
    values: dict[str, Any] = msgspec.to_builtins(changed, builtin_types=_KEPT)
    if sealed_details is not msgspec.UNSET:
        values["sealed_details"] = sealed_details
    await tx.execute(update(application).where(application.c.id == changed.id).values(values))


async def by_id(tx: ReadTx, application_id: UUID) -> Application | None:
    """An application."""
    return await _one(tx, select(*_OWN).where(application.c.id == application_id))


async def lock(tx: Tx, application_id: UUID) -> Application | None:
    """An application, held until the transaction ends."""
    return await _one(tx, select(*_OWN).where(application.c.id == application_id).with_for_update())


async def lock_by_loan(tx: Tx, loan_id: UUID) -> Application | None:
    """The application that became a loan, held until the transaction ends."""
    return await _one(tx, select(*_OWN).where(application.c.loan_id == loan_id).with_for_update())


async def _one(tx: ReadTx, wanted: Select[Any]) -> Application | None:
    row = await tx.first(wanted)
    return into(row, Application) if row else None


async def sealed_details(tx: ReadTx, application_id: UUID) -> bytes | None:
    """What the applicant told, sealed."""
    sealed: bytes | None = await tx.scalar(
        select(application.c.sealed_details).where(application.c.id == application_id)
    )
    return sealed


async def listed(
    tx: ReadTx,
    *,
    sight: Sight,
    business_id: UUID | None,
    status: ApplicationStatus | None,
    before: UUID | None,
    limit: int,
) -> list[Application]:
    """Applications, the newest first: of this business, or else the caller's own; the whole tenant's for its staff."""
    wanted = select(*_OWN).order_by(application.c.id.desc()).limit(limit)
    if business_id is not None:
        wanted = wanted.where(application.c.business_id == business_id)
    elif sight.user_id is not None:
        still_theirs = or_(application.c.business_id.is_(None), application.c.business_id.in_(sight.business_ids))
        wanted = wanted.where(application.c.user_id == sight.user_id, still_theirs)
    if status is not None:
        wanted = wanted.where(application.c.status == status)
    if before is not None:
        wanted = wanted.where(application.c.id < before)
    return [into(row, Application) for row in await tx.all(wanted)]


async def count_open_drafts(tx: ReadTx, user_id: UUID) -> int:
    """How many applications a person has not finished."""
    drafts = (application.c.user_id == user_id) & (application.c.status == ApplicationStatus.DRAFT)
    return int(await tx.scalar(select(func.count()).select_from(application).where(drafts)))


async def stale(tx: ReadTx, statuses: list[ApplicationStatus], since: datetime, limit: int) -> list[UUID]:
    """Applications in one of `statuses` that nothing has happened to since then."""
    quiet = application.c.status.in_(statuses) & (application.c.updated_at < since)
    rows = await tx.all(select(application.c.id).where(quiet).order_by(application.c.id).limit(limit))
    return [row.id for row in rows]


async def add_step(tx: Tx, application_id: UUID, status: ApplicationStatus, reasons: list[str]) -> None:
    """Notes what happened, whether or not it moved the status."""
    values = {
        "id": new_id(),
        "application_id": application_id,
        "at": tx.now,
        "status": status.value,
        "actor": tx.scope.actor,
        "reasons": reasons,
    }
    await tx.execute(application_step.insert(), values)


async def steps(tx: ReadTx, application_id: UUID) -> list[StatusStepOut]:
    """An application's history, oldest first."""
    mine = select(application_step).where(application_step.c.application_id == application_id)
    rows = await tx.all(mine.order_by(application_step.c.id).limit(500))
    return [into(row, StatusStepOut) for row in rows]


async def add_attachment(tx: Tx, attachment: Attachment) -> None:
    """Notes an attached file."""
    values: dict[str, Any] = msgspec.structs.asdict(attachment)
    await tx.execute(application_attachment.insert(), {**values, "kind": attachment.kind.value})


async def attachments(tx: ReadTx, application_id: UUID) -> list[Attachment]:
    """The files on an application that were not removed, in the order in which they came."""
    mine = application_attachment.c.application_id == application_id
    present = select(application_attachment).where(mine, application_attachment.c.removed_at.is_(None))
    return [into(row, Attachment) for row in await tx.all(present.order_by(application_attachment.c.id))]


async def is_attached_elsewhere(tx: ReadTx, sha256: bytes, user_id: UUID) -> bool:
    """Whether somebody else has attached the very same file."""
    joined = application_attachment.join(application, application.c.id == application_attachment.c.application_id)
    same = (application_attachment.c.sha256 == sha256) & (application.c.user_id != user_id)
    return await tx.first(select(application.c.id).select_from(joined).where(same).limit(1)) is not None


async def remove_attachment(tx: Tx, attachment_id: UUID) -> None:
    """Takes a file off its application; decisions that read it keep what they read."""
    gone = update(application_attachment).where(application_attachment.c.id == attachment_id)
    await tx.execute(gone.values(removed_at=tx.now))


async def incomplete_submissions(tx: ReadTx) -> list[UUID]:
    """Submitted applications that lack a figure; there are none."""
    lacking = or_(
        application.c.amount_minor.is_(None),
        application.c.instalments.is_(None),
        application.c.payout_account_id.is_(None),
    )
    submitted = application.c.status.not_in(
        [ApplicationStatus.DRAFT, ApplicationStatus.MORE_INFO, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED]
    )
    rows = await tx.all(select(application.c.id).where(submitted, lacking).order_by(application.c.id).limit(100))
    return [row.id for row in rows]
