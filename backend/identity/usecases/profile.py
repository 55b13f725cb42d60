"""Reads and changes the tenant's profile, and sets up a new tenant."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UNSET
from msgspec.structs import replace

from backend.identity.default_texts import default_texts
from backend.identity.errors import TenantNotFound
from backend.identity.people import TenantProfile
from backend.identity.store import consents, tenants
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tenants import TenantMode
from shared.api.identity import TenantChange, TenantOut
from shared.currency import exponent_of
from shared.errors import InvalidInput


async def tenant_profile(tx: ReadTx) -> TenantProfile:
    """The transaction's tenant. Raises TenantNotFound when it was never set up."""
    profile = await tenants.profile(tx)
    if profile is None:
        raise TenantNotFound
    return profile


async def set_up_tenant(tx: Tx, profile: TenantProfile) -> None:
    """Gives a tenant its profile, and its first consent texts where it has none. Idempotent.

    Raises UnknownCurrency, InvalidInput for an unknown time zone.
    """
    exponent_of(profile.currency)
    try:
        ZoneInfo(profile.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput({"time_zone": "is not in the IANA time zone database"}) from error
    await tenants.save_profile(tx, profile)
    if not await consents.has_texts(tx):
        await consents.publish(tx, default_texts())
    await audit.record(tx, "tenant.set_up", f"tenant:{tx.tenant_id}", country=profile.country)


async def read_tenant(tx: ReadTx) -> TenantOut:
    """The tenant as an app shows it before anyone signs in. Raises TenantNotFound."""
    profile, tenant = await tenant_profile(tx), await tenants.tenant(tx)
    return TenantOut(
        slug=tenant.slug,
        name=profile.name,
        brand=profile.brand,
        settings=profile.settings,
        country=profile.country,
        currency=profile.currency,
        locale=profile.locale,
        time_zone=profile.time_zone,
        sandbox=tenant.mode is TenantMode.SANDBOX,
    )


async def change_tenant(tx: Tx, change: TenantChange) -> TenantOut:
    """Changes name, brand or settings. Raises TenantNotFound."""
    profile = await tenant_profile(tx)
    given = {name: value for name in ("name", "brand", "settings") if (value := getattr(change, name)) is not UNSET}
    await tenants.save_profile(tx, replace(profile, **given))
    await audit.record(tx, "tenant.changed", f"tenant:{tx.tenant_id}", fields=sorted(given))
    return await read_tenant(tx)
