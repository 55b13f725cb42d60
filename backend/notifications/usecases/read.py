"""What people see of their messages, and what they choose to hear of."""

from uuid import UUID

from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.notifications.errors import NotificationNotFound
from backend.notifications.store import deliveries
from shared.api.notifications import Channel, NotificationOut, PreferencesIn, PreferencesOut, Topic
from shared.errors import InvalidInput, NotAuthenticated
from shared.paging import Page

_CHOSEN = (Topic.REMINDER, Topic.MARKETING)  # what people choose channels for


async def list_notifications(tx: ReadTx, vault: Vault, *, cursor: str | None, limit: int) -> Page[NotificationOut]:
    """The caller's messages, the newest first. Raises InvalidInput for a cursor of another's making."""
    try:
        before = UUID(cursor) if cursor else None
    except ValueError as error:
        raise InvalidInput({"cursor": "is not one that this list gave"}) from error
    found = await deliveries.in_app(tx, vault, _me(tx), before=before, limit=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=found[:limit], next_cursor=more)


async def mark_read(tx: Tx, notification_id: UUID) -> None:
    """Marks one of the caller's messages as read. Idempotent. Raises NotificationNotFound."""
    if not await deliveries.mark_read(tx, _me(tx), notification_id):
        raise NotificationNotFound


async def mark_all_read(tx: Tx) -> None:
    """Marks all of the caller's messages as read. Idempotent."""
    await deliveries.mark_read(tx, _me(tx))


async def preferences(tx: ReadTx) -> PreferencesOut:
    """What the caller wants to hear of."""
    return _shown(await deliveries.preferences(tx, _me(tx)))


async def set_preferences(tx: Tx, wanted: PreferencesIn) -> PreferencesOut:
    """Sets what the caller wants to hear of. Raises InvalidInput for what can't be chosen there."""
    me = _me(tx)
    for name, channels in (("reminder", wanted.reminder), ("marketing", wanted.marketing)):
        if Channel.PUSH in channels:
            raise InvalidInput({name: "notices on phones are chosen by `push`"})
        if Channel.VOICE in channels:
            raise InvalidInput({name: "only codes come by a call"})
    if wanted.push is not None and not {*wanted.push} <= {*_CHOSEN}:
        raise InvalidInput({"push": "can be reminder and marketing"})
    now = _shown(await deliveries.preferences(tx, me))
    push = now.push if wanted.push is None else wanted.push
    reminder, marketing = (
        {*channels, *([Channel.PUSH] if topic in push else [])}
        for topic, channels in zip(_CHOSEN, (wanted.reminder, wanted.marketing), strict=True)
    )
    await deliveries.save_preferences(tx, me, reminder=reminder, marketing=marketing)
    return await preferences(tx)


def _shown(kept: PreferencesOut) -> PreferencesOut:
    """Kept among the channels, notices on phones are told apart from them: older clients don't know that channel."""
    lists = (kept.reminder, kept.marketing)
    push = [topic for topic, each in zip(_CHOSEN, lists, strict=True) if Channel.PUSH in each]
    return PreferencesOut(reminder=_others(kept.reminder), marketing=_others(kept.marketing), push=push)


def _others(channels: list[Channel]) -> list[Channel]:
    return [channel for channel in channels if channel is not Channel.PUSH]


def _me(tx: ReadTx) -> UUID:
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal.user_id
