"""Brings the bot's schema up to date: numbered SQL files, each applied once."""

from pathlib import Path

import asyncpg

SCRIPTS = Path(__file__).parents[1] / "migrations"
ROLE = "caas_bot"


async def migrate(owner_url: str) -> None:
    """Applies what is missing, as the owner; several processes may try at once, one does it. Idempotent."""
    connection = await asyncpg.connect(plain(owner_url))
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('caas.bot.migrate'))")
            await connection.execute("CREATE SCHEMA IF NOT EXISTS bot")
            await connection.execute("CREATE TABLE IF NOT EXISTS bot.revision (name text PRIMARY KEY)")
            done = {row["name"] for row in await connection.fetch("SELECT name FROM bot.revision")}
            for script in revisions():
                if script.stem not in done:
                    await connection.execute(script.read_text())
                    await connection.execute("INSERT INTO bot.revision (name) VALUES ($1)", script.stem)
    finally:
        await connection.close()


def revisions() -> list[Path]:
    """The files of the schema's history, the oldest first."""
    return sorted(SCRIPTS.glob("[0-9]*.sql"))


def plain(url: str) -> str:
    """`url` as the driver takes it, without the name that SQLAlchemy gives to the driver."""
    return url.replace("+asyncpg", "", 1)
