"""A loan is its events: `replay` turns terms, frozen rows and events into what the loan is on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from backend.servicing.domain.allocation import Line
from backend.servicing.domain.book import Book
from backend.servicing.domain.errors import PaymentBeforeDisbursement
from backend.servicing.domain.events import WAIVES, WRITES_OFF, EventKind, LoanEvent, in_effect
from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.payoff import Payoff, payoff_of
from backend.servicing.domain.schedule import Schedule
from backend.servicing.domain.status import days_past_due, status_of
from backend.servicing.domain.suspense import Suspense
from shared.api.servicing import LoanStatus
from shared.terms import LoanTerms, Part

# Kinds whose amount is used up on what is owed, and that say where it went.
USED = frozenset({EventKind.PAYMENT, EventKind.GOODWILL_CREDITED, *WRITES_OFF, *WAIVES})


class Applied(Struct, frozen=True, kw_only=True):
    """How one payment, goodwill credit, waiver or write-off was used."""

    event_id: UUID
    effective_on: date
    amount_minor: int
    lines: tuple[Line, ...]
    credit_minor: int  # what it added to the borrower's credit, or took from it below zero
    recovered_minor: int = 0  # what it made good of a write-off
    closed_loan: bool = False  # covered at least the payoff, so interest and fees to come were dropped
    balance_minor: int  # principal outstanding after it

    def total_of(self, part: Part) -> int:
        """All that went to `part`."""
        return sum(line.amount_minor for line in self.lines if line.part is part)


class LoanState(Struct, frozen=True, kw_only=True):
    """Everything about a loan on `as_of`. Amounts are minor units."""

    as_of: date
    status: LoanStatus
    rows: tuple[Instalment, ...] = ()
    applied: tuple[Applied, ...] = ()
    credit_minor: int = 0  # the borrower's own money held; below zero where too much was refunded
    paid_in_minor: int = 0
    refunded_minor: int = 0
    goodwill_minor: int = 0
    recovered_minor: int = 0
    is_written_off: bool = False
    fraud_loss_minor: int = 0  # the part of the write-off's expense that is a loss by fraud
    paid_out_minor: int = 0
    upfront_fee_minor: int = 0
    days_past_due: int = 0
    suspense: Suspense | None = None  # None until the loan is paid out
    bucket: str | None = None  # of the policy on losses
    allowance_minor: int = 0
    allowance_used_minor: int = 0  # by a write-off

    @property
    def principal_outstanding_minor(self) -> int:
        """Principal not yet repaid."""
        return sum(row.owed_principal_minor for row in self.rows)

    @property
    def waived_minor(self) -> int:
        """What was waived."""
        return sum(row.waived_minor for row in self.rows)

    @property
    def written_off_minor(self) -> int:
        """What was written off."""
        return sum(row.written_off_minor for row in self.rows)

    @property
    def non_accrual_since(self) -> date | None:
        """Since when income is taken only when it is paid; None while it is taken as earned."""
        return self.suspense.since if self.suspense else None

    @property
    def recoverable_minor(self) -> int:
        """What was written off and has not come in since."""
        return max(self.written_off_minor - self.recovered_minor, 0)

    def waivable_minor(self, part: Part) -> int:
        """How much of `part` can be waived: what is earned of it and owed."""
        return sum(max(min(row.earned().of(part), row.due().of(part)), 0) for row in self.rows)

    @property
    def outstanding_minor(self) -> int:
        """Everything still to come by the schedule, with penalties so far, and what was refunded too much."""
        return sum(row.open_minor for row in self.rows) + max(-self.credit_minor, 0)

    @property
    def past_due_minor(self) -> int:
        """What fell due before `as_of` and is not paid."""
        return sum(row.open_minor for row in self.rows if row.due_on < self.as_of)

    @property
    def next_row(self) -> Instalment | None:
        """The oldest instalment that is not fully paid."""
        return next((row for row in self.rows if row.open_minor > 0), None)

    def payoff(self, terms: LoanTerms) -> Payoff:
        """What closes the loan on `as_of`."""
        return payoff_of(self.rows, self.credit_minor, self.as_of, terms.day_count)


def replay(terms: LoanTerms, schedule: Schedule | None, events: Iterable[LoanEvent], as_of: date) -> LoanState:
    """The state of a loan on `as_of`; the order in which its events were entered does not matter.

    `schedule` is None until the loan is paid out. Raises NothingToReverse, PaymentBeforeDisbursement.
    """
    effective = in_effect(events, as_of)
    kinds = {event.kind for event in effective}
    if schedule is None or EventKind.DISBURSED not in kinds:
        cancelled = EventKind.CANCELLED in kinds
        status = LoanStatus.CANCELLED if cancelled else LoanStatus.PENDING_DISBURSEMENT
        return LoanState(as_of=as_of, status=status)
    book = Book(terms, schedule)
    applied: list[Applied] = []
    for event in effective:
        if event.effective_on < schedule.disbursed_on:
            raise PaymentBeforeDisbursement(paid_on=event.effective_on, disbursed_on=schedule.disbursed_on)
        book.advance_to(event.effective_on)
        if event.kind in USED:
            applied.append(_use(book, event))
        else:
            _note(book, event)
        book.judge()
    book.advance_to(as_of)
    return _state(terms, schedule, book, applied)


def _use(book: Book, event: LoanEvent) -> Applied:
    held, recovered = book.credit_minor, book.recovered_minor
    lines: tuple[Line, ...]
    closed = False
    if event.kind is EventKind.PAYMENT:
        lines, closed = book.pay(event.amount_minor)
    elif event.kind is EventKind.GOODWILL_CREDITED:
        lines, closed = book.credit_goodwill(event.amount_minor)
    elif event.kind in WRITES_OFF:
        lines = book.write_off(fraud=event.kind is EventKind.LOST_TO_FRAUD)
    else:
        lines = book.waive(WAIVES[event.kind], event.amount_minor)
    return Applied(
        event_id=event.id,
        effective_on=event.effective_on,
        amount_minor=event.amount_minor,
        lines=lines,
        credit_minor=book.credit_minor - held,
        recovered_minor=book.recovered_minor - recovered,
        closed_loan=closed,
        balance_minor=book.principal_outstanding_minor,
    )


def _note(book: Book, event: LoanEvent) -> None:
    if event.kind is EventKind.FEE_CHARGED:
        book.charge_fee(event.amount_minor)
    elif event.kind is EventKind.PENALTY_CHARGED:
        book.charge_penalty(event.amount_minor)
    elif event.kind is EventKind.CREDIT_REFUNDED:
        book.refund(event.amount_minor)


def _state(terms: LoanTerms, schedule: Schedule, book: Book, applied: Sequence[Applied]) -> LoanState:
    rows = tuple(book.rows)
    bucket = book.bucket
    return LoanState(
        as_of=book.today,
        status=status_of(rows, book.credit_minor, book.today, terms.grace_days, is_written_off=book.is_written_off),
        rows=rows,
        applied=tuple(applied),
        credit_minor=book.credit_minor,
        paid_in_minor=book.paid_in_minor,
        refunded_minor=book.refunded_minor,
        goodwill_minor=book.goodwill_minor,
        recovered_minor=book.recovered_minor,
        is_written_off=book.is_written_off,
        fraud_loss_minor=book.fraud_loss_minor,
        paid_out_minor=schedule.paid_out_minor,
        upfront_fee_minor=schedule.upfront_fee_minor,
        days_past_due=days_past_due(rows, book.today),
        suspense=book.suspense,
        bucket=bucket.code if bucket else None,
        allowance_minor=book.allowance_minor if bucket else 0,
        allowance_used_minor=book.allowance_used_minor,
    )
