"""Compliance's tables. Copies of data lie under their person's own key, in pieces."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    text,
)

from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.compliance import DeletionStatus, ExportStatus

data_export = tenant_table(
    "data_export",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("ready_at", Instant),
    Column("expires_at", Instant),
    Column("size", Integer),
    Column("sha256", LargeBinary),
    Column("link_hash", LargeBinary),
    Column("link_expires_at", Instant),
    CheckConstraint(one_of("status", ExportStatus), name="status"),
    CheckConstraint("status <> 'ready' OR (expires_at IS NOT NULL AND size > 0 AND sha256 IS NOT NULL)", name="ready"),
    CheckConstraint("(link_hash IS NULL) = (link_expires_at IS NULL)", name="link"),
    Index("ix_data_export_user_id", "tenant_id", "user_id", "id"),
    Index(
        "uq_data_export_preparing", "tenant_id", "user_id", unique=True, postgresql_where=text("status = 'preparing'")
    ),
    Index("ix_data_export_expires_at", "tenant_id", "expires_at", postgresql_where=text("status = 'ready'")),
    context="compliance",
)

data_export_piece = tenant_table(
    "data_export_piece",
    Column("export_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant_id", "export_id"], ["data_export.tenant_id", "data_export.id"]),
    context="compliance",
)

deletion = tenant_table(
    "deletion",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("hindered_by", ARRAY(Text), nullable=False),
    Column("ended_at", Instant),
    Column("erase_on", Date),
    CheckConstraint(one_of("status", DeletionStatus), name="status"),
    CheckConstraint("(status IN ('waiting', 'blocked')) = (ended_at IS NULL)", name="ended"),
    CheckConstraint("status <> 'closed' OR erase_on IS NOT NULL", name="closed"),
    Index(
        "uq_deletion_living",
        "tenant_id",
        "user_id",
        unique=True,
        postgresql_where=text("status IN ('waiting', 'blocked')"),
    ),
    Index("ix_deletion_user_id", "tenant_id", "user_id", "id"),
    Index("ix_deletion_due_at", "tenant_id", "due_at", postgresql_where=text("status IN ('waiting', 'blocked')")),
    Index("ix_deletion_erase_on", "tenant_id", "erase_on", postgresql_where=text("status = 'closed'")),
    context="compliance",
)

# Who somebody was whose account is closed and must still be known to the law; gone with their key.
retained_person = tenant_table(
    "retained_person",
    Column("user_id", Uuid, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", Date, nullable=False),
    context="compliance",
)
