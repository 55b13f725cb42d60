"""Looks at a database from outside a running platform: is it reachable, migrated, and safe for the application."""

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.migrate import pending
from backend.kernel.postgres_roles import APP_ROLE

_RIGHTS = text("""
    SELECT current_user, r.rolsuper OR r.rolbypassrls,
           (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r')
    FROM pg_roles r WHERE r.rolname = current_user
""")


class DatabaseUnusable(Exception):
    """The database does not answer or does not let us in; the message is its own."""


class Inspection(Struct, frozen=True, kw_only=True):
    """What was found: missing revisions, and why the application's role is not fit, if it is not."""

    missing: frozenset[str]
    complaints: tuple[str, ...]


async def inspect(url: str) -> Inspection:
    """Looks at the database as the application's role sees it. Raises DatabaseUnusable."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            role, unbound, owned = (await connection.execute(_RIGHTS)).one()
        missing = await pending(url)
    except (OSError, SQLAlchemyError) as failure:
        raise DatabaseUnusable(str(failure).splitlines()[0]) from failure
    finally:
        await engine.dispose()
    complaints = []
    if unbound:
        complaints.append(
            f"the role {role} bypasses row-level security, so tenants would see each other: use {APP_ROLE}"
        )
    if owned:
        complaints.append(f"the role {role} owns {owned} tables and could drop their policies: use {APP_ROLE}")
    return Inspection(missing=missing, complaints=tuple(complaints))
