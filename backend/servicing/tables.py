"""Servicing's tables. A loan's truth is its terms, its frozen rows and its events; the rest of `loan` is derived."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.tables import Instant, one_of, tenant_table
from backend.servicing.domain.events import EventKind
from shared.api.servicing import CreditLineStatus, LoanStatus

_OPEN = "status IN ('active', 'overdue')"


credit_line = tenant_table(
    "credit_line",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("agreement_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("product_kind", Text, nullable=False),
    Column("lender", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("limit_minor", BigInteger, nullable=False),
    Column("terms", JSONB, nullable=False),  # of the first draw; a later one changes amount and instalments only
    Column("payout_account_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_on", Date),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("limit_minor > 0", name="limit_minor"),
    CheckConstraint(one_of("status", CreditLineStatus), name="status"),
    Index("ix_credit_line_user_id", "tenant_id", "user_id", "id"),
    context="servicing",
)

loan = tenant_table(
    "loan",
    Column("id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False),
    Column("agreement_id", Uuid, nullable=False),
    Column("credit_line_id", Uuid),
    Column("user_id", Uuid, nullable=False),
    Column("business_id", Uuid),
    Column("product_kind", Text, nullable=False),
    Column("lender", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("payout_account_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Set when it is paid out.
    Column("disbursed_on", Date),
    Column("upfront_fee_minor", BigInteger, nullable=False, server_default=text("0")),
    # The state on `as_of`; close of business has dealt with every day up to `closed_through`.
    Column("as_of", Date),
    Column("closed_through", Date),
    Column("principal_outstanding_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("outstanding_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("past_due_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("credit_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("days_past_due", Integer, nullable=False, server_default=text("0")),
    Column("next_due_on", Date),
    Column("next_due_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("next_due_number", SmallInteger),
    Column("closed_on", Date),
    # What each of the days after `quiet_after` earns, for as long as nothing else happens on them.
    Column("quiet_after", Date),
    Column("quiet_interest", ARRAY(BigInteger)),
    Column("loss_bucket", Text),
    Column("non_accrual_since", Date),
    Column("recoverable_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("posted", JSONB, nullable=False, server_default=text("'{}'")),  # what the ledger shows for this loan
    ForeignKeyConstraint(["tenant_id", "credit_line_id"], ["credit_line.tenant_id", "credit_line.id"]),
    CheckConstraint("principal_minor > 0", name="principal_minor"),
    CheckConstraint(one_of("status", LoanStatus), name="status"),
    CheckConstraint(
        "status IN ('pending_disbursement', 'cancelled')"
        " OR (disbursed_on IS NOT NULL AND as_of IS NOT NULL AND closed_through IS NOT NULL)",
        name="paid_out",
    ),
    CheckConstraint("principal_outstanding_minor BETWEEN 0 AND principal_minor", name="principal_outstanding_minor"),
    CheckConstraint("outstanding_minor >= 0 AND past_due_minor BETWEEN 0 AND outstanding_minor", name="outstanding"),
    CheckConstraint("(status IN ('closed', 'overpaid')) = (closed_on IS NOT NULL)", name="closed_on"),
    CheckConstraint("status <> 'closed' OR (outstanding_minor = 0 AND credit_minor = 0)", name="closed_owes_nothing"),
    CheckConstraint("recoverable_minor >= 0", name="recoverable_minor"),
    Index("ix_loan_user_id", "tenant_id", "user_id", "id"),
    Index("ix_loan_business_id", "tenant_id", "business_id", "id", postgresql_where=text("business_id IS NOT NULL")),
    Index("ix_loan_line", "tenant_id", "credit_line_id", postgresql_where=text("credit_line_id IS NOT NULL")),
    Index("ix_loan_open", "tenant_id", "id", postgresql_where=text(_OPEN)),
    context="servicing",
)

instalment = tenant_table(
    "instalment",
    Column("loan_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("maturity_fee_minor", BigInteger, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    ForeignKeyConstraint(["tenant_id", "loan_id"], ["loan.tenant_id", "loan.id"]),
    CheckConstraint(
        "principal_minor >= 0 AND interest_minor >= 0 AND balance_minor >= 0"
        " AND maturity_fee_minor BETWEEN 0 AND fee_minor",
        name="amounts",
    ),
    CheckConstraint("starts_on <= ends_on AND ends_on <= due_on", name="dates"),
    context="servicing",
    append_only=True,
)

loan_event = tenant_table(
    "loan_event",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("target", Uuid),
    Column("reference", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "loan_id"], ["loan.tenant_id", "loan.id"]),
    ForeignKeyConstraint(["tenant_id", "target"], ["loan_event.tenant_id", "loan_event.id"]),
    CheckConstraint(one_of("kind", EventKind), name="kind"),
    CheckConstraint("amount_minor > 0 OR (amount_minor = 0 AND kind IN ('reversal', 'cancelled'))", name="amount"),
    CheckConstraint("(kind = 'reversal') = (target IS NOT NULL)", name="target"),
    Index("ix_loan_event_loan_id", "tenant_id", "loan_id", "effective_on"),
    Index("uq_loan_event_target", "tenant_id", "target", unique=True, postgresql_where=text("target IS NOT NULL")),
    context="servicing",
    append_only=True,
)

payoff_quote = tenant_table(
    "payoff_quote",
    Column("id", Uuid, primary_key=True),
    Column("loan_id", Uuid, nullable=False),
    Column("good_on", Date, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("penalty_minor", BigInteger, nullable=False),
    Column("credit_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("quoted_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "loan_id"], ["loan.tenant_id", "loan.id"]),
    CheckConstraint("total_minor >= 0", name="total_minor"),
    CheckConstraint("expires_at > quoted_at", name="expires_at"),
    Index("ix_payoff_quote_loan_id", "tenant_id", "loan_id", "id"),
    context="servicing",
    append_only=True,
)

# Requests to close business days; the job that works them may die and be started again.
business_day_close = tenant_table(
    "business_day_close",
    Column("through", Date, primary_key=True),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("finished_at", Instant),
    context="servicing",
)

# Loans that the last close of business could not carry: tried again with each next day, until one succeeds.
loan_set_aside = tenant_table(
    "loan_set_aside",
    Column("loan_id", Uuid, primary_key=True),
    Column("since", Date, nullable=False),
    Column("day", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
    ForeignKeyConstraint(["tenant_id", "loan_id"], ["loan.tenant_id", "loan.id"]),
    CheckConstraint("since <= day", name="days"),
    context="servicing",
)
