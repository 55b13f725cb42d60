"""Reads and changes people: oneself, and for the tenant's own people anyone."""

from datetime import timedelta
from uuid import UUID

from msgspec import UNSET, UnsetType

from backend.identity.contacts import Contact
from backend.identity.domain.codes import Purpose, Verdict, attempt, binding
from backend.identity.errors import ConfirmationRefused, ContactTaken, PersonNotFound
from backend.identity.outgoing import OutgoingMessage, channel_for, send
from backend.identity.people import Person
from backend.identity.store import (
    authenticators,
    businesses,
    ceremonies,
    challenges,
    channels,
    passkeys,
    people,
    sessions,
)
from backend.identity.usecases import consent
from backend.identity.usecases.begin_session import roles_in_session
from backend.identity.usecases.channel_links import ERASED, end_link
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.send_code import PEPPER, Wanted, read_contact, send_code
from backend.identity.usecases.step_up import verify_step_up
from backend.kernel import audit
from backend.kernel.crypto import code_matches
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.identity import CodeRequest, CodeSent, ContactConfirm, MeChange, MeOut
from shared.api.members import PersonOut
from shared.errors import CaasError
from shared.ids import new_id

CHANGE_CONTACT = "person.change_contact"
_TOLD_WITHIN = timedelta(days=1)


async def person(tx: ReadTx, vault: Vault, user_id: UUID) -> Person:
    """Somebody who can sign in here; after erasure with nothing but the id. Raises PersonNotFound."""
    found = await people.get(tx, vault, user_id)
    if found is None:
        raise PersonNotFound
    return found


async def read_me(tx: ReadTx, vault: Vault, principal: Principal) -> MeOut:
    """The signed-in person, with the roles of this session. Raises PersonNotFound."""
    me = await person(tx, vault, principal.user_id)
    return MeOut(
        id=me.id,
        name=me.name,
        phone=me.phone,
        email=me.email,
        locale=me.locale,
        roles=list(await roles_in_session(tx, me, second_factor=principal.second_factor)),
        second_factor=await authenticators.has_confirmed(tx, me.id),
        registered_at=me.registered_at,
        consents_due=await consent.due(tx, me.id),
    )


async def change_me(tx: Tx, vault: Vault, principal: Principal, change: MeChange) -> MeOut:
    """Changes the name or the language. Raises PersonNotFound."""
    await person(tx, vault, principal.user_id)
    texts = {} if isinstance(change.name, UnsetType) else {"name": change.name}
    locale = None if isinstance(change.locale, UnsetType) else change.locale
    if texts or locale is not None:
        await people.change(tx, vault, principal.user_id, locale=locale, **texts)
        fields = [name for name in ("name", "locale") if getattr(change, name) is not UNSET]
        await audit.record(tx, "person.changed", f"person:{principal.user_id}", fields=fields)
    return await read_me(tx, vault, principal)


async def request_contact(tx: Tx, vault: Vault, principal: Principal, request: CodeRequest, address: str) -> CodeSent:
    """Sends a code to a new phone or address of the signed-in person.

    Raises ContactMissing, PhoneInvalid, EmailInvalid, ChannelUnfit, CodeTooSoon, CallUnexpected. Whether somebody else
    has the contact already is told only to who proves to hold it.
    """
    profile, me = await tenant_profile(tx), await person(tx, vault, principal.user_id)
    contact = read_contact(request.phone, request.email, profile.country)
    wanted = Wanted(
        purpose=Purpose.VERIFY,
        contact=contact,
        channel=channel_for(contact, request.channel),
        locale=me.locale,
        template="contact_code",
        params={"tenant": profile.name},
        person_id=me.id,
        address=address,
    )
    return await send_code(tx, await vault.keyring(tx), wanted)


async def confirm_contact(tx: Tx, vault: Vault, principal: Principal, request: ContactConfirm) -> MeOut | CaasError:
    """Makes a new phone or address the person's own, and tells the old one.

    Gives ConfirmationRefused, ContactTaken (returned, so that a try counts); raises StepUpRefused.
    """
    ring = await vault.keyring(tx)
    stored = await challenges.lock(tx, ring, request.challenge_id)
    mine = stored is not None and stored.person_id == principal.user_id
    if stored is None or not mine or stored.challenge.purpose is not Purpose.VERIFY:
        return ConfirmationRefused()
    bound_to = binding(Purpose.VERIFY, stored.challenge.id)
    matches = code_matches(ring.pepper(PEPPER), request.code, stored.secret_hash, *bound_to)
    judged, verdict = attempt(stored.challenge, matches=matches, now=tx.now)
    if verdict is not Verdict.RIGHT:
        await challenges.save(tx, judged)
        return ConfirmationRefused()
    subject = str(request.challenge_id)
    await verify_step_up(tx, vault, principal.user_id, CHANGE_CONTACT, subject, request.step_up_code)
    await challenges.save(tx, judged)
    if await people.find(tx, vault, stored.contact) is not None:
        return ContactTaken()
    before = await person(tx, vault, principal.user_id)
    changed = {"phone": stored.contact.phone} if stored.contact.phone else {"email": stored.contact.email}
    await people.change(tx, vault, principal.user_id, **changed)
    await audit.record(tx, "person.contact_changed", f"person:{principal.user_id}", fields=sorted(changed))
    for contact in before.contacts:
        await _tell(tx, vault, before, contact, stored.contact)
    return await read_me(tx, vault, principal)


async def read_person(tx: ReadTx, vault: Vault, user_id: UUID) -> PersonOut:
    """A person, for the tenant's own people. Raises PersonNotFound."""
    return shown(await person(tx, vault, user_id))


async def find_person(tx: ReadTx, vault: Vault, phone: str | None, email: str | None) -> PersonOut:
    """The person who holds a contact, for the tenant's own people. Raises PersonNotFound, ContactMissing."""
    contact = read_contact(phone, email, (await tenant_profile(tx)).country)
    found = await people.find(tx, vault, contact)
    if found is None:
        raise PersonNotFound
    return shown(found)


async def erase_person(tx: Tx, vault: Vault, user_id: UUID) -> None:
    """Makes a person unreadable and unfindable for good, and ends every session. Idempotent.

    What the law has the books keep is keyed by the id, which stays. Raises PersonNotFound.
    """
    await _leave(tx, vault, user_id, "person_erased")
    await people.erase(tx, vault, user_id)
    await audit.record(tx, "person.erased", f"person:{user_id}")


async def close_person(tx: Tx, vault: Vault, user_id: UUID) -> Person:
    """Makes a person unfindable and ends every session, but keeps what they sealed readable for those who must.

    Gives the person as they were. Idempotent. Raises PersonNotFound.
    """
    before = await person(tx, vault, user_id)
    await _leave(tx, vault, user_id, "person_closed")
    await people.clear(tx, user_id)
    await audit.record(tx, "person.closed", f"person:{user_id}")
    return before


async def _leave(tx: Tx, vault: Vault, user_id: UUID, reason: str) -> None:
    await person(tx, vault, user_id)
    await sessions.revoke_all(tx, user_id, reason)
    await businesses.leave_all(tx, user_id)
    await ceremonies.forget_of(tx, user_id)  # first: it waits for a passkey that is just being added
    await passkeys.remove_all(tx, user_id)
    for link in await channels.of_person(tx, user_id):
        await end_link(tx, link, ERASED)


def shown(one: Person) -> PersonOut:
    """A person as the API gives them."""
    return PersonOut(
        id=one.id,
        name=one.name,
        phone=one.phone,
        email=one.email,
        locale=one.locale,
        roles=list(one.roles),
        registered_at=one.registered_at,
    )


async def _tell(tx: Tx, vault: Vault, who: Person, at: Contact, changed_to: Contact) -> None:
    message = OutgoingMessage(
        channel=channel_for(at),
        to=at.address,
        locale=who.locale,
        template="contact_changed",
        params={"tenant": (await tenant_profile(tx)).name, "contact": changed_to.masked},
        expires_at=tx.now + _TOLD_WITHIN,
        person_id=who.id,
    )
    await send(tx, await vault.keyring(tx), new_id(), message)
