"""Products by version, applications, what is attached to them, and every step they took."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.applications import ApplicationStatus
from shared.api.products import ProductKind, ProductState

product = tenant_table(
    "product",
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "code", "version"),
    Index("uq_product_active", "tenant_id", "code", unique=True, postgresql_where=text("state = 'active'")),
    CheckConstraint(one_of("state", ProductState), name="state"),
    CheckConstraint(one_of("kind", ProductKind), name="kind"),
    CheckConstraint("version > 0", name="version"),
    context="applications",
)

application = tenant_table(
    "application",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("product_id", Uuid, nullable=False),
    Column("product_kind", Text, nullable=False),
    Column("product_name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger),
    Column("instalments", Integer),
    Column("purpose", Text),
    Column("payout_account_id", Uuid),
    Column("loan_id", Uuid),
    Column("sealed_details", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    ForeignKeyConstraint(["tenant_id", "product_id"], ["product.tenant_id", "product.id"]),
    CheckConstraint(one_of("status", ApplicationStatus), name="status"),
    CheckConstraint(one_of("product_kind", ProductKind), name="product_kind"),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("instalments > 0", name="instalments"),
    CheckConstraint("revision >= 0 AND (revision > 0) = (submitted_at IS NOT NULL)", name="revision"),
    Index("ix_application_user", "tenant_id", "user_id", "id"),
    Index("ix_application_business", "tenant_id", "business_id", "id"),
    Index("ix_application_status", "tenant_id", "status", "updated_at"),
    Index("uq_application_loan", "tenant_id", "loan_id", unique=True),
    context="applications",
)

application_attachment = tenant_table(
    "application_attachment",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("blob_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sealed_filename", LargeBinary, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),
    # Of a bank statement: what was read from it, and the answers that its reading needed.
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("transactions", Integer),
    Column("date_order", Text),
    Column("decimal_mark", Text),
    ForeignKeyConstraint(["tenant_id", "application_id"], ["application.tenant_id", "application.id"]),
    Index("ix_application_attachment_application", "tenant_id", "application_id"),
    Index("ix_application_attachment_sha256", "tenant_id", "sha256"),
    context="applications",
)

application_step = tenant_table(
    "application_step",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    ForeignKeyConstraint(["tenant_id", "application_id"], ["application.tenant_id", "application.id"]),
    CheckConstraint(one_of("status", ApplicationStatus), name="status"),
    Index("ix_application_step_application", "tenant_id", "application_id", "id"),
    context="applications",
    append_only=True,
)
