"""Brings a database to the present schema with Alembic. Each context has a line of revisions of its own."""

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.revisions import SCRIPTS

_NONE_AHEAD = "CR001"
_LOCK = text("SELECT pg_advisory_lock(hashtext('caas.migrate'))")


async def migrate(owner_url: str) -> None:
    """Applies what is missing, as the owner; several processes may try at once, one does it."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.connect() as connection:
            await connection.execute(_LOCK)
            await connection.commit()
            await connection.run_sync(_upgrade)
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
                await driver.execute((SCRIPTS / "after_restore.sql").read_text())
    except asyncpg.PostgresError as refusal:
        if refusal.sqlstate == _NONE_AHEAD:
            return False
        raise
    finally:
        await engine.dispose()
    return True


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- a third of a second, for the few processes that migrate
    from alembic.config import Config  # noqa: PLC0415 -- the same

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")
