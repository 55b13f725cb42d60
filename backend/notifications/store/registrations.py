"""Registrations of phones for notices, in SQL."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from backend.notifications.tables import push_registration
from shared.api.notifications import PushService

MOST = 10  # for one person
_TOKEN = Field("push_registration", "token")


class Registration(Struct, frozen=True, kw_only=True):
    """A phone's name at a push service, under a session. `index` is the token's blind index, which names it here."""

    index: bytes
    session_id: UUID
    service: PushService
    registered_at: datetime
    seen_at: datetime


async def of_person(tx: ReadTx, user_id: UUID) -> list[Registration]:
    """A person's registrations, the one that was seen last first; the sessions of some may be over."""
    mine = select(push_registration).where(push_registration.c.user_id == user_id)
    return [
        Registration(
            index=row.token_index,
            session_id=row.session_id,
            service=PushService(row.service),
            registered_at=row.registered_at,
            seen_at=row.seen_at,
        )
        for row in await tx.all(mine.order_by(push_registration.c.seen_at.desc(), push_registration.c.token_index))
    ]


async def token(tx: ReadTx, vault: Vault, user_id: UUID, of: Registration) -> str | None:
    """Where a phone is reached; None where it is registered no more. Raises DataErased."""
    row = await tx.first(select(push_registration).where(_same(of)))
    if row is None:
        return None
    return (await vault.subject_keyring(tx, user_id)).decrypt_text(_TOKEN, row.token, row_id=row.session_id)


async def put(tx: Tx, vault: Vault, owner: Principal, service: PushService, given: str) -> None:
    """Notes where a session's phone is reached, in place of what was noted of either.

    Of more than MOST phones the one that was not seen for longest goes. One person's phones are noted one after the
    other, so that two at once are not one too many.
    """
    user_id, session_id = owner.user_id, owner.session_id
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext("push"), func.hashtext(str(user_id)))))
    index = (await vault.keyring(tx)).blind_index(_TOKEN, f"{service.value}:{given}")
    mine = push_registration.c.user_id == user_id
    other = (push_registration.c.session_id == session_id) & (push_registration.c.token_index != index)
    await tx.execute(delete(push_registration).where(other))
    ring = await vault.subject_keyring(tx, user_id)
    values = {
        "token_index": index,
        "user_id": user_id,
        "session_id": session_id,
        "service": service.value,
        "token": ring.encrypt_text(_TOKEN, given, row_id=session_id, subject_id=user_id),
        "registered_at": tx.now,
        "seen_at": tx.now,
    }
    upsert = insert(push_registration).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id", "token_index"], set_=values))
    newest = (
        select(push_registration.c.token_index)
        .where(mine)
        .order_by(push_registration.c.seen_at.desc(), (push_registration.c.token_index == index).desc())
    )
    await tx.execute(delete(push_registration).where(mine, push_registration.c.token_index.not_in(newest.limit(MOST))))


async def drop_session(tx: Tx, session_id: UUID) -> None:
    """Forgets the phone of a session. Idempotent."""
    await tx.execute(delete(push_registration).where(push_registration.c.session_id == session_id))


async def drop(tx: Tx, lost: Collection[Registration]) -> None:
    """Forgets registrations of phones that can't be reached, unless they were registered anew meanwhile."""
    for each in lost:
        await tx.execute(delete(push_registration).where(_same(each), push_registration.c.seen_at == each.seen_at))


async def drop_person(tx: Tx, user_id: UUID) -> None:
    """Forgets every phone of a person."""
    await tx.execute(delete(push_registration).where(push_registration.c.user_id == user_id))


async def forget_unseen(tx: Tx, for_longer_than: timedelta) -> None:
    """Forgets phones that said nothing for that long: an app that gets notices names its phone at each start."""
    await tx.execute(delete(push_registration).where(push_registration.c.seen_at < tx.now - for_longer_than))


def _same(one: Registration) -> ColumnElement[bool]:
    return (push_registration.c.token_index == one.index) & (push_registration.c.session_id == one.session_id)
