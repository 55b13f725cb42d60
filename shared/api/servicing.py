"""Loans, schedules, repayments, payoff, credit lines and simulation, as the API takes and gives them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.classification import ClassificationOut
from shared.money import MAX_MINOR, CurrencyCode, Money
from shared.terms import EarlyRepayment, LoanTerms

PositiveMinor = Annotated[int, Meta(ge=1, le=MAX_MINOR, description="Minor units of the currency")]


class LoanStatus(StrEnum):
    """Where a loan stands."""

    PENDING_DISBURSEMENT = "pending_disbursement"
    ACTIVE = "active"
    OVERDUE = "overdue"
    CLOSED = "closed"
    OVERPAID = "overpaid"  # nothing is owed, and the borrower's credit is still to be refunded
    WRITTEN_OFF = "written_off"  # given up as lost; what still comes in is recovered
    CANCELLED = "cancelled"


class CreditLineStatus(StrEnum):
    """Where a line of credit stands."""

    PENDING = "pending"  # its first draw is not paid out yet
    OPEN = "open"
    CANCELLED = "cancelled"


class InstalmentStatus(StrEnum):
    """Where one instalment stands on the business date."""

    UPCOMING = "upcoming"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"


class TransactionKind(StrEnum):
    """What happened to a loan's balance."""

    DISBURSEMENT = "disbursement"
    REPAYMENT = "repayment"
    FEE = "fee"
    PENALTY = "penalty"
    CREDIT_REFUND = "credit_refund"
    INTEREST_WAIVER = "interest_waiver"
    FEE_WAIVER = "fee_waiver"
    PENALTY_WAIVER = "penalty_waiver"
    GOODWILL_CREDIT = "goodwill_credit"
    WRITE_OFF = "write_off"


class ChargeKind(StrEnum):
    """What can be charged to a loan by hand."""

    FEE = "fee"
    PENALTY = "penalty"


class LoanOut(Struct, frozen=True, kw_only=True):
    """A loan as it stands on `as_of`. `outstanding` is everything still to come by the schedule, penalties included."""

    id: UUID
    application_id: UUID
    agreement_id: UUID
    user_id: UUID
    business_id: UUID | None
    credit_line_id: UUID | None
    product_kind: str
    lender: str
    status: LoanStatus
    principal: Money
    terms: LoanTerms
    principal_outstanding: Money
    outstanding: Money
    past_due: Money
    days_past_due: int
    credit: Money
    next_due_on: date | None
    next_due: Money | None
    disbursed_on: date | None
    closed_on: date | None
    as_of: date | None
    created_at: datetime
    recoverable: Money | None = None  # of a loan that was written off: what its borrower still owes
    classification: ClassificationOut | None = None  # for the tenant's staff alone


class InstalmentOut(Struct, frozen=True, kw_only=True):
    """One row of the schedule; `balance` is the principal left by plan once it is paid."""

    number: int
    due_on: date
    status: InstalmentStatus
    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    total: Money
    paid: Money
    open: Money
    balance: Money
    settled_on: date | None
    waived: Money | None = None
    written_off: Money | None = None


class ScheduleOut(Struct, frozen=True, kw_only=True):
    """A loan's instalments and what they add up to. Before the payout it is the plan for a payout today."""

    loan_id: UUID
    as_of: date
    is_final: bool
    rows: list[InstalmentOut]
    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    total: Money
    paid: Money
    open: Money
    waived: Money | None = None
    written_off: Money | None = None


class PartsOut(Struct, frozen=True, kw_only=True):
    """What a repayment paid, or was given up; `credit` went to the borrower's own, or came from it below zero."""

    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    credit: Money
    recovered: Money | None = None  # made good of a write-off


class TransactionOut(Struct, frozen=True, kw_only=True):
    """A movement on a loan, the newest first. A reversed one no longer counts and has no parts."""

    id: UUID
    kind: TransactionKind
    effective_on: date
    amount: Money
    parts: PartsOut | None
    principal_outstanding: Money | None
    reversed_on: date | None
    reference: str
    entered_at: datetime


class PayoffQuoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Asks what closes the loan on a day; the business date where none is given."""

    on: date | None = None


class PayoffQuoteOut(Struct, frozen=True, kw_only=True):
    """What closes the loan if it is paid on `on` and nothing else happens to the loan before.

    `interest` is below zero where more was paid ahead than is earned; `credit` is the borrower's own money held.
    """

    id: UUID
    loan_id: UUID
    on: date
    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    credit: Money
    total: Money
    quoted_at: datetime
    expires_at: datetime


class ChargeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Charges a one-off fee or penalty to a loan."""

    kind: ChargeKind
    amount_minor: PositiveMinor
    reason: Annotated[str, Meta(min_length=3, max_length=120)]


class CreditRefundIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pays the borrower's credit back: to another of their accounts where the loan's own payout account is not it."""

    bank_account_id: UUID | None = None


class CreditRefundOut(Struct, frozen=True, kw_only=True):
    """The borrower's credit on its way back. `id` is the payout's too; where that fails the loan has it back."""

    id: UUID
    loan_id: UUID
    amount: Money
    bank_account_id: UUID
    requested_at: datetime


class CreditLineOut(Struct, frozen=True, kw_only=True):
    """A line of credit: its limit, what is drawn, and what is left."""

    id: UUID
    application_id: UUID
    agreement_id: UUID
    user_id: UUID
    business_id: UUID | None
    product_kind: str
    lender: str
    status: CreditLineStatus
    limit: Money
    drawn: Money
    available: Money
    terms: LoanTerms
    opened_on: date | None
    created_at: datetime


class DrawIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Draws under a line, on the terms of its contract; only the amount, and fewer instalments, may be asked for."""

    amount_minor: PositiveMinor
    instalments: Annotated[int, Meta(ge=1, le=520)] | None = None


class ExtraPaymentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money paid besides the instalments; it repays principal at the end of the period in which it is paid."""

    on: date
    amount_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)]


class SimulationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms to compute; paid out today where no day is given."""

    terms: LoanTerms
    disbursed_on: date | None = None
    extra_payments: Annotated[tuple[ExtraPaymentIn, ...], Meta(max_length=520)] = ()
    early_repayment: EarlyRepayment = EarlyRepayment.REDUCE_INSTALMENT


class SimulatedRowOut(Struct, frozen=True, kw_only=True):
    """One instalment of a simulated loan."""

    number: int
    due_on: date
    principal: Money
    interest: Money
    fee: Money
    total: Money
    balance: Money


class RecastOut(Struct, frozen=True, kw_only=True):
    """What extra payments change: the schedule with them, and the interest that they save."""

    rows: list[SimulatedRowOut]
    total_interest: Money
    interest_saved: Money
    unused: Annotated[Money, Meta(description="What of the extra payments the loan didn't need")]
    last_due_on: date


class SimulationOut(Struct, frozen=True, kw_only=True):
    """What a loan would cost, and its schedule. Nothing is stored."""

    currency: CurrencyCode
    disbursed_on: date
    paid_out: Money
    instalment: Money
    total_repayable: Money
    total_interest: Money
    total_fees: Money
    total_cost: Money
    apr_pct: Annotated[Decimal, Meta(description="Nominal a year: Regulation Z Appendix J")]
    effective_apr_pct: Annotated[Decimal, Meta(description="Effective a year: Directive 2008/48/EC Annex I")] | None
    first_due_on: date
    last_due_on: date
    rows: list[SimulatedRowOut]
    recast: RecastOut | None = None
