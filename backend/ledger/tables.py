"""The books' tables. What they enforce beyond these declarations stands in `ledger_0001.sql`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from backend.kernel.tables import Instant, Xid8, platform_table, tenant_table

_KINDS = "kind IN ('asset', 'liability', 'equity', 'income', 'expense')"

ledger_chart = platform_table(
    "ledger_chart",
    Column("code", Text, primary_key=True),
    Column("number", SmallInteger, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("guarded", Boolean, nullable=False),
    CheckConstraint(_KINDS, name="kind"),
    context="ledger",
)

ledger_account = tenant_table(
    "ledger_account",
    Column("code", Text, primary_key=True),
    Column("number", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("guarded", Boolean, nullable=False),
    CheckConstraint(_KINDS, name="kind"),
    context="ledger",
    append_only=True,
)

ledger_journal = tenant_table(
    "ledger_journal",
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Uuid),
    Column("reverses", Uuid),
    Column("posting_count", SmallInteger, nullable=False),
    Column("posted_at", Instant, nullable=False),
    Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    Column("position", BigInteger, nullable=False, server_default=text("nextval('ledger_position')")),
    UniqueConstraint("tenant_id", "key", name="uq_ledger_journal_key"),
    ForeignKeyConstraint(["tenant_id", "reverses"], ["ledger_journal.tenant_id", "ledger_journal.id"]),
    CheckConstraint("octet_length(content_hash) = 32", name="content_hash"),
    CheckConstraint("posting_count >= 2", name="posting_count"),
    Index("ix_ledger_journal_order", "tenant_id", "xid", "position"),
    Index("ix_ledger_journal_source", "tenant_id", "source_id"),
    Index(
        "uq_ledger_journal_reverses",
        "tenant_id",
        "reverses",
        unique=True,
        postgresql_where=text("reverses IS NOT NULL"),
    ),
    context="ledger",
    append_only=True,
)

ledger_posting = tenant_table(
    "ledger_posting",
    Column("journal_id", Uuid, primary_key=True),
    Column("line", SmallInteger, primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),  # a debit above zero, a credit below
    Column("loan_id", Uuid),
    Column("party_id", Uuid),
    ForeignKeyConstraint(["tenant_id", "journal_id"], ["ledger_journal.tenant_id", "ledger_journal.id"]),
    CheckConstraint("amount_minor <> 0 AND abs(amount_minor) <= 1000000000000000", name="amount_minor"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    Index("ix_ledger_posting_account", "tenant_id", "account", "journal_id"),
    Index(
        "ix_ledger_posting_loan",
        "tenant_id",
        "loan_id",
        "account",
        postgresql_where=text("loan_id IS NOT NULL"),
        postgresql_include=["currency", "amount_minor"],
    ),
    context="ledger",
    append_only=True,
)

# The balance, on its normal side, of each loan and party on a guarded account: the row that two postings compete for.
ledger_guard = tenant_table(
    "ledger_guard",
    Column("account", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("loan_id", Uuid, primary_key=True),  # all zeros for none
    Column("party_id", Uuid, primary_key=True),
    Column("balance_minor", BigInteger, nullable=False),
    CheckConstraint("balance_minor >= 0", name="not_below_zero"),
    context="ledger",
)

ledger_seal = tenant_table(
    "ledger_seal",
    Column("height", BigInteger, primary_key=True, autoincrement=False),
    Column("journal_id", Uuid, nullable=False),
    Column("journal_xid", Xid8, nullable=False),
    Column("journal_position", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("tenant_id", "journal_id", name="uq_ledger_seal_journal_id"),
    ForeignKeyConstraint(["tenant_id", "journal_id"], ["ledger_journal.tenant_id", "ledger_journal.id"]),
    CheckConstraint("height >= 1", name="height"),
    CheckConstraint("octet_length(hash) = 32", name="hash"),
    context="ledger",
    append_only=True,
)

# Sums of what is sealed, so that a trial balance reads days instead of postings.
ledger_day = tenant_table(
    "ledger_day",
    Column("account", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("effective_on", Date, primary_key=True),
    Column("debit_minor", BigInteger, nullable=False),
    Column("credit_minor", BigInteger, nullable=False),
    CheckConstraint("debit_minor >= 0 AND credit_minor >= 0", name="volumes"),
    context="ledger",
)
