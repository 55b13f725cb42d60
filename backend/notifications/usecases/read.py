"""What people see of their messages, and what they choose to hear of."""

from uuid import UUID

from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.notifications import store
from backend.notifications.errors import NotificationNotFound
from shared.api.notifications import NotificationOut, PreferencesIn, PreferencesOut
from shared.errors import InvalidInput, NotAuthenticated
from shared.paging import Page


async def list_notifications(tx: ReadTx, vault: Vault, *, cursor: str | None, limit: int) -> Page[NotificationOut]:
    """The caller's messages, the newest first. Raises InvalidInput for a cursor of another's making."""
    try:
        before = UUID(cursor) if cursor else None
    except ValueError as error:
        raise InvalidInput({"cursor": "is not one that this list gave"}) from error
    found = await store.in_app(tx, vault, _me(tx), before=before, limit=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=found[:limit], next_cursor=more)


async def mark_read(tx: Tx, notification_id: UUID) -> None:
    """Marks one of the caller's messages as read. Idempotent. Raises NotificationNotFound."""
    if not await store.mark_read(tx, _me(tx), notification_id):
        raise NotificationNotFound


async def mark_all_read(tx: Tx) -> None:
    """Marks all of the caller's messages as read. Idempotent."""
    await store.mark_read(tx, _me(tx))


async def preferences(tx: ReadTx) -> PreferencesOut:
    """What the caller wants to hear of."""
    return await store.preferences(tx, _me(tx))


async def set_preferences(tx: Tx, wanted: PreferencesIn) -> PreferencesOut:
    """Sets what the caller wants to hear of."""
    await store.save_preferences(tx, _me(tx), reminder={*wanted.reminder}, marketing={*wanted.marketing})
    return await store.preferences(tx, _me(tx))


def _me(tx: ReadTx) -> UUID:
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal.user_id
