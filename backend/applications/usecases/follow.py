"""Moves an application's status with what other contexts make of it, in whatever order they say so."""

from uuid import UUID

import msgspec

from backend.applications import store
from backend.applications.domain.application import Application
from backend.applications.domain.status import advanced, is_open
from backend.applications.errors import ApplicationLocked, ApplicationNotFound
from backend.kernel.db import ReadTx, Tx
from shared.api.applications import ApplicationStatus


async def application(tx: ReadTx, application_id: UUID) -> Application:
    """An application, whoever asks: for other contexts. Raises ApplicationNotFound."""
    found = await store.by_id(tx, application_id)
    if found is None:
        raise ApplicationNotFound
    return found


async def hold_open(tx: Tx, application_id: UUID) -> Application:
    """An application held until the transaction ends, so that it can't be withdrawn meanwhile.

    For whoever is about to bind the applicant. Raises ApplicationNotFound, and ApplicationLocked when it has ended.
    """
    found = await store.lock(tx, application_id)
    if found is None:
        raise ApplicationNotFound
    if not is_open(found.status):
        raise ApplicationLocked(status=found.status.replace("_", " "))
    return found


async def follow(
    tx: Tx,
    application_id: UUID,
    status: ApplicationStatus,
    *,
    reasons: list[str] | None = None,
    loan_id: UUID | None = None,
    revision: int | None = None,
) -> None:
    """Notes that the application came to `status`, and moves it there unless it is further already.

    News of an earlier submission is passed over, and so is news of another loan: a further draw under the line that the
    application opened. Does nothing for an application that is not there.
    """
    found = await store.lock(tx, application_id)
    if found is None or (revision is not None and revision < found.revision):
        return
    if loan_id is not None and found.loan_id not in {None, loan_id}:
        return
    moved = msgspec.structs.replace(
        found, status=advanced(found.status, status), loan_id=found.loan_id or loan_id, updated_at=tx.now
    )
    await store.save(tx, moved)
    await store.add_step(tx, found.id, status, reasons or [])
