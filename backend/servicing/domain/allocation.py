"""Which part of which instalment a payment pays, in the order that the contract names."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from shared.terms import InAdvance, Part


class Due(Struct, frozen=True, kw_only=True):
    """What one instalment still asks for, in minor units."""

    number: int
    due_on: date
    penalty_minor: int = 0
    fee_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0

    def of(self, part: Part) -> int:
        """What is open of `part`."""
        if part is Part.PENALTY:
            return self.penalty_minor
        if part is Part.FEE:
            return self.fee_minor
        return self.interest_minor if part is Part.INTEREST else self.principal_minor


class Line(Struct, frozen=True):
    """An amount that pays one part of one instalment; below zero where a payoff gives back what was paid ahead."""

    number: int
    part: Part
    amount_minor: int


class Allocation(Struct, frozen=True, kw_only=True):
    """Where a payment went; what no instalment took is the borrower's credit."""

    lines: tuple[Line, ...]
    credit_minor: int

    def total_of(self, part: Part) -> int:
        """All that went to `part`."""
        return sum(line.amount_minor for line in self.lines if line.part is part)


def allocate(
    amount_minor: int,
    dues: Sequence[Due],
    order: Sequence[Part],
    on: date,
    in_advance: InAdvance = InAdvance.NEXT_INSTALMENT,
) -> Allocation:
    """Spends `amount_minor` on `dues`: past due before due before in advance, oldest first, `order` within each.

    What lies beyond `on` is paid as `in_advance` says: nearest first, furthest first, or not at all. The lines and the
    credit always add up to the payment.
    """
    assert amount_minor >= 0, "a payment is not negative"
    left = amount_minor
    lines: list[Line] = []
    for due in _in_turn(dues, on, in_advance):
        for part in order:
            paid = min(left, due.of(part))
            if paid > 0:
                lines.append(Line(due.number, part, paid))
                left -= paid
        if left == 0:
            break
    assert left >= 0, "no more is spent than was paid"
    return Allocation(lines=tuple(lines), credit_minor=left)


def _in_turn(dues: Iterable[Due], on: date, in_advance: InAdvance) -> Iterator[Due]:
    by_age = sorted(dues, key=lambda due: (due.due_on, due.number))
    yield from (due for due in by_age if due.due_on <= on)
    ahead = [due for due in by_age if due.due_on > on]
    if in_advance is InAdvance.NEXT_INSTALMENT:
        yield from ahead
    elif in_advance is InAdvance.LAST_INSTALMENT:
        yield from reversed(ahead)
