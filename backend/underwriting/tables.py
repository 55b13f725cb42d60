"""Policies by version, decisions with everything that went into them, referrals, and how borrowers repaid before."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, tenant_table

_OUTCOMES = "outcome IN ('approve', 'decline', 'refer', 'more_info')"

credit_policy = tenant_table(
    "credit_policy",
    Column("id", Uuid, primary_key=True),
    Column("applies_to", Text, nullable=False),  # a kind of product, or "any"
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("rule_set", JSONB, nullable=False),
    Column("scorecard", JSONB),
    Column("note", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("activated_by", Text),
    Column("activated_at", Instant),
    CheckConstraint("state IN ('draft', 'active', 'retired')", name="state"),
    CheckConstraint("(state = 'draft') = (activated_at IS NULL)", name="activated"),
    CheckConstraint("created_by LIKE 'system:%' OR activated_by <> created_by", name="four_eyes"),
    Index("uq_credit_policy_version", "tenant_id", "applies_to", "version", unique=True),
    Index("uq_credit_policy_active", "tenant_id", "applies_to", unique=True, postgresql_where=text("state = 'active'")),
    context="underwriting",
)

credit_decision = tenant_table(
    "credit_decision",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("by_person", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("limit_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("score", Integer),
    Column("score_band", Text, nullable=False),
    Column("policy_id", Uuid, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("engine", Integer, nullable=False),
    Column("inputs_sha256", Text, nullable=False),
    # The engine's own: the canonical inputs and its answer, byte for byte. A person's decision points at the engine's.
    Column("sealed_inputs", LargeBinary),
    Column("sealed_answer", LargeBinary),
    Column("follows_id", Uuid),
    Column("sealed_note", LargeBinary),
    ForeignKeyConstraint(["tenant_id", "policy_id"], ["credit_policy.tenant_id", "credit_policy.id"]),
    ForeignKeyConstraint(["tenant_id", "follows_id"], ["credit_decision.tenant_id", "credit_decision.id"]),
    CheckConstraint(_OUTCOMES, name="outcome"),
    CheckConstraint("(outcome = 'approve') = (limit_minor > 0) AND limit_minor >= 0", name="limit"),
    CheckConstraint(
        "by_person = (follows_id IS NOT NULL) AND by_person = (sealed_inputs IS NULL)"
        " AND by_person = (sealed_answer IS NULL) AND NOT (by_person AND outcome = 'refer')",
        name="maker",
    ),
    Index(
        "uq_credit_decision_engine",
        "tenant_id",
        "application_id",
        "revision",
        unique=True,
        postgresql_where=text("NOT by_person"),
    ),
    Index("uq_credit_decision_person", "tenant_id", "follows_id", unique=True, postgresql_where=text("by_person")),
    Index("ix_credit_decision_application", "tenant_id", "application_id", "id"),
    context="underwriting",
    append_only=True,
)

referral = tenant_table(
    "referral",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("decision_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("requested_minor", BigInteger, nullable=False),
    Column("possible_limit_minor", BigInteger, nullable=False),
    Column("second_above_minor", BigInteger),
    Column("opened_at", Instant, nullable=False),
    Column("verdict_by", Text),
    Column("verdict_at", Instant),
    Column("verdict_outcome", Text),
    Column("verdict_limit_minor", BigInteger),
    Column("verdict_reasons", JSONB),
    Column("sealed_note", LargeBinary),
    Column("confirmed_by", Text),
    Column("decided_at", Instant),
    ForeignKeyConstraint(["tenant_id", "decision_id"], ["credit_decision.tenant_id", "credit_decision.id"]),
    CheckConstraint("state IN ('open', 'awaiting_second', 'decided', 'closed')", name="state"),
    CheckConstraint("requested_minor > 0", name="requested"),
    CheckConstraint("state NOT IN ('awaiting_second', 'decided') OR verdict_by IS NOT NULL", name="verdict"),
    CheckConstraint("confirmed_by <> verdict_by", name="four_eyes"),
    CheckConstraint(
        "state <> 'decided' OR verdict_outcome <> 'approve' OR second_above_minor IS NULL"
        " OR verdict_limit_minor <= second_above_minor OR confirmed_by IS NOT NULL",
        name="second",
    ),
    Index("uq_referral_decision", "tenant_id", "decision_id", unique=True),
    Index("ix_referral_state", "tenant_id", "state", "id"),
    Index("ix_referral_application", "tenant_id", "application_id"),
    context="underwriting",
)

borrower_loan = tenant_table(
    "borrower_loan",
    Column("loan_id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("closed_on", Date),
    Index("ix_borrower_loan_user", "tenant_id", "user_id"),
    context="underwriting",
)

missed_repayment = tenant_table(
    "missed_repayment",
    Column("loan_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Index("ix_missed_repayment_user", "tenant_id", "user_id"),
    context="underwriting",
)
