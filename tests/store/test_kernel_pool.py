"""What one transaction leaves behind for the next on the same connection: nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from backend.kernel.db import Database
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.errors import CaasError, InvalidInput, Unavailable

_PID = text("SELECT pg_backend_pid()")
_TENANT = text("SELECT current_setting('app.tenant_id', true)")
_SLEEP = text("SELECT pg_sleep(20)")


@pytest.fixture
async def one(settings: Settings) -> AsyncIterator[Database]:
    """A database with a single connection."""
    database = Database(settings.database_url, pool=1)
    yield database
    await database.close()


@pytest.fixture
def scope(tenant: Tenant) -> Scope:
    return Scope.system(tenant.id, "test")


async def seen(database: Database) -> tuple[int, str]:
    """The server's process, and the tenant that somebody without a tenant sees."""
    async with database.unscoped() as connection:
        return (await connection.execute(_PID)).scalar_one(), (await connection.execute(_TENANT)).scalar_one() or ""


async def test_a_connection_is_used_again_and_remembers_no_tenant(one: Database, scope: Scope) -> None:
    async with one.write(scope) as tx:
        pid, tenant = await tx.scalar(_PID), await tx.scalar(_TENANT)

    assert (tenant, await seen(one)) == (str(scope.tenant_id), (pid, ""))


@pytest.mark.parametrize("failure", [InvalidInput(), RuntimeError("a defect")])
async def test_what_fails_is_rolled_back_and_the_connection_kept(
    one: Database, scope: Scope, failure: Exception
) -> None:
    async def fail() -> None:
        async with one.write(scope) as tx:
            await tx.execute(text("CREATE TEMPORARY TABLE left_behind (n int)"))
            raise failure

    first = await seen(one)
    with pytest.raises(type(failure)):
        await fail()

    assert await seen(one) == first
    async with one.unscoped() as connection:
        assert (await connection.execute(text("SELECT to_regclass('left_behind')"))).scalar() is None


async def test_a_statement_that_fails_leaves_a_connection_that_works(one: Database, scope: Scope) -> None:
    first = await seen(one)
    with pytest.raises(Exception, match="division by zero"):
        async with one.read(scope) as tx:
            await tx.scalar(text("SELECT 1 / 0"))

    assert await seen(one) == first


async def test_a_caller_who_leaves_in_the_middle_frees_the_connection(one: Database, scope: Scope) -> None:
    async def dawdle() -> None:
        async with one.read(scope) as tx:
            await tx.scalar(_SLEEP)

    leaving = asyncio.create_task(dawdle())
    await asyncio.sleep(0.2)
    leaving.cancel()
    with pytest.raises((asyncio.CancelledError, CaasError)):
        await leaving

    async with asyncio.timeout(10):
        assert (await seen(one))[1] == ""


async def test_nobody_gets_a_connection_that_somebody_else_has(one: Database, scope: Scope) -> None:
    order: list[str] = []

    async def turn(name: str) -> None:
        async with one.read(scope) as tx:
            order.append(name)
            await tx.scalar(text("SELECT pg_sleep(0.05)"))
            order.append(name)

    await asyncio.gather(*(turn(name) for name in "abc"))

    assert order == ["a", "a", "b", "b", "c", "c"]


async def test_whoever_gives_up_waiting_leaves_the_line(one: Database, scope: Scope) -> None:
    async with one.read(scope):
        waiting = asyncio.create_task(seen(one))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    async with asyncio.timeout(5):
        assert (await seen(one))[1] == ""


async def test_a_connection_that_the_server_cut_is_replaced_unasked(one: Database, settings: Settings) -> None:
    other = Database(settings.database_url, pool=1)
    first, _ = await seen(one)
    async with other.unscoped() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    await other.close()
    await asyncio.sleep(0.2)

    assert (await seen(one))[0] != first


async def test_an_unreachable_server_is_unavailable_and_takes_no_place() -> None:
    nowhere = Database("postgresql+asyncpg://caas_app:x@127.0.0.1:1/nothing", pool=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await seen(nowhere)
    await nowhere.close()
