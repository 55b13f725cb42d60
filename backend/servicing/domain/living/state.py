"""Where a loan stands: the frozen answer of a replay, and the table of its states."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from backend.servicing.domain.living.happenings import Kind
from backend.servicing.domain.living.run import Run


class Standing(StrEnum):
    """The states of a living loan."""

    APPROVED = "approved"
    ACTIVE = "active"
    CLOSED = "closed"
    OVERPAID = "overpaid"
    WRITTEN_OFF = "written_off"


# A loan is where its events lead; these are all the ways there are between two states.
WAYS: dict[Standing, frozenset[Standing]] = {
    Standing.APPROVED: frozenset({Standing.ACTIVE}),
    Standing.ACTIVE: frozenset({Standing.APPROVED, Standing.CLOSED, Standing.OVERPAID, Standing.WRITTEN_OFF}),
    # A payment that bounces, a later draw or charge, and an event undone open a loan again.
    Standing.CLOSED: frozenset({Standing.ACTIVE, Standing.OVERPAID}),
    Standing.OVERPAID: frozenset({Standing.ACTIVE, Standing.CLOSED}),
    Standing.WRITTEN_OFF: frozenset({Standing.ACTIVE, Standing.OVERPAID}),
}


class RowState(Struct, frozen=True):
    """One instalment; each figure is penalty, fee, interest and principal, in minor units."""

    number: int
    starts_on: date
    due_on: date
    charged: tuple[int, ...]
    paid: tuple[int, ...]
    waived: tuple[int, ...]
    written_off: tuple[int, ...]
    credited: tuple[int, ...]  # the part of `charged` that was owed again after a charge-back or a refund of credit
    early: int
    late: int
    met_on: date | None
    met: bool
    down_payment: bool
    additional: bool

    @property
    def due(self) -> int:
        """All that falls due."""
        return sum(self.charged)

    @property
    def outstanding(self) -> int:
        """What is owed of it."""
        return sum(self.charged) - sum(self.paid) - sum(self.waived) - sum(self.written_off)


class PostingState(Struct, frozen=True):
    """What one event did."""

    seq: int
    kind: Kind
    on: date
    amount: int
    split: tuple[int, ...]
    over: int
    balance: int
    void: bool
    settled: tuple[int, ...]  # what of the split was paid at once out of the borrower's credit


class ChargeState(Struct, frozen=True):
    """What became of one charge."""

    seq: int
    due_on: date
    amount: int
    paid: int
    waived: int


class LoanState(Struct, frozen=True):
    """A loan at one moment."""

    standing: Standing
    rows: tuple[RowState, ...]
    postings: tuple[PostingState, ...]
    charges: tuple[ChargeState, ...]
    credit: int
    charged_off: bool

    @property
    def outstanding(self) -> int:
        """All that is owed."""
        return sum(row.outstanding for row in self.rows)

    @property
    def is_met(self) -> bool:
        """Whether every instalment is met."""
        return all(row.met for row in self.rows)


def state_of(run: Run) -> LoanState:
    """The frozen copy of where a replay ended."""
    rows = tuple(
        RowState(
            row.number,
            row.starts_on,
            row.due_on,
            tuple(row.charged),
            tuple(row.paid),
            tuple(row.waived),
            tuple(row.off),
            tuple(row.credited),
            row.early,
            row.late,
            row.met_on,
            row.met,
            row.down_payment,
            row.additional,
        )
        for row in run.rows
    )
    postings = tuple(
        PostingState(
            each.seq,
            each.kind,
            each.on,
            each.amount,
            tuple(each.split),
            each.over,
            each.balance,
            each.void,
            tuple(each.settled),
        )
        for each in run.posted
    )
    charges = tuple(
        ChargeState(each.event.seq, each.event.on, each.amount, each.paid, each.waived) for each in run.charges
    )
    return LoanState(_standing(run), rows, postings, charges, run.credit, run.charged_off)


def _standing(run: Run) -> Standing:
    if not any(each.kind is Kind.DISBURSEMENT for each in run.posted):
        return Standing.APPROVED
    if run.written_off:
        return Standing.WRITTEN_OFF
    if run.credit > 0:
        return Standing.OVERPAID
    return Standing.ACTIVE if any(row.outstanding for row in run.rows) else Standing.CLOSED
