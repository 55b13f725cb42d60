"""Agreements, their documents and the evidence of their signatures; the last two are only ever added to."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, tenant_table

agreement = tenant_table(
    "agreement",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("offer_id", Uuid, nullable=False),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("product_id", Uuid, nullable=False),
    Column("product_kind", Text, nullable=False),
    Column("lender", Text, nullable=False),
    Column("lender_name", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("credit_limit_minor", BigInteger),
    Column("payout_account_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("drafted_at", Instant, nullable=False),
    Column("language", Text),
    Column("cooling_off_days", SmallInteger, nullable=False),
    Column("expires_at", Instant),
    Column("signed_at", Instant),
    Column("cooling_off_until", Date),
    Column("disbursed_on", Date),
    Column("cancelled_on", Date),
    Column("cancel_reason", Text),
    Column("return_by", Date),
    UniqueConstraint("tenant_id", "offer_id"),
    UniqueConstraint("tenant_id", "loan_id"),
    CheckConstraint("status IN ('drafting', 'ready', 'signed', 'cancelling', 'cancelled', 'expired')", name="status"),
    CheckConstraint("credit_limit_minor > 0", name="credit_limit"),
    CheckConstraint("cooling_off_days >= 0", name="cooling_off_days"),
    CheckConstraint("status = 'drafting' OR status = 'cancelled' OR expires_at IS NOT NULL", name="expires_at"),
    CheckConstraint("(signed_at IS NULL) = (cooling_off_until IS NULL)", name="cooling_off"),
    CheckConstraint("status NOT IN ('signed', 'cancelling') OR signed_at IS NOT NULL", name="signed"),
    CheckConstraint(
        "status <> 'cancelling' OR (disbursed_on IS NOT NULL AND return_by IS NOT NULL)", name="cancelling"
    ),
    CheckConstraint("(status IN ('cancelling', 'cancelled')) = (cancelled_on IS NOT NULL)", name="cancelled"),
    Index("ix_agreement_user_id", "tenant_id", "user_id", "id"),
    Index("ix_agreement_application_id", "tenant_id", "application_id"),
    Index(
        "ix_agreement_waiting",
        "tenant_id",
        "status",
        postgresql_where=text("status IN ('drafting', 'ready', 'cancelling')"),
    ),
    context="agreements",
)

_OF_AGREEMENT = ("tenant_id", "agreement_id"), ("agreement.tenant_id", "agreement.id")

agreement_document = tenant_table(
    "agreement_document",
    Column("agreement_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("blob_id", Uuid, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(*_OF_AGREEMENT),
    CheckConstraint("kind IN ('key_facts', 'contract')", name="kind"),
    CheckConstraint("octet_length(sha256) = 32 AND size > 0", name="content"),
    context="agreements",
    append_only=True,
)

agreement_signature = tenant_table(
    "agreement_signature",
    Column("agreement_id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("signing_hash", Text, nullable=False),
    Column("consent_version", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the evidence, encrypted: it holds names and addresses
    Column("evidence_sha256", LargeBinary, nullable=False),
    ForeignKeyConstraint(*_OF_AGREEMENT),
    CheckConstraint("octet_length(evidence_sha256) = 32 AND length(signing_hash) = 64", name="hashes"),
    context="agreements",
    append_only=True,
)
