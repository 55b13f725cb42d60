"""Deliveries and preferences in SQL."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.notifications.domain.nudges import Nudge
from backend.notifications.tables import delivery, preference, reminder_day, reminder_hold
from shared.api.notifications import Channel, NotificationOut, PreferencesOut, Topic

_DESTINATION, _CONTENT = Field("delivery", "destination"), Field("delivery", "content")
OPEN = ("waiting", "handed", "accepted")
DEFAULTS = PreferencesOut(reminder=[Channel.SMS], marketing=[])


class Content(Struct, frozen=True, kw_only=True):
    """What a message says by its channel; `full` is what the others have more room for, `nudge` what a chat is told.

    `otherwise` is what is said another way where this does not arrive, unless that is said already. `language` is known
    of what is read aloud.
    """

    title: str
    text: str
    full: str = ""
    nudge: Nudge | None = None
    otherwise: "Otherwise | None" = None
    language: str | None = None


class Otherwise(Struct, frozen=True, kw_only=True):
    """A message's words for a channel that is not known yet; `short` is without amounts, for text messages."""

    title: str
    text: str
    short: str


class Delivery(Struct, frozen=True, kw_only=True):
    """A message to one reader by one channel."""

    id: UUID
    user_id: UUID | None
    topic: Topic
    template: str
    channel: Channel
    content: Content
    to: str | None = None
    about: UUID | None = None
    origin: UUID
    handed_at: datetime | None = None


async def add(tx: Tx, vault: Vault, new: Delivery) -> bool:
    """Stores a delivery; False when it was there before. One for the app is done with that, others wait to be sent."""
    ring = await _ring(tx, vault, new.user_id)
    seal = {"row_id": new.id, "subject_id": new.user_id}
    values = {
        "id": new.id,
        "user_id": new.user_id,
        "topic": new.topic.value,
        "template": new.template,
        "channel": new.channel.value,
        "about": new.about,
        "origin": new.origin,
        "nudge": new.content.nudge.kind.value if new.content.nudge is not None else None,
        "destination": ring.encrypt_text(_DESTINATION, new.to, **seal) if new.to else None,
        "content": ring.encrypt(_CONTENT, msgspec.json.encode(new.content), **seal),
        "status": "kept" if new.channel is Channel.IN_APP else "waiting",
        "created_at": tx.now,
    }
    return bool(await tx.execute(insert(delivery).values(values).on_conflict_do_nothing()))


async def waiting(
    tx: ReadTx, vault: Vault, delivery_id: UUID, statuses: Collection[str] = ("waiting",)
) -> Delivery | None:
    """The delivery with this id, if it still waits. Raises DataErased when its reader is gone."""
    row = await tx.first(select(delivery).where(delivery.c.id == delivery_id, delivery.c.status.in_(statuses)))
    if row is None:
        return None
    ring = await _ring(tx, vault, row.user_id)
    return Delivery(
        id=row.id,
        user_id=row.user_id,
        topic=Topic(row.topic),
        template=row.template,
        channel=Channel(row.channel),
        content=_content(ring, row),
        to=ring.decrypt_text(_DESTINATION, row.destination, row_id=row.id) if row.destination else None,
        about=row.about,
        origin=row.origin or row.id,
        handed_at=row.handed_at,
    )


async def hand_over(tx: Tx, delivery_id: UUID) -> bool:
    """Notes that a waiting delivery goes by the chat. False when that was noted before."""
    waits = (delivery.c.id == delivery_id) & (delivery.c.status == "waiting")
    return bool(await tx.execute(update(delivery).where(waits).values(status="handed", handed_at=tx.now)))


async def accept(tx: Tx, delivery_id: UUID) -> None:
    """Notes that the channel took what was handed over."""
    handed = (delivery.c.id == delivery_id) & (delivery.c.status == "handed")
    await tx.execute(update(delivery).where(handed).values(status="accepted"))


async def tried(tx: ReadTx, origin: UUID) -> set[Channel]:
    """By which channels something was told, or tried to be."""
    return {Channel(row.channel) for row in await tx.all(select(delivery.c.channel).where(delivery.c.origin == origin))}


async def settle_accepted(tx: Tx, before: datetime) -> None:
    """Takes what the channel accepted long ago, and never complained of, for sent."""
    long_ago = (delivery.c.status == "accepted") & (delivery.c.handed_at < before)
    values = {"status": "sent", "settled_at": tx.now, "destination": None, "content": None}
    await tx.execute(update(delivery).where(long_ago).values(values))


async def take_day(tx: Tx, user_id: UUID, day: date, origin: UUID) -> bool:
    """Takes somebody's day for one reminder; False when another has it."""
    values = {"user_id": user_id, "day": day, "origin": origin}
    taken = insert(reminder_day).values(values)
    same = taken.on_conflict_do_update(
        index_elements=["tenant_id", "user_id", "day"],
        set_={"origin": reminder_day.c.origin},
        where=reminder_day.c.origin == origin,
    )
    return bool(await tx.execute(same))


async def settle(tx: Tx, delivery_id: UUID, status: str, *, reason: str | None = None) -> bool:
    """Notes what became of a delivery, and forgets where it went. False when that was noted before."""
    values: dict[str, object] = {
        "status": status,
        "reason": reason,
        "settled_at": tx.now,
        "destination": None,
        "content": None,
    }
    open_one = (delivery.c.id == delivery_id) & delivery.c.status.in_(OPEN)
    return bool(await tx.execute(update(delivery).where(open_one).values(values)))


async def forget_settled(tx: Tx, kept_for: timedelta) -> None:
    """Deletes deliveries that were settled that long ago."""
    await tx.execute(delete(delivery).where(delivery.c.settled_at < tx.now - kept_for))
    await tx.execute(delete(reminder_day).where(reminder_day.c.day < (tx.now - kept_for).date()))


async def in_app(tx: ReadTx, vault: Vault, user_id: UUID, *, before: UUID | None, limit: int) -> list[NotificationOut]:
    """A person's messages in the app, the newest first."""
    mine = select(delivery).where(delivery.c.user_id == user_id, delivery.c.channel == Channel.IN_APP.value)
    if before is not None:
        mine = mine.where(delivery.c.id < before)
    rows = await tx.all(mine.order_by(delivery.c.id.desc()).limit(limit))
    ring = await _ring(tx, vault, user_id)
    return [_shown(ring, row) for row in rows]


async def mark_read(tx: Tx, user_id: UUID, delivery_id: UUID | None = None) -> int:
    """Marks one message of a person, or all of them, as read. Returns how many there were, read before or not."""
    mine = (delivery.c.user_id == user_id) & (delivery.c.channel == Channel.IN_APP.value)
    mine &= delivery.c.read_at.is_(None) if delivery_id is None else delivery.c.id == delivery_id
    return await tx.execute(update(delivery).where(mine).values(read_at=func.coalesce(delivery.c.read_at, tx.now)))


async def hold(tx: Tx, hold_id: UUID, loan_id: UUID, reason: str) -> None:
    """Keeps reminders of a loan back until `release`. Idempotent."""
    values = {"id": hold_id, "loan_id": loan_id, "reason": reason, "since": tx.now}
    await tx.execute(insert(reminder_hold).values(values).on_conflict_do_nothing())


async def release(tx: Tx, hold_id: UUID) -> None:
    """Ends a hold; reminders begin again once there is none left. Idempotent."""
    await tx.execute(delete(reminder_hold).where(reminder_hold.c.id == hold_id))


async def is_held(tx: ReadTx, loan_id: UUID) -> bool:
    """Whether reminders of a loan are kept back."""
    return await tx.scalar(select(reminder_hold.c.id).where(reminder_hold.c.loan_id == loan_id).limit(1)) is not None


async def preferences(tx: ReadTx, user_id: UUID) -> PreferencesOut:
    """What a person wants to hear of, and how."""
    row = await tx.first(select(preference).where(preference.c.user_id == user_id))
    return DEFAULTS if row is None else PreferencesOut(reminder=_read(row.reminder), marketing=_read(row.marketing))


async def save_preferences(
    tx: Tx, user_id: UUID, *, reminder: Collection[Channel], marketing: Collection[Channel]
) -> None:
    """Sets what a person wants to hear of, and how."""
    values = _chosen(tx, user_id, reminder, marketing)
    upsert = insert(preference).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id", "user_id"], set_=values))


async def prefer_unless_chosen(tx: Tx, user_id: UUID, channel: Channel) -> None:
    """Has reminders come by a channel as well, to a person who never chose how they come. Idempotent."""
    values = _chosen(tx, user_id, {*DEFAULTS.reminder, channel}, DEFAULTS.marketing)
    await tx.execute(insert(preference).values(values).on_conflict_do_nothing())


def _chosen(tx: Tx, user_id: UUID, reminder: Collection[Channel], marketing: Collection[Channel]) -> dict[str, object]:
    return {
        "user_id": user_id,
        "reminder": sorted(channel.value for channel in reminder),
        "marketing": sorted(channel.value for channel in marketing),
        "changed_at": tx.now,
    }


async def _ring(tx: ReadTx, vault: Vault, user_id: UUID | None) -> Keyring:
    """Messages to somebody known are under that person's own key, so that they go when the person goes."""
    return await vault.keyring(tx) if user_id is None else await vault.subject_keyring(tx, user_id)


def _content(ring: Keyring, row: Row[Any]) -> Content:
    return msgspec.json.decode(ring.decrypt(_CONTENT, row.content, row_id=row.id), type=Content)


def _shown(ring: Keyring, row: Row[Any]) -> NotificationOut:
    try:
        content = _content(ring, row)
    except DataErased:
        content = Content(title="", text="")
    return NotificationOut(
        id=row.id,
        topic=Topic(row.topic),
        title=content.title,
        text=content.text,
        at=row.created_at,
        read_at=row.read_at,
    )


def _read(channels: Collection[str]) -> list[Channel]:
    return [Channel(channel) for channel in channels]
