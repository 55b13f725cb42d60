"""Which tenants there are: a small list that every process keeps for a few seconds at a time."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel import business_date, tables
from backend.kernel.db import Database, into
from backend.kernel.scope import Scope
from backend.kernel.vault import Vault
from shared.errors import InvalidInput
from shared.ids import new_id

KEPT = timedelta(seconds=5)


class UnknownTenant(InvalidInput):
    """No tenant, or none of that name."""

    code = "unknown_tenant"
    message = "Send the X-Tenant header with the short name of a tenant that exists."


class TenantMode(StrEnum):
    """Whether a tenant's money is real. A sandbox tenant may run its business date ahead."""

    SANDBOX = "sandbox"
    LIVE = "live"


class Tenant(Struct, frozen=True, kw_only=True):
    """What the platform must know of a tenant before it knows the caller."""

    id: UUID
    slug: str
    plan: str
    mode: TenantMode


class TenantDirectory:
    """Finds tenants by short name or id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at: datetime | None = None
        self._by_slug: dict[str, Tenant] = {}
        self._by_id: dict[UUID, Tenant] = {}

    async def by_slug(self, slug: str) -> Tenant:
        """The tenant with this short name. Raises UnknownTenant."""
        await self._refresh()
        return self._by_slug.get(slug) or await self._look_up(tables.tenant.c.slug == slug)

    async def by_id(self, tenant_id: UUID) -> Tenant:
        """The tenant with this id. Raises UnknownTenant."""
        await self._refresh()
        return self._by_id.get(tenant_id) or await self._look_up(tables.tenant.c.id == tenant_id)

    async def all(self) -> list[Tenant]:
        """Every tenant."""
        await self._refresh()
        return list(self._by_id.values())

    async def _look_up(self, which: ColumnElement[bool]) -> Tenant:
        """One that the list lacks, since it may have been made after the list was read."""
        async with self._database.unscoped() as connection:
            row = (await connection.execute(select(tables.tenant).where(which))).first()
        if row is None:
            raise UnknownTenant
        tenant = into(row, Tenant)
        self._by_slug[tenant.slug] = self._by_id[tenant.id] = tenant
        return tenant

    async def _refresh(self) -> None:
        now = self._database.clock.now()
        if self._read_at is not None and now - self._read_at < KEPT:
            return
        async with self._database.unscoped() as connection:
            rows = (await connection.execute(select(tables.tenant))).all()
        tenants = [into(row, Tenant) for row in rows]
        self._by_slug = {tenant.slug: tenant for tenant in tenants}
        self._by_id = {tenant.id: tenant for tenant in tenants}
        self._read_at = now


async def create_tenant(database: Database, vault: Vault, *, slug: str, plan: str, mode: TenantMode) -> Tenant:
    """Makes a tenant with its keys and its calendar, or returns the one that has this short name already."""
    async with database.unscoped() as connection:
        row = {"id": new_id(), "slug": slug, "plan": plan, "mode": mode, "created_at": database.clock.now()}
        await connection.execute(insert(tables.tenant).values(row).on_conflict_do_nothing(index_elements=["slug"]))
        stored = (await connection.execute(select(tables.tenant).where(tables.tenant.c.slug == slug))).one()
    tenant = into(stored, Tenant)
    async with database.write(Scope.system(tenant.id, "tenants")) as tx:
        if not await vault.is_provisioned(tx):
            await vault.provision(tx)
        await business_date.begin(tx, tx.now.date())
    return tenant
