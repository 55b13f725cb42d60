"""Whoever changes the audit log behind its back is found out."""

import asyncpg
import pytest

from backend.kernel import audit
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders.audit import link_all

CHANGES = (
    "UPDATE audit_entry SET actor = 'someone else' WHERE {second}",
    "UPDATE audit_entry SET action = 'note.unmade' WHERE {second}",
    "UPDATE audit_entry SET subject = 'note:9' WHERE {second}",
    "UPDATE audit_entry SET data = '{{\"n\": 9}}' WHERE {second}",
    "UPDATE audit_entry SET correlation_id = 'x' WHERE {second}",
    "UPDATE audit_entry SET at = at + interval '1 second' WHERE {second}",
    "DELETE FROM audit_entry WHERE {second}",
    "DELETE FROM audit_link WHERE tenant_id = '{tenant}' AND height = 2",
    "UPDATE audit_link SET hash = decode(repeat('00', 32), 'hex') WHERE tenant_id = '{tenant}' AND height = 2",
)


async def three_notes(services: Services, tenant: Tenant) -> Scope:
    scope = Scope.system(tenant.id, "test")
    for number in range(3):
        async with services.database.write(scope) as tx:
            await audit.record(tx, "note.made", f"note:{number}", n=number)
    await link_all(services, scope, 3)
    return scope


async def test_an_untouched_log_verifies(services: Services, tenant: Tenant) -> None:
    scope = await three_notes(services, tenant)

    async with services.database.read(scope) as tx:
        assert await audit.verify(tx) == []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_behind_its_back_is_found(
    change: str, settings: Settings, services: Services, tenant: Tenant
) -> None:
    scope = await three_notes(services, tenant)
    assert settings.database_owner_url is not None
    owner = await asyncpg.connect(settings.database_owner_url.replace("+asyncpg", ""))
    second = f"tenant_id = '{tenant.id}' AND subject = 'note:1'"

    async with owner.transaction():
        await owner.execute("SET LOCAL session_replication_role = replica")  # past the triggers, as an intruder would
        touched = await owner.execute(change.format(second=second, tenant=tenant.id))
    await owner.close()

    assert touched.endswith(" 1")
    async with services.database.read(scope) as tx:
        assert len(await audit.verify(tx)) == 1
