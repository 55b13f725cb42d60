"""What servicing publishes: the life of a loan after its contract is signed."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from shared.events import Event
from shared.money import Money
from shared.terms import LoanTerms, Part


class LoanActivated(Event, frozen=True, kw_only=True):
    """The loan was paid out; its schedule is fixed."""

    topic: ClassVar[str] = "servicing.loan_activated"

    loan_id: UUID
    application_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    principal: Money
    disbursed_on: date
    first_due_on: date
    last_due_on: date


class LoanCancelled(Event, frozen=True, kw_only=True):
    """The loan ended before it was paid out."""

    topic: ClassVar[str] = "servicing.loan_cancelled"

    loan_id: UUID
    application_id: UUID
    user_id: UUID


class RepaymentParts(Struct, frozen=True, kw_only=True):
    """What a repayment paid, in minor units of its currency; a part is below zero where a payoff gave back."""

    principal_minor: int
    interest_minor: int
    fee_minor: int
    penalty_minor: int
    credit_minor: int  # added to the borrower's credit, or taken from it below zero
    recovered_minor: int = 0  # made good of what was written off


class RepaymentRecorded(Event, frozen=True, kw_only=True):
    """A payment was allocated. `outstanding` is everything still to come by the schedule."""

    topic: ClassVar[str] = "servicing.repayment_recorded"

    loan_id: UUID
    payment_id: UUID
    user_id: UUID
    amount: Money
    parts: RepaymentParts
    outstanding: Money
    on: date


class RepaymentReversed(Event, frozen=True, kw_only=True):
    """A payment bounced; the loan is as if it had never been paid."""

    topic: ClassVar[str] = "servicing.repayment_reversed"

    loan_id: UUID
    payment_id: UUID
    user_id: UUID
    amount: Money
    outstanding: Money
    on: date


class InstalmentDue(Event, frozen=True, kw_only=True):
    """An instalment falls due in `days_ahead` days, or today where that is 0; `amount` is what is still open of it."""

    topic: ClassVar[str] = "servicing.instalment_due"

    loan_id: UUID
    user_id: UUID
    number: int
    due_on: date
    amount: Money
    days_ahead: int


class RepaymentMissed(Event, frozen=True, kw_only=True):
    """The days of grace of an instalment ended and it is not paid; `amount` is what is open of it."""

    topic: ClassVar[str] = "servicing.repayment_missed"

    loan_id: UUID
    user_id: UUID
    number: int
    due_on: date
    amount: Money
    days_past_due: int


class LoanClosed(Event, frozen=True, kw_only=True):
    """Nothing is owed any more. `credit` is the borrower's money that is still to be refunded."""

    topic: ClassVar[str] = "servicing.loan_closed"

    loan_id: UUID
    application_id: UUID
    user_id: UUID
    on: date
    credit: Money


class LoanReopened(Event, frozen=True, kw_only=True):
    """A closed loan is owed on again, because a payment bounced or a charge was added."""

    topic: ClassVar[str] = "servicing.loan_reopened"

    loan_id: UUID
    user_id: UUID
    on: date


class AmountWaived(Event, frozen=True, kw_only=True):
    """The lender gave up a part of what is owed: `part` is penalty, fee or interest."""

    topic: ClassVar[str] = "servicing.amount_waived"

    loan_id: UUID
    user_id: UUID
    part: Part
    amount: Money
    on: date


class GoodwillCredited(Event, frozen=True, kw_only=True):
    """The lender credited the loan with its own money, as if the borrower had paid."""

    topic: ClassVar[str] = "servicing.goodwill_credited"

    loan_id: UUID
    user_id: UUID
    amount: Money
    on: date


class LoanWrittenOff(Event, frozen=True, kw_only=True):
    """The lender gave the loan up as lost; what still comes in is recovered."""

    topic: ClassVar[str] = "servicing.loan_written_off"

    loan_id: UUID
    application_id: UUID
    user_id: UUID
    amount: Money
    on: date


class EntryTakenBack(Event, frozen=True, kw_only=True):
    """A charge, waiver, goodwill credit or write-off (`kind`) was entered by mistake: it is as if it had never been."""

    topic: ClassVar[str] = "servicing.entry_taken_back"

    loan_id: UUID
    entry_id: UUID
    user_id: UUID
    kind: str
    amount: Money
    on: date


class LoanReclassified(Event, frozen=True, kw_only=True):
    """The lender's policy on losses judges the loan otherwise: another bucket, or income in suspense or no longer.

    For the lender alone: what the borrower owes is the same. Buckets are None where the loan is in none, or has ended.
    """

    topic: ClassVar[str] = "servicing.loan_reclassified"

    loan_id: UUID
    user_id: UUID
    bucket: str | None
    bucket_before: str | None
    is_non_accrual: bool
    days_past_due: int
    on: date


class CreditRefundRequested(Event, frozen=True, kw_only=True):
    """The borrower's credit is to be paid back. `refund_id` is to be the payout's id: its fate is the refund's."""

    topic: ClassVar[str] = "servicing.credit_refund_requested"

    refund_id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    amount: Money
    account_id: UUID


class CreditRefunded(Event, frozen=True, kw_only=True):
    """The borrower's credit has arrived with them."""

    topic: ClassVar[str] = "servicing.credit_refunded"

    refund_id: UUID
    loan_id: UUID
    user_id: UUID
    amount: Money
    on: date


class CreditRefundFailed(Event, frozen=True, kw_only=True):
    """The payout of a credit did not arrive: the loan holds the credit again, and another refund can be ordered."""

    topic: ClassVar[str] = "servicing.credit_refund_failed"

    refund_id: UUID
    loan_id: UUID
    user_id: UUID
    amount: Money
    reason_code: str


class CreditLineOpened(Event, frozen=True, kw_only=True):
    """A line of credit stands ready for draws."""

    topic: ClassVar[str] = "servicing.credit_line_opened"

    credit_line_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    limit: Money


class DrawRequested(Event, frozen=True, kw_only=True):
    """A borrower draws under a line: the loan exists and waits for its payout."""

    topic: ClassVar[str] = "servicing.draw_requested"

    loan_id: UUID
    application_id: UUID  # of the line
    credit_line_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    terms: LoanTerms
    payout_account_id: UUID


class BusinessDayClosed(Event, frozen=True, kw_only=True):
    """Close of business is done for `closed`; the business date is `opened` now.

    `set_aside` counts the loans that could not be carried there and are tried again with the next day.
    """

    topic: ClassVar[str] = "servicing.business_day_closed"

    closed: date
    opened: date
    loans: int
    set_aside: int = 0
