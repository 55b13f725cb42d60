"""Which revisions of the schema there are, and which a database lacks: what every process asks, without Alembic."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

SCRIPTS = Path(__file__).parent.parent / "migrations"
_LINE = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


@cache
def heads() -> frozenset[str]:
    """The newest revision of every line: those that no other follows."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (SCRIPTS / "versions").glob("*.py"):
        for name, revision in _LINE.findall(file.read_text()):
            named[name].add(revision)
    return frozenset(named["revision"] - named["down_revision"])


async def behind(connection: AsyncConnection) -> frozenset[str]:
    """The revisions that the database still lacks."""
    try:
        applied = frozenset((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars())
    except DBAPIError:
        return heads()
    return heads() - applied


async def pending(url: str) -> frozenset[str]:
    """The revisions that the database at `url` still lacks."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await behind(connection)
    finally:
        await engine.dispose()
