"""Whose things a caller may see, and for whom a caller may decide."""

from uuid import UUID

import pytest

from backend import identity
from backend.identity.store import businesses
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Scope
from backend.kernel.tenants import Tenant
from shared.errors import NotAuthenticated, NotFound, NotPermitted
from shared.ids import new_id
from shared.roles import Role
from tests.builders.members import add_business

OWNER, VIEWER, APPROVER, STRANGER = (new_id() for _ in range(4))


@pytest.fixture
async def business_id(services: Services, tenant: Tenant) -> UUID:
    made = new_id()
    members = {OWNER: Role.BUSINESS_OWNER, VIEWER: Role.FINANCE_VIEWER, APPROVER: Role.FINANCE_APPROVER}
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await add_business(tx, services.vault, made, members)
    return made


def scope_of(tenant: Tenant, user_id: UUID, *roles: Role) -> Scope:
    held = frozenset(roles or {Role.BORROWER})
    return Scope.of(Principal(tenant_id=tenant.id, user_id=user_id, session_id=new_id(), roles=held))


async def sees(services: Services, scope: Scope, user_id: UUID, business_id: UUID | None) -> bool:
    async with services.database.read(scope) as tx:
        return await identity.may_see(tx, user_id, business_id)


async def decides(services: Services, scope: Scope, user_id: UUID, business_id: UUID | None) -> str:
    """`yes`, or the code of the refusal."""
    async with services.database.read(scope) as tx:
        try:
            principal = await identity.require_decider(tx, user_id, business_id, missing=NotFound())
        except (NotFound, NotPermitted) as refusal:
            return refusal.code
    assert principal == scope.principal
    return "yes"


async def test_a_person_s_own_is_seen_by_them_and_by_staff(services: Services, tenant: Tenant) -> None:
    mine = scope_of(tenant, OWNER)

    assert await sees(services, mine, OWNER, None)
    assert not await sees(services, mine, STRANGER, None)
    assert await sees(services, scope_of(tenant, STRANGER, Role.SUPPORT_AGENT), OWNER, None)


async def test_a_business_s_is_seen_by_its_members_whoever_signed(
    services: Services, tenant: Tenant, business_id: UUID
) -> None:
    for member in (OWNER, VIEWER, APPROVER):
        assert await sees(services, scope_of(tenant, member), STRANGER, business_id)

    assert not await sees(services, scope_of(tenant, STRANGER), STRANGER, business_id)
    assert not await sees(services, scope_of(tenant, OWNER), OWNER, new_id())


async def test_who_leaves_a_business_sees_it_no_longer(services: Services, tenant: Tenant, business_id: UUID) -> None:
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await businesses.leave(tx, business_id, APPROVER, Role.FINANCE_APPROVER)

    assert not await sees(services, scope_of(tenant, APPROVER), APPROVER, business_id)
    assert await decides(services, scope_of(tenant, APPROVER), APPROVER, business_id) == "not_found"


async def test_only_who_may_bind_decides(services: Services, tenant: Tenant, business_id: UUID) -> None:
    found = {
        who: await decides(services, scope_of(tenant, who), OWNER, business_id)
        for who in (OWNER, APPROVER, VIEWER, STRANGER)
    }

    assert found == {
        OWNER: "yes",
        APPROVER: "yes",
        VIEWER: "membership_insufficient",
        STRANGER: "not_found",
    }
    assert await decides(services, scope_of(tenant, STRANGER), STRANGER, None) == "yes"
    assert await decides(services, scope_of(tenant, STRANGER), OWNER, None) == "not_found"


async def test_staff_decide_for_nobody_but_themselves(services: Services, tenant: Tenant, business_id: UUID) -> None:
    staff = scope_of(tenant, STRANGER, Role.OPERATIONS)

    assert await decides(services, staff, OWNER, business_id) == "not_permitted"
    assert await decides(services, staff, OWNER, None) == "not_permitted"
    assert await decides(services, staff, STRANGER, None) == "yes"


async def test_a_list_is_told_what_reaches_the_caller(services: Services, tenant: Tenant, business_id: UUID) -> None:
    async with services.database.read(scope_of(tenant, VIEWER)) as tx:
        members = await identity.sight(tx)
    async with services.database.read(scope_of(tenant, VIEWER, Role.TENANT_ADMIN)) as tx:
        admins = await identity.sight(tx)

    assert (members.user_id, members.business_ids) == (VIEWER, frozenset({business_id}))
    assert admins.user_id is None
    assert admins.reaches(STRANGER, new_id())


async def test_without_a_caller_nothing_is_seen(services: Services, tenant: Tenant) -> None:
    with pytest.raises(NotAuthenticated):
        await sees(services, Scope.system(tenant.id, "test"), OWNER, None)
