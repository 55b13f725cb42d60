"""The rows of a living loan while it is replayed: what each asks for, leg by leg, and what became of it.

Like the plan, rows are the scratch of one replay; `replay` hands out frozen copies.
"""

from datetime import date
from enum import IntEnum

from shared.terms import Part

LEGS = 4


class Leg(IntEnum):
    """The parts of what is owed, as indices of the figures below."""

    PENALTY = 0
    FEE = 1
    INTEREST = 2
    PRINCIPAL = 3


LEG_OF = {Part.PENALTY: Leg.PENALTY, Part.FEE: Leg.FEE, Part.INTEREST: Leg.INTEREST, Part.PRINCIPAL: Leg.PRINCIPAL}
PENALTY, FEE, INTEREST, PRINCIPAL = Leg.PENALTY, Leg.FEE, Leg.INTEREST, Leg.PRINCIPAL


def none() -> list[int]:
    """Nothing on each leg."""
    return [0] * LEGS


class Row:
    """One instalment, in minor units a leg."""

    __slots__ = (
        "additional",
        "charged",
        "credited",
        "down_payment",
        "due_on",
        "early",
        "fees_of",
        "fees_paid",
        "late",
        "met",
        "met_on",
        "number",
        "off",
        "paid",
        "re_aged",
        "recalculated",
        "starts_on",
        "waived",
    )

    def __init__(self, number: int, starts_on: date, due_on: date, charged: list[int] | None = None) -> None:
        """A row that nothing was paid of yet."""
        self.number, self.starts_on, self.due_on = number, starts_on, due_on
        self.charged = charged or none()
        self.paid, self.waived, self.off, self.credited = none(), none(), none(), none()
        self.early = self.late = 0
        self.met = False
        self.met_on: date | None = None
        self.additional = self.down_payment = self.re_aged = self.recalculated = False
        self.fees_of: dict[int, int] = {}  # what each charge of every instalment asks for here
        self.fees_paid: dict[int, int] = {}  # and what was paid of that

    def open(self, leg: int) -> int:
        """What is owed on one leg."""
        return self.charged[leg] - self.paid[leg] - self.waived[leg] - self.off[leg]

    @property
    def outstanding(self) -> int:
        """What is owed in all."""
        return sum(self.charged) - sum(self.paid) - sum(self.waived) - sum(self.off)

    @property
    def total(self) -> int:
        """What falls due."""
        return sum(self.charged)

    @property
    def is_normal(self) -> bool:
        """Whether it belongs to the agreed schedule rather than to a down payment or an addition behind maturity."""
        return not self.down_payment and not self.additional

    def check(self, day: date | None) -> None:
        """Notes whether everything is met, and on which day it came to be."""
        self.met = self.outstanding == 0
        self.met_on = day if self.met else None

    def recheck(self, day: date) -> None:
        """As `check`, but a row that was met before keeps its day."""
        met = self.outstanding == 0
        if met != self.met:
            self.met, self.met_on = met, day if met else None

    def pay(self, leg: int, day: date, amount: int) -> int:
        """Pays up to `amount` of one leg and returns what it took."""
        if not amount:
            return 0
        taken = min(amount, self.open(leg))
        self.paid[leg] += taken
        self.check(day)
        if day < self.due_on:
            self.early += taken
        elif day > self.due_on:
            self.late += taken
        return taken

    def unpay(self, leg: int, day: date, amount: int) -> int:
        """Takes up to `amount` back from one leg and returns what it gave."""
        given = min(amount, self.paid[leg])
        self.paid[leg] -= given
        self.check(day)
        if leg != PENALTY:
            if day < self.due_on:
                self.early = max(self.early - given, 0)
            elif day > self.due_on:
                self.late = max(self.late - given, 0)
        return given

    def reset(self) -> None:
        """Forgets all that was paid, waived, written off and given back."""
        for leg in range(LEGS):
            self.charged[leg] -= self.credited[leg]
        self.paid, self.waived, self.off, self.credited = none(), none(), none(), none()
        self.early = self.late = 0
        self.met, self.met_on = False, None
