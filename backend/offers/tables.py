"""Rounds of asking, what each lender answered, and the offers that came of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, tenant_table

offer_round = tenant_table(
    "offer_round",
    Column("application_id", Uuid, primary_key=True),
    Column("round_no", SmallInteger, primary_key=True, autoincrement=False),
    Column("decision_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("product_id", Uuid, nullable=False),
    Column("product_kind", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("limit_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("instalments", SmallInteger, nullable=False),
    Column("score_band", Text, nullable=False),
    Column("payout_account_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ready_at", Instant),
    CheckConstraint("status IN ('asking', 'ready', 'accepted', 'lapsed', 'withdrawn')", name="status"),
    CheckConstraint("amount_minor > 0 AND limit_minor > 0", name="amounts"),
    CheckConstraint("round_no > 0", name="round_no"),
    context="offers",
)

lender_answer = tenant_table(
    "lender_answer",
    Column("application_id", Uuid, primary_key=True),
    Column("round_no", SmallInteger, primary_key=True, autoincrement=False),
    Column("lender", Text, primary_key=True),
    Column("lender_name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "application_id", "round_no"],
        ["offer_round.tenant_id", "offer_round.application_id", "offer_round.round_no"],
    ),
    CheckConstraint("outcome IN ('quoted', 'declined', 'not_eligible', 'no_answer')", name="outcome"),
    CheckConstraint("(outcome = 'quoted') = (reason IS NULL)", name="reason"),
    context="offers",
    append_only=True,
)

offer = tenant_table(
    "offer",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("round_no", SmallInteger, nullable=False),
    Column("lender", Text, nullable=False),
    Column("lender_name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("receive_minor", BigInteger, nullable=False),
    Column("instalment_minor", BigInteger, nullable=False),
    Column("total_repayable_minor", BigInteger, nullable=False),
    Column("total_interest_minor", BigInteger, nullable=False),
    Column("total_fees_minor", BigInteger, nullable=False),
    Column("total_cost_minor", BigInteger, nullable=False),
    Column("apr_pct", Numeric, nullable=False),
    Column("effective_apr_pct", Numeric),
    Column("first_due_on", Date, nullable=False),
    Column("last_due_on", Date, nullable=False),
    Column("credit_limit_minor", BigInteger),
    Column("priced_on", Date, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    ForeignKeyConstraint(
        ["tenant_id", "application_id", "round_no"],
        ["offer_round.tenant_id", "offer_round.application_id", "offer_round.round_no"],
    ),
    UniqueConstraint("tenant_id", "application_id", "round_no", "lender"),
    CheckConstraint("status IN ('open', 'accepted', 'lapsed', 'expired', 'withdrawn')", name="status"),
    CheckConstraint("(status = 'accepted') = (accepted_at IS NOT NULL)", name="accepted"),
    CheckConstraint("receive_minor > 0 AND instalment_minor > 0 AND total_repayable_minor > 0", name="amounts"),
    CheckConstraint("total_interest_minor >= 0 AND total_fees_minor >= 0", name="costs"),
    CheckConstraint("total_cost_minor = total_interest_minor + total_fees_minor", name="cost_is_the_sum"),
    CheckConstraint("total_cost_minor = total_repayable_minor - receive_minor", name="cost_is_the_difference"),
    CheckConstraint("credit_limit_minor > 0", name="credit_limit"),
    # The database itself lets no application have two accepted offers.
    Index(
        "uq_offer_accepted", "tenant_id", "application_id", unique=True, postgresql_where=text("status = 'accepted'")
    ),
    Index("ix_offer_open", "tenant_id", "expires_at", postgresql_where=text("status = 'open'")),
    context="offers",
)
