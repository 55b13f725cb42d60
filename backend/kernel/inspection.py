"""Looks at a database from outside a running platform: is it reachable, migrated, and safe for the application."""

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from backend.kernel.postgres_roles import APP_ROLE
from backend.kernel.revisions import pending

_RIGHTS = text("""
    SELECT current_user, r.rolsuper OR r.rolbypassrls,
           (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r')
    FROM pg_roles r WHERE r.rolname = current_user
""")


_IDS = text("""
    SELECT coalesce((SELECT xid FROM outbox ORDER BY xid DESC, position DESC LIMIT 1), '0')::text AS written,
           coalesce((SELECT xid FROM outbox_cursor ORDER BY xid DESC LIMIT 1), '0')::text AS relayed,
           pg_snapshot_xmax(pg_current_snapshot())::text AS next
""")


class DatabaseUnusable(Exception):
    """The database does not answer or does not let us in; the message is its own."""


class Inspection(Struct, frozen=True, kw_only=True):
    """What was found: missing revisions, and why the application's role is not fit, if it is not."""

    missing: frozenset[str]
    complaints: tuple[str, ...]


class Count(Struct, frozen=True, kw_only=True):
    """How far transaction ids have come: the highest that is stored, and the server's next one."""

    stored: int
    next: int

    @property
    def is_behind(self) -> bool:
        """True after a dump was restored into a server that had counted less far.

        Events and both chains are followed in the order of transaction ids: what is written from then on is taken for
        passed already, so that events are not delivered, nothing is sealed, and balances lack what is not sealed.
        """
        return self.stored >= self.next


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


async def count_transactions(relay_url: str) -> Count:
    """Compares stored transaction ids with the server's, as the relay's role, which sees every tenant's events.

    Raises DatabaseUnusable.
    """
    engine = create_async_engine(relay_url)
    try:
        async with engine.connect() as connection:
            row = (await connection.execute(_IDS)).one()
    except (OSError, SQLAlchemyError) as failure:
        raise DatabaseUnusable(str(failure).splitlines()[0]) from failure
    finally:
        await engine.dispose()
    return Count(stored=max(int(row.written), int(row.relayed)), next=int(row.next))
