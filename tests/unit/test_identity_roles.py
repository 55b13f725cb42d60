"""Roles are given by those who may, and by nobody else."""

import pytest

from backend.identity.domain.roles import is_of_a_business, is_staff, may_give, needs_second_factor
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


def test_staff_need_a_second_factor_and_borrowers_do_not() -> None:
    assert needs_second_factor({Role.BORROWER, Role.SUPPORT_AGENT})
    assert not needs_second_factor({Role.BORROWER, *BUSINESS})
    assert is_staff({Role.OPERATIONS})
