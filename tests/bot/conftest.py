"""What the bot's tests ask for: its rows in a database of their own, and a bot that talks to the sandbox's WhatsApp."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest

from bot.store.rows import Rows
from bot.store.schema import migrate
from tests.builders import bot as builders
from tests.builders import platform


@pytest.fixture(scope="session")
async def database_url() -> str:
    """A database with the bot's schema, reached by its own role."""
    postgres = platform.server()
    name = f"bot_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    postgres.ensure_database(name)
    await migrate(postgres.url(name))
    owner = await asyncpg.connect(postgres.url(name))
    await owner.execute(f"ALTER ROLE caas_bot PASSWORD '{builders.PASSWORD}'")
    await owner.close()
    return postgres.url(name, user="caas_bot", password=builders.PASSWORD)


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Rows]:
    """The bot's rows."""
    rows = Rows(database_url, 8)
    await rows.open()
    yield rows
    await rows.close()


@pytest.fixture
async def bot(database_url: str) -> AsyncIterator[builders.Bot]:
    """A bot with one line of a tenant of its own, over figures that the test sets."""
    async with builders.running(database_url) as bot:
        yield bot
