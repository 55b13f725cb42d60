"""The one metadata, how a tenant's table is declared, and the kernel's own tables."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import UserDefinedType

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Instant = DateTime(timezone=True)


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id: what makes a cursor over concurrent writers free of gaps."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"


def tenant_table(name: str, *items: SchemaItem, context: str, append_only: bool = False) -> Table:
    """A table of one context that belongs to tenants.

    `tenant_id` comes first in the primary key and defaults to the transaction's tenant; the migration draft gives the
    table its FORCEd row-level-security policy. An `append_only` table is granted no UPDATE and no DELETE.
    """
    tenant = Column("tenant_id", Uuid, primary_key=True, server_default=text("current_tenant()"))
    return Table(name, metadata, tenant, *items, info={"context": context, "tenant": True, "append_only": append_only})


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition that `column` holds one of `values`, in their order."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def platform_table(name: str, *items: SchemaItem, context: str) -> Table:
    """A table that belongs to no tenant: cursors and lists without personal data."""
    return Table(name, metadata, *items, info={"context": context, "tenant": False, "append_only": False})


tenant = platform_table(
    "tenant",
    Column("id", Uuid, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("plan", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    context="kernel",
)

outbox = tenant_table(
    "outbox",
    Column("id", Uuid, primary_key=True),
    Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    Column("position", BigInteger, nullable=False, server_default=text("nextval('outbox_position')")),
    Column("topic", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_outbox_xid_position", "xid", "position"),
    context="kernel",
    append_only=True,
)

outbox_cursor = platform_table(
    "outbox_cursor",
    Column("name", Text, primary_key=True),
    Column("xid", Xid8, nullable=False, server_default=text("'0'")),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    context="kernel",
)

inbox = tenant_table(
    "inbox",
    Column("subscriber", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    context="kernel",
)

idempotency = tenant_table(
    "idempotency",
    Column("principal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary),  # encrypted: answers may hold personal data
    Column("at", Instant, nullable=False),
    Index("ix_idempotency_at", "at"),
    context="kernel",
)

audit_entry = tenant_table(
    "audit_entry",
    Column("id", Uuid, primary_key=True),
    Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    Column("position", BigInteger, nullable=False, server_default=text("nextval('audit_position')")),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_audit_entry_subject", "tenant_id", "subject", "position"),
    Index("ix_audit_entry_order", "tenant_id", "xid", "position"),
    context="kernel",
    append_only=True,
)

audit_link = tenant_table(
    "audit_link",
    Column("height", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Uuid, nullable=False, unique=True),
    Column("entry_xid", Xid8, nullable=False),
    Column("entry_position", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    context="kernel",
    append_only=True,
)

blob = tenant_table(
    "blob",
    Column("id", Uuid, primary_key=True),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    context="kernel",
)

webhook_event = tenant_table(
    "webhook_event",
    Column("provider", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the body, encrypted
    Column("received_at", Instant, nullable=False),
    Column("worked_at", Instant),
    context="kernel",
)

business_calendar = tenant_table(
    "business_calendar",
    Column("business_date", Date, nullable=False),
    context="kernel",
)

data_key = tenant_table(
    "data_key",
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("subject_id", Uuid),
    Column("wrapped", LargeBinary, nullable=False),  # empty once destroyed: what it encrypted is then gone for good
    Column("created_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
    context="kernel",
)

revoked_session = platform_table(
    "revoked_session",
    Column("session_id", Uuid, primary_key=True),
    Column("revoked_at", Instant, nullable=False),
    Index("ix_revoked_session_revoked_at", "revoked_at"),
    context="kernel",
)
