"""A tenant to measure and to probe: products, staff, and borrowers who each have a loan and a draft application."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from backend import identity
from backend.applications.usecases.open_draft import open_draft
from backend.applications.usecases.save_product import products
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Scope
from backend.kernel.tenants import Tenant
from backend.seed import DEMO_TENANTS, seed_tenant
from shared.api.applications import ApplicationIn, Purpose
from shared.api.products import Channel, ProductKind
from shared.ids import new_id
from shared.roles import Role
from tests.builders import platform
from tests.builders.servicing import Desk


@dataclass(frozen=True)
class Borrower:
    """Somebody who owes, and wants more."""

    user_id: UUID
    headers: dict[str, str]
    loan_id: UUID
    application_id: UUID


@dataclass(frozen=True)
class Population:
    """A tenant, who borrows there, and what they apply for."""

    tenant: Tenant
    product_id: UUID
    borrowers: Sequence[Borrower]


def application_for(product_id: UUID) -> ApplicationIn:
    """A draft with its figures filled in."""
    return ApplicationIn(
        product_id=product_id,
        channel=Channel.WEB,
        amount_minor=50_000_00,
        instalments=6,
        purpose=Purpose.STOCK,
    )


async def populate(services: Services, slug: str, borrowers: int) -> Population:
    """A tenant like the first of the demo's, with this many borrowers."""
    demo = replace(DEMO_TENANTS[0], slug=slug)
    await seed_tenant(services, demo)
    tenant = await services.tenants.by_slug(demo.slug)
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        shelf = await products(tx, kind=ProductKind.LINE_OF_CREDIT, channel=Channel.WEB, currency=None, retired=False)
    product_id = shelf[0].id
    return Population(
        tenant=tenant,
        product_id=product_id,
        borrowers=[await _borrower(services, tenant, product_id, number) for number in range(borrowers)],
    )


async def _borrower(services: Services, tenant: Tenant, product_id: UUID, number: int) -> Borrower:
    person = await someone(services, tenant, f"+23480{31_000_000 + number}", Role.BORROWER)
    desk = Desk(services, tenant)
    desk.user_id = person
    loan_id = await desk.open_loan()
    principal = Principal(tenant_id=tenant.id, user_id=person, session_id=new_id(), roles=frozenset({Role.BORROWER}))
    async with services.database.write(Scope.of(principal)) as tx:
        draft = await open_draft(tx, services.vault, application_for(product_id))
    headers = platform.caller(services, tenant, Role.BORROWER, user_id=person).headers
    return Borrower(user_id=person, headers=headers, loan_id=loan_id, application_id=draft.id)


async def someone(services: Services, tenant: Tenant, phone: str, *roles: Role) -> UUID:
    """A person with these roles, who signs in by this phone."""
    contact = identity.Contact(phone=phone)
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        added = await identity.add_staff(tx, services.vault, contact=contact, name="Ada Obi", roles=roles)
    return added.id
