"""Hands a copy out: to its owner signed in, or by a link of a few minutes; each time is noted."""

from uuid import UUID

from msgspec.structs import replace

from backend import identity
from backend.compliance import store
from backend.compliance.domain.export import LINK_LIVES, Export
from backend.compliance.errors import ExportNotFound, ExportNotReady
from backend.compliance.store import ExportLink
from backend.compliance.usecases.show import export_out
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tokens import OpaqueTokens, TokenInvalid
from backend.kernel.vault import Vault
from shared.api.compliance import DataExportOut, ExportLinkOut, ExportStatus

BATCH = 50


async def list_exports(tx: ReadTx) -> list[DataExportOut]:
    """The caller's copies, the newest first."""
    return [export_out(each, tx.now) for each in await store.exports_of(tx, identity.caller(tx).user_id)]


async def read_own(tx: Tx, vault: Vault, export_id: UUID) -> bytes:
    """The caller's copy. Raises ExportNotFound, ExportNotReady."""
    found = await _own(tx, export_id)
    await audit.record(tx, "data_export.downloaded", f"data_export:{found.id}", by="session")
    return await store.content(tx, vault, found)


async def make_link(tx: Tx, tokens: OpaqueTokens, export_id: UUID, public_url: str) -> ExportLinkOut:
    """A link to the caller's copy; the one before is refused from now on. Raises ExportNotFound, ExportNotReady."""
    found = await _own(tx, export_id)
    token, kept = tokens.issue(tx.tenant_id, found.id)
    expires_at = tx.now + LINK_LIVES
    await store.set_link(tx, found.id, ExportLink(hash=kept.hash, expires_at=expires_at))
    await audit.record(tx, "data_export.link_made", f"data_export:{found.id}")
    return ExportLinkOut(url=f"{public_url.rstrip('/')}/v1/data-exports/{token}/content", expires_at=expires_at)


def tenant_of(tokens: OpaqueTokens, token: str) -> UUID:
    """Whose tenant a link belongs to; whether it is still good is for its row to say. Raises ExportNotFound."""
    try:
        return tokens.open(token).tenant_id
    except TokenInvalid as refusal:
        raise ExportNotFound from refusal


async def read_by_link(tx: Tx, vault: Vault, tokens: OpaqueTokens, token: str) -> bytes:
    """The copy behind a link. Raises ExportNotFound for one that is none, replaced or over; ExportNotReady."""
    given = tokens.open(token)
    assert given.tenant_id == tx.tenant_id, "the link chose the tenant"
    link, found = await store.link(tx, given.row_id), await store.export(tx, given.row_id)
    good = link.hash == given.hash and link.expires_at is not None and tx.now < link.expires_at
    if found is None or not good:
        raise ExportNotFound
    _require_ready(tx, found)
    await audit.record(tx, "data_export.downloaded", f"data_export:{found.id}", by="link")
    return await store.content(tx, vault, found)


async def expire_exports(tx: Tx) -> None:
    """Deletes what copies hold whose time is over."""
    for export_id in await store.expired(tx, BATCH):
        locked = await store.lock_export(tx, export_id)
        if locked is not None and locked.status is ExportStatus.READY:
            await store.forget_pieces(tx, export_id)
            await store.set_link(tx, export_id, ExportLink(hash=None, expires_at=None))
            await store.save_export(tx, replace(locked, status=ExportStatus.EXPIRED))


async def _own(tx: Tx, export_id: UUID) -> Export:
    found = await store.lock_export(tx, export_id)
    if found is None or found.user_id != identity.caller(tx).user_id:
        raise ExportNotFound
    _require_ready(tx, found)
    return found


def _require_ready(tx: ReadTx, found: Export) -> None:
    standing = found.standing(tx.now)
    if standing is not ExportStatus.READY:
        raise ExportNotReady(status=standing.value)
