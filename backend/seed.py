"""Demo data: three sandbox tenants to try the platform with, each in its own currency. Refused in production."""

from decimal import Decimal

from msgspec import Struct

from backend import applications, identity, ledger, wiring
from backend.kernel.db import Tx
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import TenantMode, create_tenant
from backend.seed_products import Market, demo_products
from backend.settings import Settings, SettingsError
from shared.api.identity import Brand, TenantChange, TenantSettings
from shared.roles import Role


class DemoAccess(Struct, frozen=True, kw_only=True):
    """A way into the demo data."""

    tenant: str
    role: str
    sign_in: str
    note: str = ""


class DemoTenant(Struct, frozen=True, kw_only=True):
    """What a demo tenant is made of. `staff_phone` with a role's digit appended is that person's number."""

    slug: str
    name: str
    country: str
    currency: str
    locale: str
    time_zone: str
    colour: str
    unit_minor: int
    ceiling_pct: Decimal
    staff_phone: str


# The currencies have two, no and three decimals.
DEMO_TENANTS = (
    DemoTenant(
        slug="demo",
        name="Kola Credit",
        country="NG",
        currency="NGN",
        locale="en",
        time_zone="Africa/Lagos",
        colour="#0F766E",
        unit_minor=100_000,
        ceiling_pct=Decimal(60),
        staff_phone="+23480300000",
    ),
    DemoTenant(
        slug="sakura",
        name="Sakura Lending",
        country="JP",
        currency="JPY",
        locale="en",
        time_zone="Asia/Tokyo",
        colour="#9D174D",
        unit_minor=1_000,
        ceiling_pct=Decimal(36),
        staff_phone="+8190123456",
    ),
    DemoTenant(
        slug="gulf",
        name="Gulf Finance House",
        country="KW",
        currency="KWD",
        locale="ar",
        time_zone="Asia/Kuwait",
        colour="#1D4ED8",
        unit_minor=2_000,
        ceiling_pct=Decimal(36),
        staff_phone="+965500000",
    ),
)
STAFF_ROLES = (Role.OPERATIONS, Role.COMPLIANCE_OFFICER, Role.SUPPORT_AGENT, Role.TENANT_ADMIN)


async def seed_demo(settings: Settings, *, app_url: str | None = None) -> tuple[DemoAccess, ...]:
    """Makes the demo tenants; what is there already stays as it is, but for `app_url`, where the first one's app is.

    An address that somebody gave the tenant elsewhere stays too. Raises SettingsError in production.
    """
    if settings.is_production:
        raise SettingsError("demo data has no place in production")
    services = wiring.build_services(settings)
    try:
        for demo in DEMO_TENANTS:
            await seed_tenant(services, demo)
        if app_url is not None:
            await _give_app(services, DEMO_TENANTS[0], app_url)
    finally:
        await services.database.close()
    return tuple(access for demo in DEMO_TENANTS for access in _ways_in(demo))


async def seed_tenant(services: Services, demo: DemoTenant) -> None:
    """One demo tenant with its staff, products and books, all of it or nothing. Idempotent."""
    tenant = await create_tenant(
        services.database, services.vault, slug=demo.slug, plan="scale", mode=TenantMode.SANDBOX
    )
    async with services.database.write(Scope.system(tenant.id, "seed")) as tx:
        try:
            await identity.tenant_profile(tx)
        except identity.TenantNotFound:
            await _furnish(tx, services, demo)


async def _give_app(services: Services, demo: DemoTenant, app_url: str) -> None:
    tenant = await create_tenant(
        services.database, services.vault, slug=demo.slug, plan="scale", mode=TenantMode.SANDBOX
    )
    async with services.database.write(Scope.system(tenant.id, "seed")) as tx:
        now = (await identity.tenant_profile(tx)).app_url
        if now != app_url and (now is None or now.startswith("http://localhost:")):  # of an earlier run
            await identity.change_tenant(tx, TenantChange(app_url=app_url))


async def _furnish(tx: Tx, services: Services, demo: DemoTenant) -> None:
    profile = identity.TenantProfile(
        name=demo.name,
        country=demo.country,
        currency=demo.currency,
        locale=demo.locale,
        time_zone=demo.time_zone,
        brand=Brand(primary_colour=demo.colour),
        settings=TenantSettings(staff_need_second_factor=False),
    )
    await identity.set_up_tenant(tx, profile)
    for role in STAFF_ROLES:
        contact = identity.Contact(phone=staff_phone(demo, role))
        name = role.value.replace("_", " ").capitalize()
        await identity.add_staff(tx, services.vault, contact=contact, name=name, roles=[role])
    market = Market(demo.currency, demo.country, demo.unit_minor, demo.ceiling_pct)
    for product in demo_products(market):
        await applications.create_product(tx, product)
    await ledger.open_books(tx)


def staff_phone(demo: DemoTenant, role: Role) -> str:
    """The number that a member of the demo's staff signs in with."""
    return f"{demo.staff_phone}{STAFF_ROLES.index(role) + 11}"


def _ways_in(demo: DemoTenant) -> list[DemoAccess]:
    borrower = DemoAccess(tenant=demo.slug, role=Role.BORROWER.value, sign_in="any phone number", note=demo.name)
    return [
        borrower,
        *(DemoAccess(tenant=demo.slug, role=role.value, sign_in=staff_phone(demo, role)) for role in STAFF_ROLES),
    ]
