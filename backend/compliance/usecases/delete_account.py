"""Ends accounts: asked for by a step-up code, to be taken back for two weeks, then closed or erased."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from backend import identity, notifications
from backend.compliance import store
from backend.compliance.domain.deletion import WINDOW, Deletion, require_free
from backend.compliance.errors import DeletionExists, DeletionNotFound
from backend.compliance.usecases.show import request_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import ReadTx, Tx
from backend.kernel.personal import PersonalData
from backend.kernel.vault import Vault
from shared.api.compliance import DeletionIn, DeletionOut, DeletionRequestOut, DeletionStatus, KeptOut
from shared.errors import NotPermitted
from shared.events.compliance import AccountClosed, AccountErased, DeletionCancelled, DeletionRequested
from shared.ids import new_id

ACTION = "person.delete"
BATCH = 20
Parts = Mapping[str, PersonalData]


async def what_it_means(tx: ReadTx, parts: Parts) -> DeletionOut:
    """What hinders the end of the caller's account now, what is kept and why, and the request if there is one."""
    user_id = identity.caller(tx).user_id
    request = await store.deletion_of(tx, user_id)
    kept = [each for part in parts.values() for each in part.kept]
    return DeletionOut(
        hindered_by=sorted(await _hindered_by(tx, parts, user_id)),
        window_days=WINDOW.days,
        kept=[KeptOut(what=each.what, why=each.why, years=each.years) for each in kept],
        erase_on=await _keep_until(tx, parts, user_id),
        request=None if request is None else request_out(request),
    )


async def request_deletion(tx: Tx, vault: Vault, parts: Parts, given: DeletionIn) -> DeletionRequestOut:
    """Asks for the end of the caller's account. Staff ask their administrator instead.

    Raises StepUpRefused, DeletionHindered, DeletionExists, NotPermitted.
    """
    caller = identity.caller(tx)
    if caller.is_staff:
        raise NotPermitted
    require_free(await _hindered_by(tx, parts, caller.user_id))
    await identity.verify_step_up(tx, vault, caller.user_id, ACTION, str(caller.user_id), given.code)
    new = Deletion(
        id=new_id(),
        user_id=caller.user_id,
        status=DeletionStatus.WAITING,
        requested_at=tx.now,
        due_at=tx.now + WINDOW,
    )
    if not await store.add_deletion(tx, new):
        standing = await store.deletion_of(tx, caller.user_id)
        raise DeletionExists(due_at=standing.due_at.isoformat() if standing else "its time")
    await audit.record(tx, "account.deletion_requested", f"person:{new.user_id}", due_at=new.due_at)
    await outbox.add(tx, DeletionRequested(request_id=new.id, user_id=new.user_id, due_at=new.due_at))
    await notifications.notify(tx, vault, new.user_id, "deletion_requested", {"on": new.due_at.date()})
    return request_out(new)


async def cancel_deletion(tx: Tx) -> DeletionRequestOut:
    """Takes the caller's request back. Raises DeletionNotFound."""
    found = await store.lock_living(tx, identity.caller(tx).user_id)
    if found is None:
        raise DeletionNotFound
    kept = found.cancelled(tx.now)
    await store.save_deletion(tx, kept)
    await audit.record(tx, "account.deletion_cancelled", f"person:{found.user_id}")
    await outbox.add(tx, DeletionCancelled(request_id=found.id, user_id=found.user_id))
    return request_out(kept)


async def due_deletions(tx: ReadTx) -> list[UUID]:
    """Requests whose time has come."""
    return list(await store.due(tx, await business_date.current(tx), BATCH))


async def carry_out(tx: Tx, vault: Vault, parts: Parts, deletion_id: UUID) -> None:
    """Does what is due of one request. Idempotent."""
    found = await store.lock_deletion(tx, deletion_id)
    if found is None:
        return
    today = await business_date.current(tx)
    if found.status is DeletionStatus.CLOSED and found.erase_on is not None and found.erase_on <= today:
        await _erase(tx, vault, parts, found.erased(tx.now))
    elif found.ended_at is None and found.due_at <= tx.now:
        hindered_by = sorted(await _hindered_by(tx, parts, found.user_id))
        keep_until = await _keep_until(tx, parts, found.user_id)
        ended = found.carried_out(hindered_by, keep_until, now=tx.now, today=today)
        if ended.status is DeletionStatus.ERASED:
            await _erase(tx, vault, parts, ended)
        elif ended.status is DeletionStatus.CLOSED:
            await _close(tx, vault, ended)
        else:
            await store.save_deletion(tx, ended)
            await audit.record(
                tx, "account.deletion_hindered", f"person:{found.user_id}", reasons=list(ended.hindered_by)
            )


async def _close(tx: Tx, vault: Vault, ended: Deletion) -> None:
    assert ended.erase_on is not None, "what is closed is erased some day"
    person = await identity.close_person(tx, vault, ended.user_id)
    await store.retain(tx, vault, ended.user_id, person, ended.erase_on)
    await store.save_deletion(tx, ended)
    await audit.record(tx, "account.closed", f"person:{ended.user_id}", erase_on=ended.erase_on)
    await outbox.add(tx, AccountClosed(request_id=ended.id, user_id=ended.user_id, erase_on=ended.erase_on))


async def _erase(tx: Tx, vault: Vault, parts: Parts, ended: Deletion) -> None:
    for part in parts.values():
        await part.erase(tx, ended.user_id)
    for export in await store.exports_of(tx, ended.user_id):
        await store.forget_pieces(tx, export.id)
    await store.release(tx, ended.user_id)
    await identity.erase_person(tx, vault, ended.user_id)
    await store.save_deletion(tx, ended)
    await audit.record(tx, "account.erased", f"person:{ended.user_id}")
    await outbox.add(tx, AccountErased(request_id=ended.id, user_id=ended.user_id))


async def _hindered_by(tx: ReadTx, parts: Parts, user_id: UUID) -> set[str]:
    return {reason for part in parts.values() for reason in await part.hinders(tx, user_id)}


async def _keep_until(tx: ReadTx, parts: Parts, user_id: UUID) -> date | None:
    days = [await part.keep_until(tx, user_id) for part in parts.values()]
    return max((day for day in days if day is not None), default=None)
