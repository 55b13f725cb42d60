"""Onboarding's tables. What was given is sealed, a row for each task; identifiers are found by blind index only."""

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, tenant_table

_STATES = (
    "'draft', 'collecting', 'submitted', 'in_review', 'referred', 'needs_action', 'passed', 'failed', 'expired',"
    " 'withdrawn'"
)

kyc_case = tenant_table(
    "kyc_case",
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("state", Text, nullable=False),
    Column("tasks", JSONB, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("decided_at", Instant),
    Column("expires_on", Date),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    CheckConstraint("(kind = 'person') = (business_id IS NULL) AND kind IN ('person', 'business')", name="kind"),
    CheckConstraint("attempt >= 0", name="attempt"),
    # One case for each person and each business, whatever came of it; a withdrawn one makes room for another.
    Index(
        "uq_kyc_case_person",
        "tenant_id",
        "user_id",
        unique=True,
        postgresql_where=text("kind = 'person' AND state <> 'withdrawn'"),
    ),
    Index(
        "uq_kyc_case_business",
        "tenant_id",
        "business_id",
        unique=True,
        postgresql_where=text("kind = 'business' AND state <> 'withdrawn'"),
    ),
    Index("ix_kyc_case_state", "tenant_id", "state", "id"),
    Index("ix_kyc_case_expires_on", "tenant_id", "expires_on", postgresql_where=text("state = 'passed'")),
    context="onboarding",
)


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "case_id"], ["kyc_case.tenant_id", "kyc_case.id"])


kyc_detail = tenant_table(
    "kyc_detail",
    Column("case_id", Uuid, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("given_at", Instant, nullable=False),
    _of_case(),
    context="onboarding",
)

kyc_identifier = tenant_table(
    "kyc_identifier",
    Column("case_id", Uuid, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("blind_index", LargeBinary, primary_key=True),
    _of_case(),
    Index("ix_kyc_identifier_blind_index", "tenant_id", "kind", "blind_index"),
    context="onboarding",
)

kyc_check = tenant_table(
    "kyc_check",
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("reasons", JSONB, nullable=False),
    Column("concerns", JSONB, nullable=False),
    Column("asked", SmallInteger, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant),
    _of_case(),
    CheckConstraint("state IN ('created', 'sent', 'in_progress', 'decided')", name="state"),
    CheckConstraint("outcome IN ('passed', 'failed', 'needs_action')", name="outcome"),
    CheckConstraint("(state = 'decided') = (outcome IS NOT NULL AND decided_at IS NOT NULL)", name="decided"),
    Index("uq_kyc_check_attempt", "tenant_id", "case_id", "attempt", unique=True),
    context="onboarding",
)

kyc_step = tenant_table(
    "kyc_step",
    Column("case_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("note_sealed", LargeBinary),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    _of_case(),
    context="onboarding",
    append_only=True,
)

kyc_document = tenant_table(
    "kyc_document",
    Column("id", Uuid, primary_key=True),
    Column("blob_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("size > 0", name="size"),
    Index("ix_kyc_document_user_id", "tenant_id", "user_id", "id"),
    Index("ix_kyc_document_sha256", "tenant_id", "sha256"),
    context="onboarding",
)

bank_account = tenant_table(
    "bank_account",
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("scheme", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("bank_code", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("number_index", LargeBinary, nullable=False),
    Column("holder_sealed", LargeBinary, nullable=False),
    Column("ownership", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("checked_at", Instant),
    Column("removed_at", Instant),
    CheckConstraint("scheme IN ('nuban', 'iban', 'local')", name="scheme"),
    CheckConstraint("ownership IN ('pending', 'confirmed', 'mismatch', 'not_found', 'unknown')", name="ownership"),
    Index(
        "uq_bank_account_number",
        "tenant_id",
        "user_id",
        "number_index",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
    context="onboarding",
)
