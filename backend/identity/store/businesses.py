"""Businesses, their members and invitations into them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.identity.contacts import Contact
from backend.identity.people import Business
from backend.identity.store.people import contact_index
from backend.identity.tables import business, invitation, membership
from backend.kernel.crypto import Field, Keyring
from backend.kernel.db import ReadTx, Tx
from shared.roles import Role

_NAME, _NUMBER = Field("business", "name"), Field("business", "registration_number")
_CONTACT = Field("invitation", "contact")


class Membership(Struct, frozen=True, kw_only=True):
    """One role of one person in one business."""

    business_id: UUID
    person_id: UUID
    role: Role
    joined_at: datetime


class Invitation(Struct, frozen=True, kw_only=True):
    """An invitation into a business."""

    id: UUID
    business_id: UUID
    role: Role
    contact: Contact
    invited_by: UUID
    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


async def add(tx: Tx, ring: Keyring, new: Business) -> None:
    """Stores a business."""
    number = new.registration_number
    values = {
        "id": new.id,
        "name": ring.encrypt_text(_NAME, new.name, row_id=new.id),
        "country": new.country,
        "registration_number": ring.encrypt_text(_NUMBER, number, row_id=new.id) if number else None,
        "registered_by": new.registered_by,
        "registered_at": new.registered_at,
    }
    await tx.execute(business.insert().values(values))


async def get(tx: ReadTx, ring: Keyring, business_ids: Sequence[UUID]) -> dict[UUID, Business]:
    """The businesses with these ids."""
    return {row.id: _opened(ring, row) for row in await tx.all(select(business).where(business.c.id.in_(business_ids)))}


async def lock(tx: Tx, business_id: UUID) -> None:
    """Makes changes to the members of a business take turns until the transaction ends."""
    await tx.first(select(business.c.id).where(business.c.id == business_id).with_for_update())


async def memberships_of(tx: ReadTx, person_id: UUID) -> list[Membership]:
    """What a person is, and where."""
    return [_member(row) for row in await tx.all(select(membership).where(membership.c.person_id == person_id))]


async def members(tx: ReadTx, business_id: UUID) -> list[Membership]:
    """Who is what in a business, in the order they joined."""
    mine = select(membership).where(membership.c.business_id == business_id)
    return [_member(row) for row in await tx.all(mine.order_by(membership.c.joined_at, membership.c.person_id))]


async def join(tx: Tx, business_id: UUID, person_id: UUID, role: Role) -> bool:
    """Gives a person a role in a business; False when they held it before."""
    values = {"business_id": business_id, "person_id": person_id, "role": role.value, "joined_at": tx.now}
    return bool(await tx.execute(insert(membership).values(values).on_conflict_do_nothing()))


async def leave(tx: Tx, business_id: UUID, person_id: UUID, role: Role) -> bool:
    """Takes a role in a business away; False when it was not held."""
    mine = (
        (membership.c.business_id == business_id)
        & (membership.c.person_id == person_id)
        & (membership.c.role == role.value)
    )
    return bool(await tx.execute(delete(membership).where(mine)))


async def leave_all(tx: Tx, person_id: UUID) -> None:
    """Takes every role in every business away."""
    await tx.execute(delete(membership).where(membership.c.person_id == person_id))


async def invite(tx: Tx, ring: Keyring, new: Invitation) -> None:
    """Stores an invitation."""
    values = {
        "id": new.id,
        "business_id": new.business_id,
        "role": new.role.value,
        "contact": ring.encrypt_text(_CONTACT, new.contact.spelling, row_id=new.id),
        "contact_index": contact_index(ring, new.contact),
        "invited_by": new.invited_by,
        "created_at": tx.now,
        "expires_at": new.expires_at,
    }
    await tx.execute(invitation.insert().values(values))


async def lock_invitation(tx: Tx, ring: Keyring, invitation_id: UUID) -> Invitation | None:
    """The invitation with this id, held until the transaction ends."""
    row = await tx.first(select(invitation).where(invitation.c.id == invitation_id).with_for_update())
    return _invited(ring, row) if row else None


async def invitations_into(tx: ReadTx, ring: Keyring, business_id: UUID) -> list[Invitation]:
    """The newest invitations into a business."""
    mine = select(invitation).where(invitation.c.business_id == business_id)
    rows = await tx.all(mine.order_by(invitation.c.created_at.desc()).limit(200))
    return [_invited(ring, row) for row in rows]


async def invitations_for(tx: ReadTx, ring: Keyring, contacts: Sequence[Contact]) -> list[Invitation]:
    """The open invitations to any of a person's contacts."""
    indexes = [contact_index(ring, contact) for contact in contacts]
    mine = select(invitation).where(
        invitation.c.contact_index.in_(indexes),
        invitation.c.accepted_at.is_(None),
        invitation.c.withdrawn_at.is_(None),
        invitation.c.expires_at > tx.now,
    )
    rows = await tx.all(mine.order_by(invitation.c.created_at.desc()).limit(200))
    return [_invited(ring, row) for row in rows]


async def invited_since(tx: ReadTx, business_id: UUID, since: datetime) -> int:
    """How many invitations a business has sent since then."""
    recent = (invitation.c.business_id == business_id) & (invitation.c.created_at > since)
    return int(await tx.scalar(select(func.count()).select_from(invitation).where(recent)))


async def accept(tx: Tx, invitation_id: UUID, person_id: UUID) -> None:
    """Notes who accepted an invitation."""
    values = {"accepted_at": tx.now, "accepted_by": person_id}
    await tx.execute(update(invitation).where(invitation.c.id == invitation_id).values(values))


async def withdraw(tx: Tx, invitation_id: UUID) -> None:
    """Notes that an invitation was taken back."""
    await tx.execute(update(invitation).where(invitation.c.id == invitation_id).values(withdrawn_at=tx.now))


def _opened(ring: Keyring, row: Row[Any]) -> Business:
    number = row.registration_number
    return Business(
        id=row.id,
        name=ring.decrypt_text(_NAME, row.name, row_id=row.id),
        country=row.country,
        registration_number=ring.decrypt_text(_NUMBER, number, row_id=row.id) if number else None,
        registered_by=row.registered_by,
        registered_at=row.registered_at,
    )


def _member(row: Row[Any]) -> Membership:
    return Membership(
        business_id=row.business_id, person_id=row.person_id, role=Role(row.role), joined_at=row.joined_at
    )


def _invited(ring: Keyring, row: Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        business_id=row.business_id,
        role=Role(row.role),
        contact=Contact.of_spelling(ring.decrypt_text(_CONTACT, row.contact, row_id=row.id)),
        invited_by=row.invited_by,
        expires_at=row.expires_at,
        accepted_at=row.accepted_at,
        withdrawn_at=row.withdrawn_at,
    )
