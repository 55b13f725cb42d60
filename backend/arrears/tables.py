"""Arrears' tables: hardship cases with the plans that were offered, promises, the payments that count, and stages."""

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

from backend.kernel.tables import Instant, one_of, tenant_table
from shared.api.arrears import ArrearsStage, CloseReason, HardshipKind, HardshipStatus, PromiseStatus

hardship_case = tenant_table(
    "hardship_case",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("currency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("needs_person", Boolean, nullable=False),
    Column("told", LargeBinary),  # circumstances and budget, sealed under the person's own key
    Column("opened_at", Instant, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("agreed_plan_id", Uuid),
    Column("close_reason", Text),
    Column("closed_at", Instant),
    CheckConstraint(one_of("kind", HardshipKind), name="kind"),
    CheckConstraint(one_of("status", HardshipStatus), name="status"),
    CheckConstraint(one_of("close_reason", CloseReason), name="close_reason"),
    CheckConstraint("(status = 'closed') = (close_reason IS NOT NULL)", name="closed"),
    CheckConstraint("(status IN ('open', 'agreed')) = (closed_at IS NULL)", name="living"),
    CheckConstraint("status <> 'agreed' OR agreed_plan_id IS NOT NULL", name="agreed"),
    Index(
        "uq_hardship_case_living",
        "tenant_id",
        "loan_id",
        unique=True,
        postgresql_where=text("status IN ('open', 'agreed')"),
    ),
    Index("ix_hardship_case_loan_id", "tenant_id", "loan_id", "id"),
    Index("ix_hardship_case_user_id", "tenant_id", "user_id", "id"),
    Index("ix_hardship_case_review_on", "tenant_id", "review_on", postgresql_where=text("status = 'open'")),
    context="arrears",
)

hardship_plan = tenant_table(
    "hardship_plan",
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payments", JSONB, nullable=False),
    Column("covers_minor", BigInteger, nullable=False),
    Column("total_to_pay_minor", BigInteger, nullable=False),
    Column("extra_cost_minor", BigInteger, nullable=False),
    Column("reported_late", Boolean, nullable=False),
    Column("by_staff", Boolean, nullable=False),
    Column("offered_on", Date, nullable=False),
    ForeignKeyConstraint(["tenant_id", "case_id"], ["hardship_case.tenant_id", "hardship_case.id"]),
    CheckConstraint(one_of("kind", HardshipKind), name="kind"),
    CheckConstraint("covers_minor > 0 AND total_to_pay_minor > 0", name="amounts"),
    Index("ix_hardship_plan_case_id", "tenant_id", "case_id", "id"),
    context="arrears",
    append_only=True,
)

promise = tenant_table(
    "promise",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("case_id", Uuid),
    Column("currency", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("settled_on", Date),
    ForeignKeyConstraint(["tenant_id", "case_id"], ["hardship_case.tenant_id", "hardship_case.id"]),
    CheckConstraint(one_of("status", PromiseStatus), name="status"),
    CheckConstraint("amount_minor > 0 AND paid_minor BETWEEN 0 AND amount_minor", name="amounts"),
    CheckConstraint("(status = 'kept') <= (paid_minor = amount_minor)", name="kept"),
    CheckConstraint("(status = 'open') = (settled_on IS NULL)", name="settled_on"),
    Index("ix_promise_loan_id", "tenant_id", "loan_id", "id"),
    Index(
        "uq_promise_alone",
        "tenant_id",
        "loan_id",
        unique=True,
        postgresql_where=text("status = 'open' AND case_id IS NULL"),
    ),
    Index("ix_promise_open", "tenant_id", "on", postgresql_where=text("status = 'open'")),
    context="arrears",
)

# A payment as it counts towards promises; a reversal that overtakes its payment leaves a row that never counts.
promise_payment = tenant_table(
    "promise_payment",
    Column("payment_id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("is_reversed", Boolean, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    Index("ix_promise_payment_loan_id", "tenant_id", "loan_id", "entered_at"),
    context="arrears",
)

delinquency = tenant_table(
    "delinquency",
    Column("loan_id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("stage", Text, nullable=False),
    Column("days_past_due", Integer, nullable=False),
    Column("past_due_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("since", Date, nullable=False),
    CheckConstraint(one_of("stage", ArrearsStage), name="stage"),
    CheckConstraint("days_past_due >= 0 AND past_due_minor >= 0", name="amounts"),
    Index("ix_delinquency_late", "tenant_id", "days_past_due", "loan_id", postgresql_where=text("stage <> 'current'")),
    context="arrears",
)
