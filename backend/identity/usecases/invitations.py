"""Invitations into businesses. Whoever proves to hold the invited phone or address may accept; no secret is needed."""

from datetime import timedelta
from uuid import UUID

from backend.identity.domain.roles import is_of_a_business, may_give
from backend.identity.errors import AlreadyMember, InvitationNotFound, InvitationsTooMany, RoleNotYours
from backend.identity.outgoing import OutgoingMessage, channel_for, send
from backend.identity.store import businesses, people
from backend.identity.store.businesses import Invitation
from backend.identity.usecases.businesses import business, read_business, require_member
from backend.identity.usecases.people import person
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.send_code import read_contact
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.members import BusinessOut, InvitationIn, InvitationOut, InvitationStatus
from shared.ids import new_id

LIVES = timedelta(days=14)
A_DAY = 50


async def invite(tx: Tx, vault: Vault, principal: Principal, business_id: UUID, request: InvitationIn) -> InvitationOut:
    """Invites somebody into a business by a message to their phone or address.

    Raises BusinessNotFound, RoleNotYours, AlreadyMember, InvitationsTooMany, ContactMissing and its like.
    """
    held = await require_member(tx, business_id)
    if not is_of_a_business(request.role) or not may_give(held, request.role):
        raise RoleNotYours(role=request.role)
    ring, profile = await vault.keyring(tx), await tenant_profile(tx)
    contact = read_contact(request.phone, request.email, profile.country)
    await businesses.lock(tx, business_id)
    if await businesses.invited_since(tx, business_id, tx.now - timedelta(days=1)) >= A_DAY:
        raise InvitationsTooMany(retry_after_s=3600)
    known = await people.find(tx, vault, contact)
    members = await businesses.members(tx, business_id)
    if known and any(one.person_id == known.id and one.role is request.role for one in members):
        raise AlreadyMember
    new = Invitation(
        id=new_id(),
        business_id=business_id,
        role=request.role,
        contact=contact,
        invited_by=principal.user_id,
        expires_at=tx.now + LIVES,
    )
    await businesses.invite(tx, ring, new)
    name = (await business(tx, vault, business_id)).name
    message = OutgoingMessage(
        channel=channel_for(contact),
        to=contact.address,
        locale=known.locale if known else profile.locale,
        template="invitation",
        params={"tenant": profile.name, "business": name},
        expires_at=new.expires_at,
        person_id=known.id if known else None,
    )
    await send(tx, ring, new.id, message)
    await audit.record(tx, "business.invited", f"business:{business_id}", invitation_id=new.id, role=new.role)
    return _shown(tx, new, name)


async def list_invitations_into(tx: ReadTx, vault: Vault, business_id: UUID) -> list[InvitationOut]:
    """The newest invitations into a business, for its members. Raises BusinessNotFound."""
    await require_member(tx, business_id)
    name = (await business(tx, vault, business_id)).name
    found = await businesses.invitations_into(tx, await vault.keyring(tx), business_id)
    return [_shown(tx, one, name) for one in found]


async def list_my_invitations(tx: ReadTx, vault: Vault, principal: Principal) -> list[InvitationOut]:
    """The invitations that the caller may accept. Raises PersonNotFound."""
    me, ring = await person(tx, vault, principal.user_id), await vault.keyring(tx)
    found = await businesses.invitations_for(tx, ring, me.contacts)
    names = await businesses.get(tx, ring, [one.business_id for one in found])
    return [_shown(tx, one, names[one.business_id].name) for one in found]


async def accept_invitation(tx: Tx, vault: Vault, principal: Principal, invitation_id: UUID) -> BusinessOut:
    """Makes the caller a member. Raises InvitationNotFound, AlreadyMember."""
    me, ring = await person(tx, vault, principal.user_id), await vault.keyring(tx)
    found = await businesses.lock_invitation(tx, ring, invitation_id)
    keys = {contact.key for contact in me.contacts}
    if found is None or not found.is_open(tx.now) or found.contact.key not in keys:
        raise InvitationNotFound
    if not await businesses.join(tx, found.business_id, me.id, found.role):
        raise AlreadyMember
    await businesses.accept(tx, found.id, me.id)
    await audit.record(tx, "business.joined", f"business:{found.business_id}", person_id=me.id, role=found.role)
    return await read_business(tx, vault, principal, found.business_id)


async def withdraw_invitation(tx: Tx, vault: Vault, invitation_id: UUID) -> None:
    """Takes an open invitation back. Raises InvitationNotFound, RoleNotYours."""
    found = await businesses.lock_invitation(tx, await vault.keyring(tx), invitation_id)
    if found is None or not found.is_open(tx.now):
        raise InvitationNotFound
    held = await require_member(tx, found.business_id)
    if not may_give(held, found.role):
        raise RoleNotYours(role=found.role)
    await businesses.withdraw(tx, found.id)
    await audit.record(tx, "business.invitation_withdrawn", f"business:{found.business_id}", invitation_id=found.id)


def _shown(tx: ReadTx, one: Invitation, business_name: str) -> InvitationOut:
    status = InvitationStatus.OPEN if one.is_open(tx.now) else InvitationStatus.EXPIRED
    if one.accepted_at is not None:
        status = InvitationStatus.ACCEPTED
    elif one.withdrawn_at is not None:
        status = InvitationStatus.WITHDRAWN
    return InvitationOut(
        id=one.id,
        business_id=one.business_id,
        business_name=business_name,
        role=one.role,
        sent_to=one.contact.masked,
        status=status,
        expires_at=one.expires_at,
    )
