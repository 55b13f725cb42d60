"""Orders to the rail, ways to pay in, and what came in."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from backend.kernel.tables import Instant, tenant_table

rail_order = tenant_table(
    "rail_order",
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("loan_id", Uuid),
    Column("account_id", Uuid),
    Column("mandate_id", Uuid),
    Column("subject_id", Uuid),
    Column("instalment", SmallInteger),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("taken_up_at", Instant),
    Column("ask_at", Instant),
    Column("asked", Integer, nullable=False),
    Column("settled_on", Date),
    Column("reason_code", Text),
    Column("contradicted_at", Instant),  # when the rail first said another end than the one that stands
    UniqueConstraint("tenant_id", "reference"),
    UniqueConstraint("tenant_id", "mandate_id", "instalment"),  # an instalment is debited once
    Index("ix_rail_order_ask_at", "tenant_id", "ask_at", postgresql_where=text("ask_at IS NOT NULL")),
    Index("ix_rail_order_loan_id", "tenant_id", "loan_id", "id"),
    CheckConstraint("kind IN ('payout', 'debit')", name="kind"),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint(
        "state IN ('created', 'sending', 'sent', 'unknown', 'settled', 'failed', 'cancelled')", name="state"
    ),
    CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name="settled_on"),
    CheckConstraint("(kind = 'payout') = (account_id IS NOT NULL)", name="account"),
    CheckConstraint("(kind = 'debit') = (mandate_id IS NOT NULL)", name="mandate"),
    context="payments",
)

virtual_account = tenant_table(
    "virtual_account",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("reference", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("account_number", Text),
    Column("bank_name", Text),
    Column("bank_code", Text),
    Column("holder_sealed", LargeBinary),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "loan_id"),
    UniqueConstraint("tenant_id", "reference"),
    context="payments",
)

payment_link = tenant_table(
    "payment_link",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("reference", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("url", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "reference"),
    Index("ix_payment_link_loan_id", "tenant_id", "loan_id", "id"),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("status IN ('requested', 'open', 'paid', 'expired')", name="status"),
    context="payments",
)

mandate = tenant_table(
    "mandate",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("bank_account_id", Uuid, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "reference"),
    Index(
        "uq_mandate_loan_id",
        "tenant_id",
        "loan_id",
        unique=True,
        postgresql_where=text("status IN ('pending', 'active')"),
    ),
    CheckConstraint("status IN ('pending', 'active', 'rejected', 'cancelled', 'expired')", name="status"),
    context="payments",
)

receipt = tenant_table(
    "receipt",
    Column("id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),  # what the rail calls the money: it is booked once by this
    Column("method", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("loan_id", Uuid),
    Column("state", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("note_sealed", LargeBinary),  # who sent it and what they wrote
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("reversed_on", Date),
    UniqueConstraint("tenant_id", "source"),
    Index("ix_receipt_loan_id", "tenant_id", "loan_id", "id"),
    Index("ix_receipt_suspense", "tenant_id", "id", postgresql_where=text("state = 'suspense'")),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("state IN ('received', 'matched', 'suspense', 'assigned', 'refunding', 'refunded')", name="state"),
    CheckConstraint("(state IN ('matched', 'assigned')) = (loan_id IS NOT NULL)", name="loan"),
    context="payments",
)
