"""Saves what an applicant types, field by field."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from backend.applications import details, store
from backend.applications.access import lock_own
from backend.applications.domain.status import EDITABLE
from backend.applications.errors import ApplicationChangedElsewhere, ApplicationLocked
from backend.applications.usecases.show import shown
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationOut, ApplicationPatch

_PLAIN = ("amount_minor", "instalments", "purpose", "payout_account_id")


async def change_draft(tx: Tx, vault: Vault, application_id: UUID, patch: ApplicationPatch) -> ApplicationOut:
    """Changes the fields that `patch` holds. Safe to repeat; what is filled in need not fit yet.

    Raises ApplicationNotFound, ApplicationLocked once it is submitted, and ApplicationChangedElsewhere when it is no
    longer what the sender had read.
    """
    found = await lock_own(tx, application_id)
    if found.status not in EDITABLE:
        raise ApplicationLocked(status=found.status.replace("_", " "))
    if patch.updated_at is not UNSET and patch.updated_at != found.updated_at:
        raise ApplicationChangedElsewhere
    given: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(patch, name)) is not UNSET}
    changed = msgspec.structs.replace(found, **given, updated_at=tx.now)
    if patch.details is UNSET:
        await store.save(tx, changed)
    else:
        await store.save(tx, changed, sealed_details=await details.seal(tx, vault, changed, patch.details))
    return await shown(tx, vault, changed)
