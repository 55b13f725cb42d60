"""Disbursements and the steps of their timelines."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
)

from backend.kernel.tables import Instant, tenant_table

_STATUSES = "status IN ('ordered', 'paid_out', 'failed', 'cancelled')"

disbursement = tenant_table(
    "disbursement",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("application_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("payout_account_id", Uuid, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("payout_id", Uuid, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("disbursed_on", Date),
    Column("reason_code", Text),
    UniqueConstraint("tenant_id", "loan_id"),  # a loan is paid out once
    UniqueConstraint("tenant_id", "payout_id"),
    Index("ix_disbursement_user_id", "tenant_id", "user_id", "id"),
    Index("ix_disbursement_status", "tenant_id", "status", "id"),
    CheckConstraint(_STATUSES, name="status"),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("attempts BETWEEN 1 AND 5", name="attempts"),
    CheckConstraint("(status = 'paid_out') = (disbursed_on IS NOT NULL)", name="disbursed_on"),
    context="disbursement",
)

disbursement_step = tenant_table(
    "disbursement_step",
    Column("id", Uuid, primary_key=True),
    Column("disbursement_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("payout_id", Uuid, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason_code", Text),
    ForeignKeyConstraint(["tenant_id", "disbursement_id"], ["disbursement.tenant_id", "disbursement.id"]),
    Index("ix_disbursement_step_disbursement_id", "tenant_id", "disbursement_id", "id"),
    CheckConstraint(_STATUSES, name="status"),
    context="disbursement",
    append_only=True,
)
