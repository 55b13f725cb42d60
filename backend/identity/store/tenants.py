"""Tenants' profiles."""

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.identity.people import TenantProfile
from backend.identity.tables import tenant_profile
from backend.kernel import tables
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.tenants import Tenant


async def profile(tx: ReadTx) -> TenantProfile | None:
    """The transaction's tenant, once it has been set up."""
    row = await tx.first(select(tenant_profile))
    return into(row, TenantProfile) if row else None


async def save_profile(tx: Tx, wanted: TenantProfile) -> None:
    """Makes `wanted` the tenant's profile."""
    values = msgspec.to_builtins(wanted) | {"updated_at": tx.now}
    upsert = insert(tenant_profile).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id"], set_=values))


async def tenant(tx: ReadTx) -> Tenant:
    """The transaction's tenant as the kernel knows it."""
    return into(await tx.one(select(tables.tenant).where(tables.tenant.c.id == tx.tenant_id)), Tenant)
