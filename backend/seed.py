"""Demo data: tenants to try the platform with. Refused in production."""

from msgspec import Struct

from backend import wiring
from backend.kernel.tenants import TenantMode, create_tenant
from backend.settings import Settings, SettingsError


class DemoAccess(Struct, frozen=True, kw_only=True):
    """A way into the demo data."""

    tenant: str
    role: str
    sign_in: str
    note: str = ""


async def seed_demo(settings: Settings) -> tuple[DemoAccess, ...]:
    """Makes the demo tenants; idempotent. Raises SettingsError in production."""
    if settings.is_production:
        raise SettingsError("demo data has no place in production")
    services = wiring.build_services(settings)
    try:
        await create_tenant(services.database, services.vault, slug="demo", plan="scale", mode=TenantMode.SANDBOX)
    finally:
        await services.database.close()
    return (DemoAccess(tenant="demo", role="borrower", sign_in="any phone number", note="sign up with X-Tenant: demo"),)
