"""Who may hold which role, who may give it, and who needs a second factor."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from shared.roles import BUSINESS, STAFF, Role

_GIVEN_BY: dict[Role, frozenset[Role]] = {
    Role.BUSINESS_OWNER: frozenset({Role.BUSINESS_OWNER}),
    Role.FINANCE_VIEWER: frozenset({Role.BUSINESS_OWNER}),
    Role.FINANCE_APPROVER: frozenset({Role.BUSINESS_OWNER}),
    Role.SUPPORT_AGENT: frozenset({Role.TENANT_ADMIN}),
    Role.COMPLIANCE_OFFICER: frozenset({Role.TENANT_ADMIN}),
    Role.OPERATIONS: frozenset({Role.TENANT_ADMIN}),
    Role.TENANT_ADMIN: frozenset({Role.TENANT_ADMIN}),
    Role.PARTNER: frozenset({Role.TENANT_ADMIN}),
}


def may_give(giver: AbstractSet[Role], role: Role) -> bool:
    """Whether someone with these roles may give `role` to another. A borrower becomes one by signing up only."""
    return not giver.isdisjoint(_GIVEN_BY.get(role, frozenset()))


def is_staff(roles: Iterable[Role]) -> bool:
    """Whether any of `roles` belongs to the tenant's own people."""
    return not STAFF.isdisjoint(roles)


def effective(roles: Iterable[Role], *, second_factor: bool, staff_need_it: bool) -> tuple[Role, ...]:
    """The roles that a session may act with: without a second factor none of staff, where the tenant wants one."""
    held = set(roles)
    return tuple(sorted(held if second_factor or not staff_need_it else held - STAFF))


def is_of_a_business(role: Role) -> bool:
    """Whether `role` is held within one business rather than in the tenant at large."""
    return role in BUSINESS
