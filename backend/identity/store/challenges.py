"""Challenges: codes, links and tickets that wait to be met."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Row, delete, func, select, text, update

from backend.identity.contacts import Contact
from backend.identity.domain.codes import Challenge, Purpose, Sent
from backend.identity.store.people import contact_index
from backend.identity.tables import challenge
from backend.kernel.crypto import Field, Keyring
from backend.kernel.db import ReadTx, Tx

_CONTACT = Field("challenge", "contact")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:index AS text), 0))")


class Stored(Struct, frozen=True, kw_only=True):
    """A challenge with what it is about."""

    challenge: Challenge
    contact: Contact
    person_id: UUID | None
    action: str
    subject: str
    secret_hash: bytes
    methods: tuple[str, ...]


class New(Struct, frozen=True, kw_only=True):
    """A challenge to be stored. `sent` says whether it counts as a message to its contact."""

    id: UUID
    purpose: Purpose
    contact: Contact
    secret_hash: bytes
    expires_at: datetime
    person_id: UUID | None = None
    action: str = ""
    subject: str = ""
    methods: tuple[str, ...] = ()
    address: str = ""
    sent: bool = True


async def add(tx: Tx, ring: Keyring, new: New) -> None:
    """Stores a challenge."""
    values = {
        "id": new.id,
        "purpose": new.purpose.value,
        "contact": ring.encrypt_text(_CONTACT, new.contact.spelling, row_id=new.id),
        "contact_index": contact_index(ring, new.contact),
        "address_index": _address_index(ring, new.address),
        "person_id": new.person_id,
        "action": new.action,
        "subject": new.subject,
        "secret_hash": new.secret_hash,
        "methods": list(new.methods),
        "sent": new.sent,
        "created_at": tx.now,
        "expires_at": new.expires_at,
    }
    await tx.execute(challenge.insert().values(values))


async def lock(tx: Tx, ring: Keyring, challenge_id: UUID) -> Stored | None:
    """The challenge with this id, held until the transaction ends."""
    row = await tx.first(select(challenge).where(challenge.c.id == challenge_id).with_for_update())
    return _opened(ring, row) if row else None


async def lock_step_up(tx: Tx, ring: Keyring, person_id: UUID, action: str, subject: str) -> Stored | None:
    """The newest step-up of this person for this very action, held until the transaction ends."""
    row = await tx.first(
        select(challenge)
        .where(
            challenge.c.person_id == person_id,
            challenge.c.purpose == Purpose.STEP_UP.value,
            challenge.c.action == action,
            challenge.c.subject == subject,
        )
        .order_by(challenge.c.created_at.desc(), challenge.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    return _opened(ring, row) if row else None


async def save(tx: Tx, judged: Challenge) -> None:
    """Keeps what became of a challenge."""
    values = {"tries": judged.tries, "closed_at": judged.closed_at, "met": judged.met}
    await tx.execute(update(challenge).where(challenge.c.id == judged.id).values(values))


async def count_wrong(tx: Tx, challenge_id: UUID, tries_max: int) -> None:
    """Counts one wrong try by itself, where the transaction that saw it came to nothing."""
    raised = challenge.c.tries + 1
    await tx.execute(
        update(challenge)
        .where(challenge.c.id == challenge_id, challenge.c.tries < tries_max, challenge.c.closed_at.is_(None))
        .values(tries=raised)
    )


async def lock_contact(tx: Tx, ring: Keyring, contact: Contact) -> None:
    """Makes requests for the same contact take turns until the transaction ends."""
    await tx.scalar(_LOCK, {"index": contact_index(ring, contact).hex()})


async def sent_to(tx: ReadTx, ring: Keyring, contact: Contact, purposes: Collection[Purpose]) -> list[Sent]:
    """What went to `contact` for any of `purposes` within the last day."""
    rows = await tx.all(
        select(challenge.c.created_at, challenge.c.met)
        .where(challenge.c.contact_index == contact_index(ring, contact))
        .where(challenge.c.purpose.in_([purpose.value for purpose in purposes]))
        .where(challenge.c.created_at > tx.now - timedelta(days=1), challenge.c.sent)
        .limit(500)
    )
    return [Sent(at=row.created_at, met=row.met) for row in rows]


async def unmet_from(tx: ReadTx, ring: Keyring, address: str, within: timedelta) -> int:
    """How many messages were asked for from a network address lately, and not answered rightly."""
    index = _address_index(ring, address)
    if index is None:
        return 0
    recent = (challenge.c.address_index == index) & (challenge.c.created_at > tx.now - within)
    counted = select(func.count()).select_from(challenge).where(recent, challenge.c.sent, ~challenge.c.met)
    return int(await tx.scalar(counted))


async def forget_old(tx: Tx, kept_for: timedelta) -> None:
    """Deletes challenges that no limit counts any more."""
    await tx.execute(delete(challenge).where(challenge.c.created_at < tx.now - kept_for))


def _address_index(ring: Keyring, address: str) -> bytes | None:
    return ring.blind_index(Field("challenge", "address"), address) if address else None


def _opened(ring: Keyring, row: Row[Any]) -> Stored:
    return Stored(
        challenge=Challenge(
            id=row.id,
            purpose=Purpose(row.purpose),
            expires_at=row.expires_at,
            tries=row.tries,
            closed_at=row.closed_at,
            met=row.met,
        ),
        contact=Contact.of_spelling(ring.decrypt_text(_CONTACT, row.contact, row_id=row.id)),
        person_id=row.person_id,
        action=row.action,
        subject=row.subject,
        secret_hash=row.secret_hash,
        methods=tuple(row.methods),
    )
