"""The roles that the migrations make without passwords: whoever runs the database lets them in."""

import re
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

APP_ROLE, RELAY_ROLE = "caas_app", "caas_relay"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{16,}")


async def set_passwords(owner_url: str, passwords: Mapping[str, str]) -> None:
    """Lets roles sign in with these passwords, where nobody else manages them. Run as the owner."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('caas.roles'))"))
            for role, password in sorted(passwords.items()):
                # The statement takes no parameters, so nothing that would need quoting may pass.
                assert _PLAIN.fullmatch(role + password), "passwords are long and URL-safe"
                await connection.execute(text(f"ALTER ROLE {role} PASSWORD '{password}'"))
    finally:
        await engine.dispose()
