"""The tenant's own people: added by contact, given roles, and shut out at once."""

from collections.abc import Collection
from uuid import UUID

from backend.identity.contacts import Contact
from backend.identity.domain.roles import is_of_a_business, may_give
from backend.identity.errors import PersonNotFound, RoleNotYours
from backend.identity.people import Person
from backend.identity.store import channels, people, sessions
from backend.identity.usecases.channel_links import end_link
from backend.identity.usecases.people import person, shown
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.send_code import read_contact
from backend.identity.usecases.sign_up import register
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.members import PersonOut, StaffIn
from shared.errors import InvalidInput
from shared.paging import Page
from shared.roles import STAFF, Role


async def add_staff(
    tx: Tx, vault: Vault, *, contact: Contact, name: str, roles: Collection[Role], locale: str | None = None
) -> Person:
    """Gives roles to whoever holds `contact`, as a new person if nobody does; they sign in by a code to it.

    For the tenant's first administrator and other set-up; a request goes through `hire`, which asks who may.
    """
    known = await people.find(tx, vault, contact)
    if known is None:
        language = locale or (await tenant_profile(tx)).locale
        known = await register(tx, vault, contacts=(contact,), name=name, locale=language, roles=tuple(roles))
    else:
        await people.set_roles(tx, known.id, sorted({*known.roles, *roles}))
    await audit.record(tx, "staff.added", f"person:{known.id}", roles=sorted(roles))
    return await person(tx, vault, known.id)


async def hire(tx: Tx, vault: Vault, principal: Principal, request: StaffIn) -> PersonOut:
    """Adds one of the tenant's own people. Raises RoleNotYours, ContactMissing and its like."""
    _require_giver(principal, request.roles)
    contact = read_contact(request.phone, request.email, (await tenant_profile(tx)).country)
    added = await add_staff(tx, vault, contact=contact, name=request.name, roles=request.roles, locale=request.locale)
    return shown(added)


async def list_staff(tx: ReadTx, vault: Vault, *, cursor: str | None, limit: int) -> Page[PersonOut]:
    """The tenant's own people in the order they came. Raises InvalidInput for a cursor of another's making."""
    try:
        after = UUID(cursor) if cursor else None
    except ValueError as error:
        raise InvalidInput({"cursor": "is not one that this list gave"}) from error
    found = await people.staff(tx, vault, after=after, limit=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[shown(one) for one in found[:limit]], next_cursor=more)


async def set_staff_roles(
    tx: Tx, vault: Vault, principal: Principal, person_id: UUID, roles: Collection[Role]
) -> PersonOut:
    """Sets someone's roles in the tenant at large; what they did before they keep as a borrower.

    Their sessions end, so that the old roles are gone within about a second. No administrator takes that role
    from themselves, so one always remains.

    Raises PersonNotFound, RoleNotYours.
    """
    before = await person(tx, vault, person_id)
    if (before.name is None and not before.contacts) or Role.BOT in before.roles:
        raise PersonNotFound
    given = {*roles}
    changed = given ^ ({*before.roles} - {Role.BORROWER})
    if person_id == principal.user_id and Role.TENANT_ADMIN in changed:
        raise RoleNotYours(role=Role.TENANT_ADMIN)
    _require_giver(principal, changed)
    kept = {Role.BORROWER} & {*before.roles}
    await people.set_roles(tx, person_id, sorted(given | kept))
    if changed:
        await sessions.revoke_all(tx, person_id, "roles_changed")
        for link in await channels.of_person(tx, person_id):
            await end_link(tx, link, "roles_changed")
        await audit.record(tx, "staff.roles_set", f"person:{person_id}", roles=sorted(given))
    return shown(await person(tx, vault, person_id))


def _require_giver(principal: Principal, roles: Collection[Role]) -> None:
    for role in sorted(roles):
        if is_of_a_business(role) or role not in STAFF | {Role.PARTNER} or not may_give(principal.roles, role):
            raise RoleNotYours(role=role)
