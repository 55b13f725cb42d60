"""What the bot needs in development: its schema, its role, and the demo tenants' lines on the sandbox's WhatsApp."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from backend.cli.ground import settings_here
from backend.development import APP_PORT, app_address, as_role, home
from backend.kernel.postgres_host import HOST
from backend.kernel.postgres_roles import set_passwords
from backend.seed_bot import bot_secrets, lines_of, numbers_of
from backend.settings import Environment, Settings
from bot.store.schema import ROLE, migrate


async def bot_environ(settings: Settings, folder: Path, *, bot_port: int, app_port: int = APP_PORT) -> dict[str, str]:
    """Migrates the bot's schema, lets its role in, and says as settings what the bot and the sandbox must know.

    The bot's links lead to the app on `app_port`.

    The demo tenants must be there. Idempotent.
    """
    assert settings.database_owner_url is not None, "in development the owner is known"
    kept = await bot_secrets(settings, folder / "bot.json")
    await migrate(settings.database_owner_url)
    await set_passwords(settings.database_owner_url, {ROLE: kept.role_password})
    numbers = numbers_of(kept, f"http://{HOST}:{bot_port}")
    return {
        "CAAS_SANDBOX_WHATSAPP": msgspec.json.encode(numbers).decode(),
        "CAAS_BOT_DATABASE_URL": as_role(settings.database_owner_url, ROLE, kept.role_password),
        "CAAS_BOT_DATABASE_OWNER_URL": settings.database_owner_url,
        "CAAS_BOT_SEAL_KEYS": kept.seal_keys,
        "CAAS_BOT_LINES": msgspec.json.encode(lines_of(kept, app_address(app_port))).decode(),
        "CAAS_BOT_API_URL": settings.public_url,
        "CAAS_BOT_GRAPH_URL": f"{settings.sandbox_url}/graph",
    }


def is_described(environ: Mapping[str, str]) -> bool:
    """Whether `environ` says itself what bot to run."""
    elsewhere = environ.get("CAAS_ENVIRONMENT", Environment.DEVELOPMENT) != Environment.DEVELOPMENT
    return elsewhere or "CAAS_BOT_LINES" in environ


@contextmanager
def bot_environ_here(bot_port: int) -> Iterator[None]:
    """The bot's settings in the environment; in development made where they are missing."""
    if is_described(os.environ):
        yield
        return
    with settings_here() as settings:
        os.environ.update(asyncio.run(bot_environ(settings, home(), bot_port=bot_port)))
        yield
