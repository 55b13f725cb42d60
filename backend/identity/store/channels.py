"""Chat identities, the codes that link them, and their step-ups. A link is locked before its step-ups."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, func, or_, select, update

from backend.identity.domain.channels import CODE_LIVES, Link, StepUp
from backend.identity.tables import channel_link, channel_link_code, channel_step_up
from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from shared.api.channels import ChatChannel

_SUBJECT, _CODE = Field("channel_link", "subject"), Field("channel_link_code", "code")


async def add_code(tx: Tx, ring: Keyring, code_id: UUID, person_id: UUID, channel: ChatChannel, *, code: str) -> None:
    """Stores a code that links a chat of that kind to the person."""
    values = {
        "id": code_id,
        "person_id": person_id,
        "channel": channel,
        "code_index": ring.blind_index(_CODE, code),
        "created_at": tx.now,
        "expires_at": tx.now + CODE_LIVES,
    }
    await tx.execute(channel_link_code.insert().values(values))


async def codes_since(tx: ReadTx, person_id: UUID, since: datetime) -> list[datetime]:
    """When the person asked for codes, the newest first."""
    mine = (channel_link_code.c.person_id == person_id) & (channel_link_code.c.created_at > since)
    asked = select(channel_link_code.c.created_at).where(mine).order_by(channel_link_code.c.created_at.desc())
    return [row.created_at for row in await tx.all(asked)]


async def use_code(tx: Tx, ring: Keyring, channel: ChatChannel, code: str) -> UUID | None:
    """Uses a code up; gives the person whom it belongs to, or None where it is none, spent or too old."""
    good = and_(
        channel_link_code.c.code_index == ring.blind_index(_CODE, code),
        channel_link_code.c.channel == channel,
        channel_link_code.c.used_at.is_(None),
        channel_link_code.c.expires_at > tx.now,
    )
    used = update(channel_link_code).where(good).values(used_at=tx.now).returning(channel_link_code.c.person_id)
    row = await tx.first(used)
    return None if row is None else row.person_id


async def add(tx: Tx, vault: Vault, new: Link, subject: str, alternate: str | None) -> None:
    """Stores a link."""
    ring, tenant_ring = await vault.subject_keyring(tx, new.person_id), await vault.keyring(tx)
    values = {
        "id": new.id,
        "person_id": new.person_id,
        "channel": new.channel,
        "subject": ring.encrypt_text(_SUBJECT, subject, row_id=new.id, subject_id=new.person_id),
        "subject_index": tenant_ring.blind_index(_SUBJECT, subject),
        "alternate_index": tenant_ring.blind_index(_SUBJECT, alternate) if alternate else None,
        "is_agent": new.is_agent,
        "linked_at": new.linked_at,
        "active_at": new.active_at,
        "step_up_id": new.step_up_id,
        "stepped_up_at": new.stepped_up_at,
    }
    await tx.execute(channel_link.insert().values(values))


async def find(tx: ReadTx, ring: Keyring, channel: ChatChannel, *names: str | None) -> Link | None:
    """The living link of a chat identity, by any of its names."""
    indexes = [ring.blind_index(_SUBJECT, name) for name in names if name]
    known = or_(channel_link.c.subject_index.in_(indexes), channel_link.c.alternate_index.in_(indexes))
    living = and_(channel_link.c.channel == channel, channel_link.c.ended_at.is_(None), known)
    row = await tx.first(select(channel_link).where(living).order_by(channel_link.c.linked_at.desc()).limit(1))
    return _link(row)


async def lock(tx: Tx, link_id: UUID) -> Link | None:
    """A link, held until the transaction ends; whether it has ended is for the caller to see."""
    return _link(await tx.first(select(channel_link).where(channel_link.c.id == link_id).with_for_update()))


async def get(tx: ReadTx, link_id: UUID) -> Link | None:
    """A link."""
    return _link(await tx.first(select(channel_link).where(channel_link.c.id == link_id)))


async def of_person(tx: ReadTx, person_id: UUID) -> list[Link]:
    """A person's living links, the newest first."""
    mine = and_(channel_link.c.person_id == person_id, channel_link.c.ended_at.is_(None))
    rows = await tx.all(select(channel_link).where(mine).order_by(channel_link.c.linked_at.desc()).limit(50))
    return [into(row, Link) for row in rows]


async def subject_of(tx: ReadTx, vault: Vault, link: Link) -> str:
    """The provider's name of a chat identity; empty once its person is erased."""
    sealed = await tx.scalar(select(channel_link.c.subject).where(channel_link.c.id == link.id))
    try:
        return (await vault.subject_keyring(tx, link.person_id)).decrypt_text(_SUBJECT, sealed, row_id=link.id)
    except DataErased:
        return ""


async def save(tx: Tx, changed: Link) -> None:
    """Writes how sure we are of a locked link."""
    values = {name: getattr(changed, name) for name in ("active_at", "step_up_id", "stepped_up_at")}
    await tx.execute(update(channel_link).where(channel_link.c.id == changed.id).values(values))


async def end(tx: Tx, link_id: UUID, reason: str) -> bool:
    """Ends a link; False when it had ended."""
    living = and_(channel_link.c.id == link_id, channel_link.c.ended_at.is_(None))
    return bool(await tx.execute(update(channel_link).where(living).values(ended_at=tx.now, ended_for=reason)))


async def add_step_up(tx: Tx, new: StepUp) -> None:
    """Stores a confirmation that was asked for."""
    values = {name: getattr(new, name) for name in ("id", "link_id", "person_id", "method", "created_at", "expires_at")}
    await tx.execute(channel_step_up.insert().values(values))


async def lock_step_up(tx: Tx, step_up_id: UUID) -> StepUp | None:
    """A confirmation, held until the transaction ends."""
    return _step_up(await tx.first(select(channel_step_up).where(channel_step_up.c.id == step_up_id).with_for_update()))


async def step_up(tx: ReadTx, step_up_id: UUID) -> StepUp | None:
    """A confirmation."""
    return _step_up(await tx.first(select(channel_step_up).where(channel_step_up.c.id == step_up_id)))


async def step_ups_since(tx: ReadTx, link_id: UUID, since: datetime) -> int:
    """How many confirmations were asked for in a chat since."""
    mine = and_(channel_step_up.c.link_id == link_id, channel_step_up.c.created_at > since)
    return int(await tx.scalar(select(func.count()).select_from(channel_step_up).where(mine)))


async def settle_step_up(tx: Tx, step_up_id: UUID, *, confirmed: bool) -> None:
    """Notes what became of a locked confirmation."""
    values = {"confirmed_at" if confirmed else "refused_at": tx.now}
    await tx.execute(update(channel_step_up).where(channel_step_up.c.id == step_up_id).values(values))


async def forget_old(tx: Tx, kept_for: timedelta) -> None:
    """Deletes codes and confirmations that nobody counts any more."""
    await tx.execute(delete(channel_link_code).where(channel_link_code.c.created_at < tx.now - kept_for))
    await tx.execute(delete(channel_step_up).where(channel_step_up.c.created_at < tx.now - kept_for))


def _link(row: Row[Any] | None) -> Link | None:
    return None if row is None else into(row, Link)


def _step_up(row: Row[Any] | None) -> StepUp | None:
    return None if row is None else into(row, StepUp)
