"""Registers people: with what they agreed to, and a session to go on with."""

from uuid import UUID

from backend.identity.contacts import Contact
from backend.identity.domain.codes import Purpose, Verdict, attempt
from backend.identity.errors import CodeRefused, CodeSpent, ConsentMissing
from backend.identity.keys import Caller, SessionKeys, opened
from backend.identity.people import Person
from backend.identity.store import challenges, consents, people
from backend.identity.usecases.begin_session import begin_session, repeat_session
from backend.identity.usecases.consent import chosen_texts
from backend.identity.usecases.profile import tenant_profile
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.identity import SignInOut, SignUpRequest
from shared.events.identity import UserRegistered
from shared.ids import new_id
from shared.roles import Role


async def sign_up(tx: Tx, vault: Vault, keys: SessionKeys, request: SignUpRequest, caller: Caller) -> SignInOut:
    """Registers whoever holds the ticket as a borrower, and signs them in.

    Raises TokenInvalid, CodeRefused, CodeSpent, ConsentMissing, ConsentTextNotFound, ContactTaken.
    """
    ticket = opened(keys.tickets, request.ticket, tx)
    stored = await challenges.lock(tx, await vault.keyring(tx), ticket.row_id)
    if stored is None or stored.challenge.purpose is not Purpose.SIGN_UP or stored.secret_hash != ticket.hash:
        raise CodeRefused
    judged, verdict = attempt(stored.challenge, matches=True, now=tx.now)
    if verdict is Verdict.SPENT:
        if again := await repeat_session(tx, vault, keys, stored.challenge.id, caller):
            return again
        raise CodeSpent
    if verdict is not Verdict.RIGHT:
        raise CodeRefused
    locale = request.locale or (await tenant_profile(tx)).locale
    texts = await chosen_texts(tx, request.consents, locale)
    if missing := [text.kind for text in await consents.current(tx) if text.required and text.kind not in texts]:
        raise ConsentMissing(kinds=", ".join(sorted(set(missing))))
    await challenges.save(tx, judged)
    person = await register(tx, vault, contacts=(stored.contact,), name=request.name, locale=locale)
    await consents.give(tx, vault, person.id, list(texts.values()), caller.address)
    return await begin_session(
        tx,
        vault,
        keys,
        person,
        origin_id=stored.challenge.id,
        methods=stored.methods,
        device=request.device,
        caller=caller,
    )


async def register(
    tx: Tx,
    vault: Vault,
    *,
    contacts: tuple[Contact, ...],
    name: str,
    locale: str,
    roles: tuple[Role, ...] = (Role.BORROWER,),
    person_id: UUID | None = None,
) -> Person:
    """Stores a new person and publishes UserRegistered. Raises ContactTaken."""
    person = Person(
        id=person_id or new_id(),
        name=name,
        phone=next((contact.phone for contact in contacts if contact.phone), None),
        email=next((contact.email for contact in contacts if contact.email), None),
        locale=locale,
        roles=roles,
        registered_at=tx.now,
    )
    await people.add(tx, vault, person)
    await outbox.add(tx, UserRegistered(user_id=person.id))
    await audit.record(tx, "person.registered", f"person:{person.id}", roles=list(roles))
    return person
