"""Reads and changes the tenant's profile, and sets up a new tenant."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UNSET
from msgspec.structs import replace

from backend.identity.default_texts import default_texts
from backend.identity.errors import TenantNotFound
from backend.identity.people import TenantProfile
from backend.identity.store import consents, tenants
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tenants import Tenant, TenantMode
from shared.api.identity import TenantChange, TenantOut
from shared.currency import exponent_of
from shared.errors import InvalidInput

_CHANGED = ("name", "brand", "settings", "app_url")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


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
        app_url=profile.app_url,
    )


async def change_tenant(tx: Tx, change: TenantChange) -> TenantOut:
    """Changes name, brand, settings or the app's address. Raises TenantNotFound, InvalidInput for a bad address."""
    profile = await tenant_profile(tx)
    given = {name: value for name in _CHANGED if (value := getattr(change, name)) is not UNSET}
    if given.get("app_url") is not None:
        _require_app_address(given["app_url"], await tenants.tenant(tx))
    await tenants.save_profile(tx, replace(profile, **given))
    await audit.record(tx, "tenant.changed", f"tenant:{tx.tenant_id}", fields=sorted(given))
    return await read_tenant(tx)


def _require_app_address(app_url: str, tenant: Tenant) -> None:
    """Links carry secrets and passkeys need a secure context: https, but for a sandbox on one's own machine."""
    where = urlsplit(app_url)
    try:
        port = where.port
    except ValueError as error:
        raise InvalidInput({"app_url": "has no port above 65535"}) from error
    if where.geturl() != app_url:  # parsing drops line ends, which a pattern's end lets through
        raise InvalidInput({"app_url": "ends with its host or port"})
    local = tenant.mode is TenantMode.SANDBOX and where.hostname in _LOOPBACK
    if port == _DEFAULT_PORTS[where.scheme]:
        raise InvalidInput({"app_url": "leaves its scheme's own port out, as browsers do"})
    if where.scheme == "https" or local:
        return
    raise InvalidInput({"app_url": "begins with https; with http for localhost in a sandbox only"})
