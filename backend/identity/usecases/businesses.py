"""Businesses and who acts for them."""

from collections.abc import Collection
from itertools import groupby
from uuid import UUID

from backend.identity.domain.roles import may_give
from backend.identity.errors import BusinessNotFound, LastOwner, MembershipInsufficient, PersonNotFound, RoleNotYours
from backend.identity.people import Business
from backend.identity.store import businesses, people
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.members import BusinessIn, BusinessOut, MemberOut
from shared.errors import NotAuthenticated
from shared.ids import new_id
from shared.roles import BUSINESS, Role


async def business(tx: ReadTx, vault: Vault, business_id: UUID) -> Business:
    """A business of the tenant's. Raises BusinessNotFound."""
    found = await businesses.get(tx, await vault.keyring(tx), [business_id])
    if business_id not in found:
        raise BusinessNotFound
    return found[business_id]


async def require_member(tx: ReadTx, business_id: UUID, roles: Collection[Role] = BUSINESS) -> frozenset[Role]:
    """What the caller is in a business, when that is any of `roles`.

    Raises BusinessNotFound for who is no member at all, MembershipInsufficient for a member in another role.
    """
    principal = tx.scope.principal
    if principal is None:
        raise NotAuthenticated
    mine = await businesses.memberships_of(tx, principal.user_id)
    held = frozenset(one.role for one in mine if one.business_id == business_id)
    if not held:
        raise BusinessNotFound
    if held.isdisjoint(roles):
        raise MembershipInsufficient
    return held


async def businesses_of_caller(tx: ReadTx, roles: Collection[Role] = BUSINESS) -> frozenset[UUID]:
    """The businesses in which the caller is any of `roles`. Raises NotAuthenticated where there is no caller."""
    principal = tx.scope.principal
    if principal is None:
        raise NotAuthenticated
    mine = await businesses.memberships_of(tx, principal.user_id)
    return frozenset(one.business_id for one in mine if one.role in roles)


async def register_business(tx: Tx, vault: Vault, principal: Principal, request: BusinessIn) -> BusinessOut:
    """Registers a business with the caller as its first owner; what it is worth is for its KYB case to show."""
    new = Business(
        id=new_id(),
        name=request.name,
        country=request.country,
        registration_number=request.registration_number,
        registered_by=principal.user_id,
        registered_at=tx.now,
    )
    await businesses.add(tx, await vault.keyring(tx), new)
    await businesses.join(tx, new.id, principal.user_id, Role.BUSINESS_OWNER)
    await audit.record(tx, "business.registered", f"business:{new.id}", country=new.country)
    return _shown(new, [Role.BUSINESS_OWNER])


async def list_businesses(tx: ReadTx, vault: Vault, principal: Principal) -> list[BusinessOut]:
    """The businesses that the caller acts for."""
    mine: dict[UUID, list[Role]] = {}
    for one in await businesses.memberships_of(tx, principal.user_id):
        mine.setdefault(one.business_id, []).append(one.role)
    found = await businesses.get(tx, await vault.keyring(tx), list(mine))
    return [_shown(found[business_id], mine[business_id]) for business_id in sorted(found)]


async def read_business(tx: ReadTx, vault: Vault, principal: Principal, business_id: UUID) -> BusinessOut:
    """A business, for its members and the tenant's own people. Raises BusinessNotFound."""
    held = frozenset() if principal.is_staff else await require_member(tx, business_id)
    return _shown(await business(tx, vault, business_id), held)


async def list_members(tx: ReadTx, vault: Vault, principal: Principal, business_id: UUID) -> list[MemberOut]:
    """Who acts for a business, for its members and the tenant's own people. Raises BusinessNotFound."""
    if principal.is_staff:
        await business(tx, vault, business_id)
    else:
        await require_member(tx, business_id)
    members = sorted(await businesses.members(tx, business_id), key=lambda one: one.person_id)
    known = await people.many(tx, vault, [one.person_id for one in members])
    found = []
    for person_id, theirs in groupby(members, key=lambda one: one.person_id):
        held = list(theirs)
        name = known[person_id].name if person_id in known else None
        roles = sorted(one.role for one in held)
        found.append(MemberOut(user_id=person_id, name=name, roles=roles, joined_at=min(one.joined_at for one in held)))
    return sorted(found, key=lambda one: (one.joined_at, one.user_id))


async def remove_member(tx: Tx, principal: Principal, business_id: UUID, person_id: UUID, role: Role) -> None:
    """Takes a role in a business from someone, or from oneself; in force at once.

    Raises BusinessNotFound, RoleNotYours, PersonNotFound, LastOwner.
    """
    held = await require_member(tx, business_id)
    if person_id != principal.user_id and not may_give(held, role):
        raise RoleNotYours(role=role)
    await businesses.lock(tx, business_id)
    owners = [one for one in await businesses.members(tx, business_id) if one.role is Role.BUSINESS_OWNER]
    if role is Role.BUSINESS_OWNER and [one.person_id for one in owners] == [person_id]:
        raise LastOwner
    if not await businesses.leave(tx, business_id, person_id, role):
        raise PersonNotFound
    await audit.record(tx, "business.member_removed", f"business:{business_id}", person_id=person_id, role=role)


def _shown(one: Business, my_roles: Collection[Role]) -> BusinessOut:
    return BusinessOut(
        id=one.id,
        name=one.name,
        country=one.country,
        registration_number=one.registration_number,
        registered_at=one.registered_at,
        my_roles=sorted(my_roles),
    )
