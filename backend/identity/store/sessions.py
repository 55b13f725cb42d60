"""Sessions of people's devices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from backend.identity.domain.sessions import RULES, Session, rules_for
from backend.identity.tables import session
from backend.kernel import outbox
from backend.kernel.auth import revoke_session
from backend.kernel.crypto import DataErased, Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from shared.events.identity import SessionEnded

_DEVICE, _ADDRESS = Field("session", "device"), Field("session", "address")


class Stored(Struct, frozen=True, kw_only=True):
    """A session with whose it is and how it was begun. `device` and `address` are there where they were asked for."""

    session: Session
    person_id: UUID
    origin_id: UUID
    client: str
    methods: tuple[str, ...]
    staff: bool
    device: str | None = None
    address: str | None = None


async def add(tx: Tx, vault: Vault, new: Stored) -> None:
    """Stores a session that begins now."""
    ring = await vault.subject_keyring(tx, new.person_id)
    bound = {"row_id": new.session.id, "subject_id": new.person_id}
    values = {
        "id": new.session.id,
        "person_id": new.person_id,
        "origin_id": new.origin_id,
        "client": new.client,
        "device": ring.encrypt_text(_DEVICE, new.device, **bound) if new.device else None,
        "address": ring.encrypt_text(_ADDRESS, new.address, **bound) if new.address else None,
        "methods": list(new.methods),
        "staff": new.staff,
        "generation": new.session.generation,
        "token_hash": new.session.token_hash,
        "started_at": tx.now,
        "refreshed_at": tx.now,
    }
    await tx.execute(session.insert().values(values))


async def lock(tx: Tx, session_id: UUID) -> Stored | None:
    """The session with this id, held until the transaction ends."""
    row = await tx.first(select(session).where(session.c.id == session_id).with_for_update())
    return _read(row) if row else None


async def begun_by(tx: ReadTx, origin_id: UUID) -> Stored | None:
    """The session that a challenge led to."""
    row = await tx.first(select(session).where(session.c.origin_id == origin_id))
    return _read(row) if row else None


async def save_rotation(tx: Tx, rotated: Session) -> None:
    """Keeps the session's new token."""
    values = {
        "generation": rotated.generation,
        "token_hash": rotated.token_hash,
        "refreshed_at": rotated.refreshed_at,
    }
    await tx.execute(update(session).where(session.c.id == rotated.id).values(values))


async def add_method(tx: Tx, session_id: UUID, methods: tuple[str, ...]) -> None:
    """Notes that the session's person has proven more since."""
    await tx.execute(update(session).where(session.c.id == session_id).values(methods=list(methods)))


async def alive(tx: ReadTx, vault: Vault, person_id: UUID) -> list[Stored]:
    """The sessions of a person that have not ended, newest first."""
    rows = await tx.all(
        select(session)
        .where(session.c.person_id == person_id, _lives(tx.now))
        .order_by(session.c.started_at.desc())
        .limit(200)
    )
    ring = await vault.subject_keyring(tx, person_id)

    def text(field: Field, sealed: bytes | None, row_id: UUID) -> str | None:
        try:
            return ring.decrypt_text(field, sealed, row_id=row_id) if sealed else None
        except DataErased:
            return None

    return [_read(row, text(_DEVICE, row.device, row.id), text(_ADDRESS, row.address, row.id)) for row in rows]


async def living(tx: ReadTx, person_id: UUID) -> set[UUID]:
    """The ids of a person's sessions that have not ended."""
    rows = await tx.all(select(session.c.id).where(session.c.person_id == person_id, _lives(tx.now)))
    return {row.id for row in rows}


async def devices(tx: ReadTx, vault: Vault, person_id: UUID, limit: int) -> set[tuple[str, str | None]]:
    """The clients and devices of a person's last sessions, those that have ended among them."""
    rows = await tx.all(
        select(session).where(session.c.person_id == person_id).order_by(session.c.started_at.desc()).limit(limit)
    )
    ring = await vault.subject_keyring(tx, person_id)
    return {(row.client, ring.decrypt_text(_DEVICE, row.device, row_id=row.id) if row.device else None) for row in rows}


async def revoke(tx: Tx, session_id: UUID, reason: str, *, person_id: UUID | None = None) -> bool:
    """Ends a session, its access tokens within about a second; `person_id` narrows it to that person's own."""
    mine = session.c.id == session_id
    if person_id is not None:
        mine &= session.c.person_id == person_id
    ended = update(session).where(mine, session.c.revoked_at.is_(None)).values(revoked_at=tx.now, revoked_for=reason)
    row = await tx.first(ended.returning(session.c.person_id))
    if row is None:
        return False
    await revoke_session(tx, session_id)
    await outbox.add(tx, SessionEnded(session_id=session_id, user_id=row.person_id, reason=reason))
    return True


async def revoke_all(tx: Tx, person_id: UUID, reason: str, *, except_id: UUID | None = None) -> int:
    """Ends every session of a person, or every other one. Returns how many."""
    rows = await tx.all(
        select(session.c.id)
        .where(session.c.person_id == person_id, session.c.revoked_at.is_(None))
        .order_by(session.c.id)
        .with_for_update()
    )
    ended = [row.id for row in rows if row.id != except_id]
    for session_id in ended:
        await revoke(tx, session_id, reason)
    return len(ended)


async def forget_old(tx: Tx) -> None:
    """Deletes sessions that ended by themselves or otherwise long ago."""
    await tx.execute(delete(session).where(session.c.refreshed_at < tx.now - 3 * RULES.idle))


def _lives(now: datetime) -> ColumnElement[bool]:
    """That a session has neither been ended nor run out, by the rules for whose it is."""
    in_time = (
        and_(
            session.c.staff.is_(staff), session.c.refreshed_at > now - of.idle, session.c.started_at > now - of.longest
        )
        for staff, of in ((each, rules_for(staff=each)) for each in (False, True))
    )
    return session.c.revoked_at.is_(None) & or_(*in_time)


def _read(row: Row[Any], device: str | None = None, address: str | None = None) -> Stored:
    return Stored(
        session=Session(
            id=row.id,
            started_at=row.started_at,
            refreshed_at=row.refreshed_at,
            generation=row.generation,
            token_hash=row.token_hash,
            revoked_at=row.revoked_at,
        ),
        person_id=row.person_id,
        origin_id=row.origin_id,
        client=row.client,
        methods=tuple(row.methods),
        staff=row.staff,
        device=device,
        address=address,
    )
