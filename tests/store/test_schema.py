"""The schema that migrations make is the one that the code describes, and no tenant's table is without its policy."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import Xid8, idempotency, metadata
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders import platform

for tables in sorted((platform.ROOT / "backend").glob("*/*tables.py")):
    importlib.import_module(f"backend.{tables.parent.name}.{tables.stem}")

TENANT_TABLES = sorted(table.name for table in metadata.tables.values() if table.info["tenant"])
APPEND_ONLY = sorted(table.name for table in metadata.tables.values() if table.info["append_only"])


@asynccontextmanager
async def connected(url: str | None) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    assert url is not None
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


def _differences(connection: Connection) -> list[Any]:
    ischema_names.setdefault("xid8", Xid8)

    def ours(_: Any, name: str | None, kind: str, reflected: bool, __: Any) -> bool:  # noqa: FBT001 -- Alembic's call
        return not (kind == "table" and reflected and name is not None and name not in metadata.tables)

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    found: list[Any] = compare_metadata(context, metadata)
    return found


async def test_a_migrated_database_has_the_tables_that_the_code_describes(settings: Settings) -> None:
    assert settings.database_owner_url is not None
    engine = create_async_engine(settings.database_owner_url)

    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)

    await engine.dispose()
    assert differences == []


async def test_every_table_with_a_tenant_forces_its_policy(settings: Settings) -> None:
    async with connected(settings.database_owner_url) as connection:
        rows = await connection.fetch(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, (SELECT count(*) FROM pg_policy p"
            " WHERE p.polrelid = c.oid AND p.polname = 'tenant_isolation') AS policies FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )

    assert sorted(row["relname"] for row in rows) == TENANT_TABLES
    unprotected = [row["relname"] for row in rows if not (row["relrowsecurity"] and row["relforcerowsecurity"])]
    assert unprotected == []
    assert [row["relname"] for row in rows if row["policies"] != 1] == []


async def test_the_application_owns_nothing_and_bypasses_nothing(settings: Settings) -> None:
    async with connected(settings.database_owner_url) as connection:
        role = await connection.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'caas_app'")
        owned = await connection.fetchval("SELECT count(*) FROM pg_class WHERE relowner = 'caas_app'::regrole")

    assert role is not None
    assert not any(role[right] for right in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb"))
    assert owned == 0


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_without_a_scope_no_row_is_seen(table: str, settings: Settings) -> None:
    async with connected(settings.database_url) as connection:
        seen = await connection.fetchval(f"SELECT count(*) FROM {table}")

    assert seen == 0


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_what_is_append_only_can_neither_be_changed_nor_removed(table: str, settings: Settings) -> None:
    column = next(iter(metadata.tables[table].columns.keys()))

    async with connected(settings.database_url) as connection:
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_a_row_of_another_tenant_is_neither_seen_nor_written(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    other = await platform.new_tenant(services)
    row = {"principal": "test", "key": "k", "request_hash": b"h", "at": services.database.clock.now()}
    async with services.database.write(Scope.system(other.id, "test")) as tx:
        await tx.execute(idempotency.insert(), row)

    stolen = "INSERT INTO idempotency (tenant_id, principal, key, request_hash, at) VALUES ($1, 'x', 'y', '', now())"
    async with connected(settings.database_url) as connection:
        await connection.execute(f"BEGIN; SET LOCAL app.tenant_id = '{tenant.id}'")
        changed = await connection.execute("UPDATE idempotency SET key = 'stolen'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(stolen, other.id)

    assert changed == "UPDATE 0"
    async with services.database.read(Scope.system(other.id, "test")) as tx:
        assert [found.key for found in await tx.all(idempotency.select())] == ["k"]


def test_every_context_has_its_migration() -> None:
    contexts = {table.info["context"] for table in metadata.tables.values()}
    revisions = {path.stem.rpartition("_")[0] for path in Path("backend/migrations/versions").glob("*_0001.sql")}

    assert contexts == revisions
