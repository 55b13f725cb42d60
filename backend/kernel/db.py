"""Transactions bound to one tenant.

A transaction opens with the tenant's id set for row-level security, in the same round trip as BEGIN. Readers get a type
without `execute`, inside a read-only transaction. Nothing here commits except the edge that opened the transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Executable, Row, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from backend.kernel.pool import Pool, Pooled
from backend.kernel.scope import Scope
from shared.clock import Clock, SystemClock
from shared.errors import CaasError, InvalidInput, Unavailable

S = TypeVar("S", bound=msgspec.Struct)
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_CONTENTION = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
# A character not in the repertoire or not translatable; a number or an instant out of range; the driver's own refusal.
_UNWRITABLE = {"22021", "22P05", "22003", "22008", "22000"}
_GONE = ("08", "57P")  # connection exceptions; the server is shutting down or starting up


class UnwritableValue(InvalidInput):
    """A value that passed every other check, and that no column takes."""

    code = "unwritable_value"
    message = "A value can't be stored: texts must not hold the character U+0000, numbers and dates must not be vast."


# What the driver raises when the server goes away under it; the second is its surprise at a connection cut mid-message.
_LOST_CONNECTION = (asyncpg.InterfaceError, asyncpg.InternalClientError)
_DRIVER_FAILURES = (asyncpg.PostgresError, *_LOST_CONNECTION)


class Contention(Exception):
    """The transaction lost against another one and was rolled back: run it again."""


class ReadTx:
    """A read-only transaction in one tenant's scope."""

    def __init__(self, connection: AsyncConnection, driver: Any, scope: Scope, now: datetime) -> None:
        self._connection = connection
        self._driver: asyncpg.Connection[asyncpg.Record] = driver
        self.scope = scope
        self.now = now

    @property
    def tenant_id(self) -> UUID:
        """The tenant that this transaction can see."""
        return self.scope.tenant_id

    async def all(self, statement: Executable, params: Params = None) -> Sequence[Row[Any]]:
        """Every row."""
        return (await self._connection.execute(statement, params)).all()

    async def first(self, statement: Executable, params: Params = None) -> Row[Any] | None:
        """The first row, or None."""
        return (await self._connection.execute(statement, params)).first()

    async def one(self, statement: Executable, params: Params = None) -> Row[Any]:
        """The only row."""
        return (await self._connection.execute(statement, params)).one()

    async def scalar(self, statement: Executable, params: Params = None) -> Any:
        """The first column of the first row, or None."""
        return (await self._connection.execute(statement, params)).scalar()

    @property
    def driver(self) -> "asyncpg.Connection[asyncpg.Record]":
        """The driver's own connection, inside this same transaction."""
        return self._driver


class Tx(ReadTx):
    """A transaction that may write. `execute` sends one statement, whatever the number of rows in it."""

    def __init__(self, connection: AsyncConnection, driver: Any, scope: Scope, now: datetime) -> None:
        super().__init__(connection, driver, scope, now)
        self._traces: list[Callable[[Tx], Awaitable[None]]] = []

    def trace_if_refused(self, trace: Callable[["Tx"], Awaitable[None]]) -> None:
        """Has `trace` run by itself, and committed, should this transaction end with one of our refusals.

        For what must outlive the refusal that it leads to: a wrong code that counts, a session that ends.
        """
        self._traces.append(trace)

    async def _leave_traces(self, opening: str) -> None:
        """Starts over on the same connection with nothing but the traces."""
        if not self._traces:
            return
        await _send(self._driver, f"ROLLBACK; {opening}")
        for trace in self._traces:
            await trace(self)
        await _send(self._driver, "COMMIT")

    async def execute(self, statement: Executable, params: Params = None) -> int:
        """Runs a write and returns how many rows it touched."""
        return int((await self._connection.execute(statement, params)).rowcount)


def into(row: Row[Any], struct: type[S]) -> S:
    """A row as a struct with the same field names; columns that the struct lacks are left out."""
    columns = row._mapping  # noqa: SLF001  (SQLAlchemy's public name)
    wanted = {name: columns[name] for name in _field_names(struct) if name in columns}
    return msgspec.convert(wanted, struct)


@cache
def _field_names(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(struct))


class Database:
    """One pool of connections to PostgreSQL under one role."""

    def __init__(self, url: str, *, pool: int = 10, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.engine: AsyncEngine = create_async_engine(
            url,
            poolclass=NullPool,  # the pool is ours
            isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are ours, so that the scope rides along with BEGIN
            json_serializer=lambda value: msgspec.json.encode(value).decode(),
            json_deserializer=msgspec.json.decode,
            connect_args={"server_settings": {"jit": "off", "application_name": "caas"}, "timeout": 10},
        )
        event.listen(self.engine.sync_engine, "connect", _read_plain_uuids)
        self._pool = Pool(self.engine, pool)

    async def close(self) -> None:
        """Closes every connection."""
        await self._pool.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[ReadTx]:
        """A read-only transaction for `scope`; all it reads is of one moment, that of its first statement.

        Raises Unavailable when the database can't be reached.
        """
        opening = f"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL app.tenant_id = '{scope.tenant_id}'"
        async with self._begin(opening) as (connection, driver):
            yield ReadTx(connection, driver, scope, self.clock.now())

    @asynccontextmanager
    async def write(self, scope: Scope) -> AsyncIterator[Tx]:
        """A transaction for `scope`, committed when the block ends well. Raises Contention, Unavailable."""
        opening = f"BEGIN; SET LOCAL app.tenant_id = '{scope.tenant_id}'"
        async with self._begin(opening) as (connection, driver):
            tx = Tx(connection, driver, scope, self.clock.now())
            try:
                yield tx
            except CaasError:
                await tx._leave_traces(opening)  # noqa: SLF001  (the two belong together)
                raise

    @asynccontextmanager
    async def unscoped(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees no tenant's rows: for the tables that belong to none, and for the relay's role."""
        async with self._begin("BEGIN") as (connection, _):
            yield connection

    @asynccontextmanager
    async def _begin(self, opening: str) -> AsyncIterator[Pooled]:
        try:
            pooled = await self._pool.take()
        except (OSError, TimeoutError, DBAPIError, *_DRIVER_FAILURES) as failure:
            raise Unavailable from failure
        driver = pooled.driver
        sound = False
        try:
            await _send(driver, opening)
            yield pooled
            await _send(driver, "COMMIT")
            sound = True
        except BaseException as failure:
            cut = driver.is_closed()
            sound = await _rolled_back(driver)
            raise _translated(failure, cut=cut) from failure
        finally:
            if sound:
                self._pool.give(pooled)
            else:
                await asyncio.shield(self._pool.drop(pooled))


def _read_plain_uuids(connection: Any, _: object) -> None:
    """The driver has a UUID class of its own, which msgspec does not take for one."""
    connection.run_async(
        lambda driver: driver.set_type_codec(
            "uuid",
            schema="pg_catalog",
            format="binary",
            encoder=lambda value: (value if isinstance(value, UUID) else UUID(str(value))).bytes,
            decoder=lambda raw: UUID(bytes=bytes(raw)),
        )
    )


async def _send(driver: Any, command: str) -> None:
    await driver.execute(command, timeout=30)


async def _rolled_back(driver: Any) -> bool:
    """Whether the connection is clean now: a pooled one must never carry another request's transaction."""
    try:
        await asyncio.shield(asyncio.wait_for(_send(driver, "ROLLBACK"), timeout=5))
    except BaseException:  # noqa: BLE001  (whatever happened, this connection is not to be trusted)
        return False
    return True


def _translated(failure: BaseException, *, cut: bool) -> BaseException:
    """What callers are told; on a connection that was cut, whatever the libraries made of it means unavailable."""
    if cut and isinstance(failure, Exception) and not isinstance(failure, CaasError):
        return Unavailable()
    state = sqlstate(failure)
    if state in _CONTENTION:
        return Contention(state)
    if state in _UNWRITABLE:
        return UnwritableValue()
    if state is not None and state.startswith(_GONE):
        return Unavailable()
    if isinstance(failure, (InterfaceError, OperationalError, ConnectionError, TimeoutError, *_LOST_CONNECTION)):
        return Unavailable()
    return failure


def sqlstate(failure: BaseException) -> str | None:
    """The five-character SQLSTATE behind a driver's or SQLAlchemy's exception, if there is one."""
    if isinstance(failure, asyncpg.PostgresError):
        return getattr(failure, "sqlstate", None)
    if isinstance(failure, DBAPIError):
        return getattr(failure.orig, "sqlstate", None)
    return None


def constraint(failure: BaseException) -> str | None:
    """The name of the constraint that a write broke, if it broke one."""
    cause: Any = failure.orig.__cause__ if isinstance(failure, DBAPIError) and failure.orig else failure
    return getattr(cause, "constraint_name", None)
