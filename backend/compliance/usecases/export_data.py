"""Makes a copy of all that is held of a person: asked for, prepared in the background, handed out for a week."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend import identity, notifications
from backend.compliance import store
from backend.compliance.domain.export import A_DAY, KEPT, Export, packed
from backend.compliance.errors import ExportTooSoon
from backend.compliance.usecases.show import export_out
from backend.kernel import audit, jobs, outbox
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.personal import PersonalData
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.compliance import DataExportOut, ExportStatus
from shared.events.compliance import DataExportReady
from shared.ids import new_id
from shared.roles import Role

EXPORT_JOB = "compliance.export"
_DAY = timedelta(days=1)


class PrepareExport(Struct, frozen=True, kw_only=True):
    """Told to the job: which copy to prepare."""

    export_id: UUID


async def request_export(tx: Tx) -> DataExportOut:
    """Has a copy of the caller's data prepared. Raises ExportTooSoon."""
    caller = identity.caller(tx)
    lately = [each for each in await store.exports_of(tx, caller.user_id) if each.requested_at > tx.now - _DAY]
    if len(lately) >= A_DAY:
        raise ExportTooSoon(retry_after_s=int((lately[A_DAY - 1].requested_at + _DAY - tx.now).total_seconds()) + 1)
    new = Export(id=new_id(), user_id=caller.user_id, status=ExportStatus.PREPARING, requested_at=tx.now)
    if not await store.add_export(tx, new):
        raise ExportTooSoon(retry_after_s=30)
    await jobs.enqueue(tx, EXPORT_JOB, PrepareExport(export_id=new.id))
    await audit.record(tx, "data_export.requested", f"data_export:{new.id}")
    return export_out(new, tx.now)


async def prepare_export(
    context: JobContext, order: PrepareExport, *, vault: Vault, parts_of: Mapping[str, PersonalData]
) -> None:
    """Gathers what each context holds, in the person's own name, and stores it packed. Idempotent."""
    async with context.read() as tx:
        found = await store.export(tx, order.export_id)
    if found is None or found.status is not ExportStatus.PREPARING:
        return
    try:
        parts = await _gather(context, vault, found.user_id, parts_of)
    except Exception:
        if context.is_last_attempt:
            await _give_up(context, order.export_id)
        raise
    archive = packed(parts)
    async with context.write() as tx:
        locked = await store.lock_export(tx, order.export_id)
        if locked is None or locked.status is not ExportStatus.PREPARING:
            return
        expires_at = tx.now + KEPT
        await store.add_pieces(tx, vault, locked, archive.content)
        ready = replace(
            locked,
            status=ExportStatus.READY,
            ready_at=tx.now,
            expires_at=expires_at,
            size=len(archive.content),
            sha256=archive.sha256,
        )
        await store.save_export(tx, ready)
        await audit.record(
            tx, "data_export.ready", f"data_export:{ready.id}", size=ready.size, left_out=len(archive.left_out)
        )
        await outbox.add(tx, DataExportReady(export_id=ready.id, user_id=ready.user_id, expires_at=expires_at))
        await notifications.notify(tx, vault, ready.user_id, "data_export_ready", {"until": expires_at.date()})


async def _gather(
    context: JobContext, vault: Vault, user_id: UUID, parts_of: Mapping[str, PersonalData]
) -> list[tuple[str, bytes]]:
    # A session of nobody's: it can't be revoked, and nothing is asked of it but whose things to see.
    themselves = Principal(
        tenant_id=context.scope.tenant_id, user_id=user_id, session_id=new_id(), roles=frozenset({Role.BORROWER})
    )
    theirs = context.in_the_name_of(themselves)
    found: list[tuple[str, bytes]] = []
    for name, personal in parts_of.items():
        async with theirs.read() as tx:
            found += [(f"{name}/{part.path}", part.content) for part in await personal.export(tx, vault)]
    return found


async def _give_up(context: JobContext, export_id: UUID) -> None:
    async with context.write() as tx:
        locked = await store.lock_export(tx, export_id)
        if locked is not None and locked.status is ExportStatus.PREPARING:
            await store.save_export(tx, replace(locked, status=ExportStatus.FAILED))
            await audit.record(tx, "data_export.failed", f"data_export:{export_id}")
