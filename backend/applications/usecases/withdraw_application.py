"""Takes an application back."""

from uuid import UUID

import msgspec

from backend.applications import store
from backend.applications.access import lock_own
from backend.applications.domain.status import can_withdraw
from backend.applications.errors import CannotWithdraw
from backend.applications.usecases.show import shown
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationOut, ApplicationStatus
from shared.events.applications import ApplicationWithdrawn


async def withdraw_application(tx: Tx, vault: Vault, application_id: UUID, reason: str | None) -> ApplicationOut:
    """Ends an application at the applicant's wish; one that is withdrawn already stays so.

    Raises ApplicationNotFound, and CannotWithdraw once an agreement is signed or the application has ended.
    """
    found = await lock_own(tx, application_id)
    if found.status is ApplicationStatus.WITHDRAWN:
        return await shown(tx, vault, found)
    if not can_withdraw(found.status):
        raise CannotWithdraw(status=found.status.replace("_", " "))
    withdrawn = msgspec.structs.replace(found, status=ApplicationStatus.WITHDRAWN, updated_at=tx.now)
    await store.save(tx, withdrawn)
    await store.add_step(tx, found.id, ApplicationStatus.WITHDRAWN, [reason] if reason else [])
    await outbox.add(tx, ApplicationWithdrawn(application_id=found.id))
    await audit.record(tx, "application.withdrawn", f"application:{found.id}", reason=reason)
    return await shown(tx, vault, withdrawn)
