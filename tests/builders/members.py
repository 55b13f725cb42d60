"""People and the businesses that they act for, put straight into the store."""

from uuid import UUID

from backend.identity import Business, Person
from backend.identity.store import businesses, people
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.roles import Role


async def add_person(tx: Tx, vault: Vault, user_id: UUID, *, locale: str = "en") -> Person:
    """Somebody who signed up with a phone of their own."""
    phone = f"+23480{user_id.int % 10**8:08}"
    person = Person(id=user_id, name="Ada Obi", phone=phone, locale=locale, registered_at=tx.now)
    await people.add(tx, vault, person)
    return person


async def add_business(
    tx: Tx, vault: Vault, business_id: UUID, members: dict[UUID, Role], *, name: str = "Obi Traders Ltd"
) -> None:
    """A business with its members, who sign up unless they have; the first is who registered it."""
    for member in members:
        if await people.get(tx, vault, member) is None:
            await add_person(tx, vault, member)
    new = Business(
        id=business_id,
        name=name,
        country="NG",
        registration_number=None,
        registered_by=next(iter(members)),
        registered_at=tx.now,
    )
    await businesses.add(tx, await vault.keyring(tx), new)
    for member, role in members.items():
        await businesses.join(tx, business_id, member, role)
