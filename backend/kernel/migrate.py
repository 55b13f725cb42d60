"""Brings a database to the present schema with Alembic. Each context has a line of revisions of its own."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

_SCRIPTS = Path(__file__).parent.parent / "migrations"
_NONE_AHEAD = "CR001"
_LOCK = text("SELECT pg_advisory_lock(hashtext('caas.migrate'))")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def heads() -> frozenset[str]:
    """The newest revision of every line."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


_HEADS = heads()


async def behind(connection: AsyncConnection) -> frozenset[str]:
    """The revisions that the database still lacks."""
    try:
        applied = frozenset((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars())
    except DBAPIError:
        return _HEADS
    return _HEADS - applied


async def pending(url: str) -> frozenset[str]:
    """The revisions that the database at `url` still lacks."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await behind(connection)
    finally:
        await engine.dispose()


async def migrate(owner_url: str) -> None:
    """Applies what is missing, as the owner; several processes may try at once, one does it."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.connect() as connection:
            await connection.execute(_LOCK)
            await connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            await connection.run_sync(lambda sync: _upgrade(config, sync))
    finally:
        await engine.dispose()


async def after_restore(owner_url: str) -> bool:
    """Renumbers stored transaction ids that are ahead of the server's, as the owner; False when none is.

    In one transaction that waits for those under way and keeps new ones waiting. Idempotent.
    """
    engine = create_async_engine(owner_url)
    try:
        async with engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "an open connection has a driver's"
            async with driver.transaction():
                await driver.execute((_SCRIPTS / "after_restore.sql").read_text())
    except asyncpg.PostgresError as refusal:
        if refusal.sqlstate == _NONE_AHEAD:
            return False
        raise
    finally:
        await engine.dispose()
    return True


def _upgrade(config: Config, connection: object) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
