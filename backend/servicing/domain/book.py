"""The loan while it is replayed: moves forward day by day in jumps, and takes what happens on each day."""

from collections.abc import Callable
from datetime import date

from msgspec.structs import replace

from backend.servicing.domain.accrual import accrued_minor, penalty_exact
from backend.servicing.domain.allocation import Line, allocate
from backend.servicing.domain.forgone import NOTHING
from backend.servicing.domain.impairment import allowance_minor, bucket_of, exposure_minor
from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.payoff import closing, payoff_of
from backend.servicing.domain.schedule import Schedule
from backend.servicing.domain.status import late_after
from backend.servicing.domain.suspense import Suspense, judge, oldest_due, released, unpaid
from shared.loss_policy import LossBucket
from shared.rounding import to_minor
from shared.terms import InAdvance, LoanTerms, Part


class Book:
    """Rows and the borrower's credit on `today`. Mutable, and never outlives one replay."""

    def __init__(self, terms: LoanTerms, schedule: Schedule) -> None:
        self.terms = terms
        self.today = schedule.disbursed_on
        self.rows = [Instalment.of(row) for row in schedule.rows]
        self.credit_minor = 0
        self.paid_in_minor = 0
        self.refunded_minor = 0
        self.goodwill_minor = 0
        self.recovered_minor = 0
        self.is_written_off = False
        self.fraud_loss_minor = 0
        self.suspense = Suspense(seen_on=schedule.disbursed_on)
        self.allowance_used_minor = 0
        self._earn()

    @property
    def principal_outstanding_minor(self) -> int:
        """Principal not yet repaid."""
        return sum(row.owed_principal_minor for row in self.rows)

    @property
    def written_off_minor(self) -> int:
        """All that was given up as lost."""
        return sum(row.written_off_minor for row in self.rows)

    @property
    def is_settled(self) -> bool:
        """Whether no instalment asks for anything."""
        return all(row.open_minor == 0 for row in self.rows)

    @property
    def bucket(self) -> LossBucket | None:
        """Where the policy on losses puts the loan today; None once nothing is owed."""
        if self.is_settled and self.credit_minor >= 0:
            return None
        return bucket_of(self.rows, self.suspense, self.terms.loss_policy)

    @property
    def allowance_minor(self) -> int:
        """What is provided for the loan's loss today."""
        exposure = exposure_minor(self.rows, self.credit_minor, self.suspense)
        return allowance_minor(exposure, self.bucket, self.terms.rounding)

    def judge(self) -> None:
        """Judges anew whether income is taken, once something has happened today."""
        if self.terms.loss_policy is not None:
            self.suspense = judge(self.suspense, self.terms.loss_policy, oldest_due(self.rows), self.today)

    def advance_to(self, day: date) -> None:
        """Earns interest and penalties up to `day`; credit pays what falls due on the way."""
        assert day >= self.today, "a loan does not run backwards"
        if self.credit_minor > 0 and not self.is_settled:
            for due_on in sorted({row.due_on for row in self.rows if self.today < row.due_on <= day}):
                self._move(due_on)
                self._spend_credit()
                self.judge()
        self._move(day)

    def pay(self, amount_minor: int) -> tuple[tuple[Line, ...], bool]:
        """Uses a payment: closes the loan where it covers the payoff, and is allocated otherwise.

        Returns where it went, and whether it closed the loan. The lines, the change of credit and what is recovered of
        a write-off add up to the payment.
        """
        self.paid_in_minor += amount_minor
        return self._use(amount_minor)

    def credit_goodwill(self, amount_minor: int) -> tuple[tuple[Line, ...], bool]:
        """As `pay`, with the lender's own money."""
        self.goodwill_minor += amount_minor
        before = unpaid(self.rows)
        used = self._use(amount_minor)
        if self.suspense.since is not None:
            given = released(before, unpaid(self.rows), amount_minor)
            self.suspense = replace(self.suspense, credited=self.suspense.credited.added(given))
        return used

    def waive(self, part: Part, amount_minor: int) -> tuple[Line, ...]:
        """Gives up at most `amount_minor` of what is earned of `part`, the oldest rows first."""
        lines: list[Line] = []
        waived = self.suspense.waived
        for index, row in enumerate(self.rows):
            taken = min(amount_minor, row.earned().of(part), row.due().of(part))
            if taken > 0:
                line = Line(row.number, part, taken)
                self.rows[index] = row.give_up(line).settled(self.today)
                lines.append(line)
                amount_minor -= taken
                waived = waived.plus(part, taken)
        if self.suspense.since is not None:
            self.suspense = replace(self.suspense, waived=waived)
        return tuple(lines)

    def write_off(self, *, fraud: bool = False) -> tuple[Line, ...]:
        """Gives up all that a payoff would ask for: nothing is earned any more, and what comes in is recovered.

        What neither the allowance nor income in suspense covers is a loss by fraud, or one of credit.
        """
        allowed = self.allowance_minor
        self._end()
        lines: list[Line] = []
        suspended = unpaid(self.rows) if self.suspense.since is not None else NOTHING
        for index, row in enumerate(self.rows):
            owed = row.due()
            given_up = [Line(row.number, part, owed.of(part)) for part in Part if owed.of(part) > 0]
            row_lost = replace(
                row, written_off_minor=row.written_off_minor + sum(line.amount_minor for line in given_up)
            )
            for line in given_up:
                row_lost = row_lost.give_up(line)
            self.rows[index] = row_lost.settled(self.today)
            lines += given_up
        self.suspense = replace(self.suspense, written_off=self.suspense.written_off.added(suspended))
        lost = sum(line.amount_minor for line in lines) - suspended.total_minor
        used = min(allowed, lost)
        self.allowance_used_minor += used
        self.fraud_loss_minor += lost - used if fraud else 0
        self.is_written_off = True
        return tuple(lines)

    def _use(self, amount_minor: int) -> tuple[tuple[Line, ...], bool]:
        assert amount_minor > 0, "a payment is more than nothing"
        held = self.credit_minor
        self.credit_minor += amount_minor
        used = self._pay_what_is_owed(amount_minor, held)
        if self.is_written_off and self.is_settled:
            self._recover()
        return used

    def _pay_what_is_owed(self, amount_minor: int, held_minor: int) -> tuple[tuple[Line, ...], bool]:
        if self.is_settled or self.credit_minor <= 0:
            return (), False
        quote = payoff_of(self.rows, held_minor, self.today, self.terms.day_count)
        if amount_minor >= quote.total_minor:
            return self._end(), True
        return self._spend_credit(self.terms.in_advance), False

    def charge_fee(self, amount_minor: int) -> None:
        """Adds a one-off fee to the instalment that falls due next, or to the last."""
        self._charge(lambda row: replace(row, charged_fee_minor=row.charged_fee_minor + amount_minor))

    def charge_penalty(self, amount_minor: int) -> None:
        """Adds a one-off penalty to the instalment that falls due next, or to the last."""
        self._charge(lambda row: replace(row, charged_penalty_minor=row.charged_penalty_minor + amount_minor))

    def refund(self, amount_minor: int) -> None:
        """Gives credit back. Below zero the borrower owes the difference."""
        self.refunded_minor += amount_minor
        self.credit_minor -= amount_minor

    def _charge(self, change: Callable[[Instalment], Instalment]) -> None:
        index = next((at for at, row in enumerate(self.rows) if row.due_on >= self.today), len(self.rows) - 1)
        self.rows[index] = replace(change(self.rows[index]), settled_on=None)
        self._earn()
        self._spend_credit()

    def _move(self, day: date) -> None:
        if day > self.today:
            self._run_penalties(day)
            self.today = day
            self._earn()
            self.judge()

    def _run_penalties(self, day: date) -> None:
        rate = self.terms.penalty_rate_pct
        if not rate:
            return
        for index, row in enumerate(self.rows):
            late = late_after(row.due_on, self.terms.grace_days)
            if late >= day:
                continue
            added = penalty_exact(
                row.penalty_base_minor,
                rate,
                late_after=late,
                start=self.today,
                end=day,
                day_count=self.terms.day_count,
            )
            self.rows[index] = replace(row, running_penalty=row.running_penalty + added)

    def _earn(self) -> None:
        """Brings earned interest, fees and penalties of every row up to today."""
        self.rows = [self._earned(row) for row in self.rows]

    def _earned(self, row: Instalment) -> Instalment:
        accrued, fees = row.interest_minor, row.all_fees_minor
        if not row.final:
            day_count = self.terms.day_count
            accrued = accrued_minor(row.interest_minor, row.starts_on, row.ends_on, on=self.today, day_count=day_count)
            fees = row.charged_fee_minor + (row.fee_minor if row.due_on <= self.today else 0)
        penalty = row.charged_penalty_minor + to_minor(row.running_penalty, self.terms.rounding)
        if (accrued, fees, penalty) == (row.accrued_minor, row.earned_fee_minor, row.penalty_minor):
            return row
        return replace(row, accrued_minor=accrued, earned_fee_minor=fees, penalty_minor=penalty)

    def _spend_credit(self, in_advance: InAdvance = InAdvance.CREDIT) -> tuple[Line, ...]:
        """Pays with what the borrower has here; by default only what has fallen due."""
        if self.credit_minor <= 0:
            return ()
        dues = [row.due() for row in self.rows if row.open_minor > 0]
        allocation = allocate(self.credit_minor, dues, self.terms.allocation, self.today, in_advance)
        at = {row.number: index for index, row in enumerate(self.rows)}
        for line in allocation.lines:
            index = at[line.number]
            self.rows[index] = self.rows[index].pay(line, self.today)
        self.credit_minor = allocation.credit_minor
        return allocation.lines

    def _recover(self) -> None:
        """Credit makes good for what was written off, as far as it goes."""
        recovered = max(min(self.credit_minor, self.written_off_minor - self.recovered_minor), 0)
        self.recovered_minor += recovered
        self.credit_minor -= recovered

    def _end(self) -> tuple[Line, ...]:
        """Drops what a payoff saves, gives back what was paid ahead of it, and pays with the credit all the rest."""
        given_back: list[Line] = []
        for index, row in enumerate(self.rows):
            closed = closing(row, self.today, self.terms.day_count)
            for part in (Part.INTEREST, Part.FEE):
                owed = closed.due().of(part)
                if owed < 0:
                    line = Line(row.number, part, owed)
                    given_back.append(line)
                    self.credit_minor -= line.amount_minor
                    closed = closed.booked(line)
            self.rows[index] = closed.settled(self.today)
        self._earn()
        return (*given_back, *self._spend_credit(InAdvance.NEXT_INSTALMENT))
