"""The roles that the migrations make, and what their rights must and must not be."""

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


async def complaints(url: str) -> list[str]:
    """Why the role that `url` signs in as is not fit for the application, which row-level security must bind."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            found = await connection.execute(_RIGHTS)
            role, is_superuser, bypasses, owned = found.one()
    finally:
        await engine.dispose()
    said = []
    if is_superuser or bypasses:
        said.append(f"the role {role} bypasses row-level security, so tenants would see each other: use {APP_ROLE}")
    if owned:
        said.append(f"the role {role} owns {owned} tables and could drop their policies: use {APP_ROLE}")
    return said


_RIGHTS = text("""
    SELECT current_user, r.rolsuper, r.rolbypassrls,
           (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r')
    FROM pg_roles r WHERE r.rolname = current_user
""")
