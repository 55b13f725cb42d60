"""Roles are given by those who may, and by nobody else."""

import pytest

from backend.identity.domain.roles import effective, is_of_a_business, is_staff, may_give
from shared.roles import BUSINESS, STAFF, Role


@pytest.mark.parametrize("role", sorted(STAFF | {Role.PARTNER}))
def test_only_the_tenants_administrator_gives_staff_roles(role: Role) -> None:
    assert may_give({Role.TENANT_ADMIN}, role)
    assert not may_give(set(Role) - {Role.TENANT_ADMIN}, role)


@pytest.mark.parametrize("role", sorted(BUSINESS))
def test_only_an_owner_gives_roles_in_a_business(role: Role) -> None:
    assert may_give({Role.BUSINESS_OWNER}, role)
    assert not may_give(set(Role) - {Role.BUSINESS_OWNER}, role)
    assert is_of_a_business(role)


def test_nobody_makes_a_borrower() -> None:
    assert not may_give(set(Role), Role.BORROWER)


def test_without_a_second_factor_a_session_lacks_the_roles_of_staff() -> None:
    held = {Role.OPERATIONS, Role.BORROWER}

    assert effective(held, second_factor=False, staff_need_it=True) == (Role.BORROWER,)
    assert effective(held, second_factor=True, staff_need_it=True) == (Role.BORROWER, Role.OPERATIONS)
    assert effective(held, second_factor=False, staff_need_it=False) == (Role.BORROWER, Role.OPERATIONS)
    assert is_staff(held)
    assert not is_staff({Role.BORROWER, *BUSINESS})
