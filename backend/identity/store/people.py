"""People. Each one's name, number and address are sealed under a key of their own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.identity.contacts import Contact
from backend.identity.domain.roles import is_staff
from backend.identity.errors import ContactTaken
from backend.identity.people import Person
from backend.identity.tables import authenticator, person
from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx, constraint
from backend.kernel.vault import Vault
from shared.roles import Role

_CONTACT = Field("contact", "key")
_SEALED = {column: Field("person", column) for column in ("name", "phone", "email")}
_UNIQUE = {"uq_person_phone_index", "uq_person_email_index"}


def contact_index(ring: Keyring, contact: Contact) -> bytes:
    """What a contact is looked up and counted by, wherever it is stored."""
    return ring.blind_index(_CONTACT, contact.key)


async def add(tx: Tx, vault: Vault, new: Person) -> None:
    """Stores a person with a key of their own. Raises ContactTaken."""
    await vault.provision_subject(tx, new.id)
    ring = await vault.subject_keyring(tx, new.id)
    texts = {"name": new.name, "phone": new.phone, "email": new.email}
    values = {
        "id": new.id,
        "locale": new.locale,
        "roles": [role.value for role in new.roles],
        "staff": is_staff(new.roles),
        "registered_at": new.registered_at,
        **_sealed(ring, new.id, texts),
    }
    await _guarded(tx, person.insert().values(values))


async def get(tx: ReadTx, vault: Vault, person_id: UUID) -> Person | None:
    """The person with this id."""
    row = await tx.first(select(person).where(person.c.id == person_id))
    return await _opened(tx, vault, row) if row else None


async def find(tx: ReadTx, vault: Vault, contact: Contact) -> Person | None:
    """The person who proved to hold `contact`."""
    index = contact_index(await vault.keyring(tx), contact)
    row = await tx.first(select(person).where(or_(person.c.phone_index == index, person.c.email_index == index)))
    return await _opened(tx, vault, row) if row else None


async def many(tx: ReadTx, vault: Vault, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """The people with these ids."""
    rows = await tx.all(select(person).where(person.c.id.in_(person_ids)))
    return {row.id: await _opened(tx, vault, row) for row in rows}


async def staff(tx: ReadTx, vault: Vault, *, after: UUID | None, limit: int) -> list[Person]:
    """The tenant's own people in the order they came."""
    wanted = select(person).where(person.c.staff).order_by(person.c.id).limit(limit)
    if after is not None:
        wanted = wanted.where(person.c.id > after)
    return [await _opened(tx, vault, row) for row in await tx.all(wanted)]


async def change(tx: Tx, vault: Vault, person_id: UUID, *, locale: str | None = None, **texts: str | None) -> None:
    """Sets `name`, `phone` or `email`, and the locale. Raises ContactTaken."""
    ring = await vault.subject_keyring(tx, person_id)
    values: dict[str, object] = {**_sealed(ring, person_id, texts)}
    if locale is not None:
        values["locale"] = locale
    await _guarded(tx, update(person).where(person.c.id == person_id).values(values))


async def set_roles(tx: Tx, person_id: UUID, roles: Sequence[Role]) -> None:
    """Sets the roles that a person holds in the tenant at large."""
    values = {"roles": [role.value for role in roles], "staff": is_staff(roles)}
    await tx.execute(update(person).where(person.c.id == person_id).values(values))


async def erase(tx: Tx, vault: Vault, person_id: UUID) -> None:
    """Destroys the person's key and every way to find them; the id stays for the books."""
    await clear(tx, person_id)
    await vault.erase_subject(tx, person_id)


async def clear(tx: Tx, person_id: UUID) -> None:
    """Removes name, contacts, roles and authenticator."""
    gone = dict.fromkeys(("name", "phone", "phone_index", "email", "email_index"))
    await tx.execute(update(person).where(person.c.id == person_id).values(**gone, roles=[], staff=False))
    await tx.execute(authenticator.delete().where(authenticator.c.person_id == person_id))


def _sealed(ring: Keyring, person_id: UUID, texts: dict[str, str | None]) -> dict[str, bytes | None]:
    values: dict[str, bytes | None] = {}
    for column, value in texts.items():
        sealed = ring.encrypt_text(_SEALED[column], value, row_id=person_id, subject_id=person_id) if value else None
        values[column] = sealed
        if column in ("phone", "email"):
            contact = Contact(phone=value) if column == "phone" else Contact(email=value)
            values[f"{column}_index"] = contact_index(ring, contact) if value else None
    return values


async def _opened(tx: ReadTx, vault: Vault, row: Row[Any]) -> Person:
    ring = await vault.subject_keyring(tx, row.id)

    def text(column: str) -> str | None:
        sealed = getattr(row, column)
        try:
            return ring.decrypt_text(_SEALED[column], sealed, row_id=row.id) if sealed else None
        except DataErased:
            return None

    return Person(
        id=row.id,
        name=text("name"),
        phone=text("phone"),
        email=text("email"),
        locale=row.locale,
        roles=tuple(Role(role) for role in row.roles),
        registered_at=row.registered_at,
    )


async def _guarded(tx: Tx, statement: Any) -> None:
    try:
        await tx.execute(statement)
    except IntegrityError as failure:
        if constraint(failure) in _UNIQUE:
            raise ContactTaken from failure
        raise
