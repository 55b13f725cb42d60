"""One row of a live loan: what it asks for, what of it is earned, and what of it is paid."""

from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from backend.servicing.domain.allocation import Due, Line
from backend.servicing.domain.forgone import NOTHING, Forgone
from backend.servicing.domain.schedule import Row
from shared.terms import Part


class Instalment(Struct, frozen=True, kw_only=True):
    """A schedule row with its history up to the state's date. All amounts are minor units."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int
    maturity_fee_minor: int = 0
    charged_fee_minor: int = 0  # one-off fees, on top of the schedule's
    charged_penalty_minor: int = 0  # one-off penalties, on top of the running one
    running_penalty: Decimal = Decimal(0)
    penalty_minor: int = 0  # running and one-off together, as money
    accrued_minor: int = 0  # the interest earned so far
    earned_fee_minor: int = 0  # the fees fallen due or charged so far
    paid_principal_minor: int = 0
    paid_interest_minor: int = 0
    paid_fee_minor: int = 0
    paid_penalty_minor: int = 0
    forgone: Forgone = NOTHING  # waived and written off together
    written_off_minor: int = 0  # the part of it that was written off
    settled_on: date | None = None
    final: bool = False  # a payoff has closed it: nothing more is earned on it

    @classmethod
    def of(cls, row: Row) -> "Instalment":
        """A row on which nothing has happened yet."""
        return cls(
            number=row.number,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            due_on=row.due_on,
            principal_minor=row.principal_minor,
            interest_minor=row.interest_minor,
            fee_minor=row.fee_minor,
            maturity_fee_minor=row.maturity_fee_minor,
        )

    @property
    def all_fees_minor(self) -> int:
        """The schedule's fees and those charged since."""
        return self.fee_minor + self.charged_fee_minor

    @property
    def due_minor(self) -> int:
        """Everything the row asks for."""
        return self.principal_minor + self.interest_minor + self.all_fees_minor + self.penalty_minor

    @property
    def paid_minor(self) -> int:
        """Everything that was paid on it."""
        return self.paid_principal_minor + self.paid_interest_minor + self.paid_fee_minor + self.paid_penalty_minor

    @property
    def open_minor(self) -> int:
        """What it still asks for."""
        open_minor = self.due_minor - self.paid_minor
        return open_minor if self.forgone is NOTHING else open_minor - self.forgone.total_minor

    @property
    def waived_minor(self) -> int:
        """What was waived of it."""
        return self.forgone.total_minor - self.written_off_minor

    @property
    def owed_principal_minor(self) -> int:
        """Principal that is neither paid nor given up."""
        return self.principal_minor - self.paid_principal_minor - self.forgone.principal_minor

    @property
    def penalty_base_minor(self) -> int:
        """What a penalty runs on: principal and interest that are owed."""
        owed = self.principal_minor + self.interest_minor - self.paid_principal_minor - self.paid_interest_minor
        return owed - self.forgone.principal_minor - self.forgone.interest_minor

    def due(self) -> Due:
        """What a payment can be spent on here."""
        return Due(
            number=self.number,
            due_on=self.due_on,
            penalty_minor=self.penalty_minor - self.paid_penalty_minor - self.forgone.penalty_minor,
            fee_minor=self.all_fees_minor - self.paid_fee_minor - self.forgone.fee_minor,
            interest_minor=self.interest_minor - self.paid_interest_minor - self.forgone.interest_minor,
            principal_minor=self.owed_principal_minor,
        )

    def earned(self) -> Due:
        """What is owed of it today: interest and fees as far as they are earned. Below zero where paid ahead."""
        return Due(
            number=self.number,
            due_on=self.due_on,
            penalty_minor=self.penalty_minor - self.paid_penalty_minor - self.forgone.penalty_minor,
            fee_minor=self.earned_fee_minor - self.paid_fee_minor - self.forgone.fee_minor,
            interest_minor=self.accrued_minor - self.paid_interest_minor - self.forgone.interest_minor,
            principal_minor=self.owed_principal_minor,
        )

    def give_up(self, line: Line) -> "Instalment":
        """The row once `line` of it is given up."""
        given_up = replace(self, forgone=self.forgone.plus(line.part, line.amount_minor))
        assert given_up.open_minor >= 0, "no more is given up than is owed"
        return given_up

    def pay(self, line: Line, on: date) -> "Instalment":
        """The row once `line` is paid on `on`."""
        paid = self.booked(line)
        assert paid.open_minor >= 0, "an instalment is not paid twice"
        return paid.settled(on)

    def booked(self, line: Line) -> "Instalment":
        """The row with `line` added to what is paid, or taken from it where the line is below zero."""
        if line.part is Part.PRINCIPAL:
            return replace(self, paid_principal_minor=self.paid_principal_minor + line.amount_minor)
        if line.part is Part.INTEREST:
            return replace(self, paid_interest_minor=self.paid_interest_minor + line.amount_minor)
        if line.part is Part.FEE:
            return replace(self, paid_fee_minor=self.paid_fee_minor + line.amount_minor)
        return replace(self, paid_penalty_minor=self.paid_penalty_minor + line.amount_minor)

    def settled(self, on: date) -> "Instalment":
        """The row with the day on which it was settled, where nothing is open any more."""
        return replace(self, settled_on=on) if self.open_minor == 0 and self.settled_on is None else self
