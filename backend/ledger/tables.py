"""The books' tables. What they enforce beyond these declarations stands in the migrations' SQL."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
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
from sqlalchemy.schema import SchemaItem

from backend.kernel.tables import Instant, Xid8, platform_table, tenant_table

_KINDS = "kind IN ('asset', 'liability', 'equity', 'income', 'expense')"


def _written(when: str = "posted_at") -> tuple[SchemaItem, ...]:
    """When a row was written, and where it stands in the order of commits, by which the chain follows."""
    return (
        Column(when, Instant, nullable=False),
        Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
        Column("position", BigInteger, nullable=False, server_default=text("nextval('ledger_position')")),
    )


def _partial(name: str, *columns: str, where: str, unique: bool = False, include: tuple[str, ...] = ()) -> Index:
    """An index over those rows that its question is about."""
    chosen = text(where)
    return Index(name, "tenant_id", *columns, unique=unique, postgresql_where=chosen, postgresql_include=list(include))


ledger_chart = platform_table(
    "ledger_chart",
    Column("code", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("normal_side", Text, nullable=False),
    Column("parent", Text, ForeignKey("ledger_chart.code")),
    Column("postable", Boolean, nullable=False),
    Column("floor_minor", BigInteger),
    CheckConstraint(_KINDS, name="kind"),
    context="ledger",
)

ledger_account = tenant_table(
    "ledger_account",
    Column("code", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id", Uuid, nullable=False, server_default=text("uuidv7()")),
    Column("normal_side", Text, nullable=False),
    Column("parent", Text),
    Column("postable", Boolean, nullable=False),
    Column("floor_minor", BigInteger),
    Column("unit", Text),
    Column("exponent", SmallInteger),
    *_written("opened_at"),
    CheckConstraint(_KINDS, name="kind"),
    Index("ix_ledger_account_order", "tenant_id", "xid", "position"),
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
    Column("asked_on", Date),  # the day that was asked for, where a closed period moved the entry
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Uuid),
    Column("reverses", Uuid),
    Column("metadata", JSONB, nullable=False, server_default=text("'{}'")),
    Column("posting_count", SmallInteger, nullable=False),
    *_written(),
    UniqueConstraint("tenant_id", "key", name="uq_ledger_journal_key"),
    Index("ix_ledger_journal_order", "tenant_id", "xid", "position"),
    _partial("ix_ledger_journal_source", "source_id", where="source_id IS NOT NULL"),
    _partial("uq_ledger_journal_reverses", "reverses", where="reverses IS NOT NULL", unique=True),
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
    Column("effective_on", Date, nullable=False),
    CheckConstraint("amount_minor <> 0 AND abs(amount_minor) <= 1000000000000000", name="amount_minor"),
    Index("ix_ledger_posting_account", "tenant_id", "account", "effective_on", "journal_id", "line"),
    _partial(
        "ix_ledger_posting_loan",
        "loan_id",
        "account",
        where="loan_id IS NOT NULL",
        include=("currency", "amount_minor"),
    ),
    context="ledger",
    append_only=True,
)

# The balance, on its normal side, of each loan and party on an account with a floor: the row that two postings compete
# for. The database keeps it; the application reads it.
ledger_balance = tenant_table(
    "ledger_balance",
    Column("account", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("loan_id", Uuid, primary_key=True),  # all zeros for none
    Column("party_id", Uuid, primary_key=True),
    Column("balance_minor", BigInteger, nullable=False),
    Column("held_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("queued_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("floor_minor", BigInteger, nullable=False),
    _partial("ix_ledger_balance_reserved", "account", "currency", where="held_minor > 0 OR queued_minor > 0"),
    context="ledger",
)

ledger_hold = tenant_table(
    "ledger_hold",
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("loan_id", Uuid),
    Column("party_id", Uuid),
    Column("amount_minor", BigInteger, nullable=False),
    Column("expires_at", Instant),
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Uuid),
    *_written(),
    UniqueConstraint("tenant_id", "key", name="uq_ledger_hold_key"),
    Index("ix_ledger_hold_order", "tenant_id", "xid", "position"),
    Index("ix_ledger_hold_account", "tenant_id", "account", "id"),
    context="ledger",
    append_only=True,
)

ledger_hold_end = tenant_table(
    "ledger_hold_end",
    Column("hold_id", Uuid, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("posted_minor", BigInteger, nullable=False),
    Column("journal_key", Text),
    *_written(),
    ForeignKeyConstraint(["tenant_id", "hold_id"], ["ledger_hold.tenant_id", "ledger_hold.id"]),
    Index("ix_ledger_hold_end_order", "tenant_id", "xid", "position"),
    context="ledger",
    append_only=True,
)

# Which holds have not ended, kept by the database.
ledger_open_hold = tenant_table(
    "ledger_open_hold",
    Column("hold_id", Uuid, primary_key=True),
    Column("expires_at", Instant),
    Index("ix_ledger_open_hold_expires_at", "tenant_id", "expires_at"),
    context="ledger",
)

ledger_closing = tenant_table(
    "ledger_closing",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("closed_through", Date, nullable=False),
    Column("late", Text, nullable=False),
    Column("actor", Text, nullable=False),
    *_written(),
    context="ledger",
    append_only=True,
)

ledger_seal = tenant_table(
    "ledger_seal",
    Column("height", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("entry_xid", Xid8, nullable=False),
    Column("entry_position", BigInteger, nullable=False),
    Column("moment", Instant, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("tenant_id", "entry_id", name="uq_ledger_seal_entry_id"),
    Index("ix_ledger_seal_moment", "tenant_id", "moment", "height"),
    context="ledger",
    append_only=True,
)

ledger_key = tenant_table(
    "ledger_key",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),  # encrypted under the tenant's field key
    Column("endorsement", LargeBinary, nullable=False),  # by the key before; the first vouches for itself
    Column("made_at", Instant, nullable=False),
    context="ledger",
    append_only=True,
)

ledger_block = tenant_table(
    "ledger_block",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("first_height", BigInteger, nullable=False),
    Column("last_height", BigInteger, nullable=False),
    Column("head_hash", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("key_number", BigInteger, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Index("ix_ledger_block_heights", "tenant_id", "last_height"),
    context="ledger",
    append_only=True,
)

# Sums of what is sealed, so that balances read days, or a mark and part of a block, instead of postings.
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

ledger_mark = tenant_table(
    "ledger_mark",
    Column("account", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("debit_minor", BigInteger, nullable=False),
    Column("credit_minor", BigInteger, nullable=False),
    CheckConstraint("debit_minor >= 0 AND credit_minor >= 0", name="volumes"),
    context="ledger",
)

ledger_bank_statement = tenant_table(
    "ledger_bank_statement",
    Column("id", Uuid, primary_key=True),
    Column("account", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("imported_at", Instant, nullable=False),
    UniqueConstraint("tenant_id", "account", "content_hash", name="uq_ledger_bank_statement_content"),
    context="ledger",
    append_only=True,
)

ledger_bank_line = tenant_table(
    "ledger_bank_line",
    Column("id", Uuid, primary_key=True),
    Column("statement_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),  # into the account above zero
    Column("reference", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("journal_id", Uuid),
    Column("posting_line", SmallInteger),
    Column("settled_by", Text),
    Column("note", Text),
    Column("settled_at", Instant),
    UniqueConstraint("tenant_id", "statement_id", "number", name="uq_ledger_bank_line_number"),
    ForeignKeyConstraint(
        ["tenant_id", "statement_id"], ["ledger_bank_statement.tenant_id", "ledger_bank_statement.id"]
    ),
    _partial("ix_ledger_bank_line_open", "account", "currency", "booked_on", where="status = 'open'"),
    _partial(
        "uq_ledger_bank_line_posting", "journal_id", "posting_line", where="posting_line IS NOT NULL", unique=True
    ),
    context="ledger",
)
