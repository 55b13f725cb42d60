"""Equal parts of an amount, whatever rounding leaves to the last of them."""

from decimal import Decimal

from msgspec import Struct

from backend.servicing.domain.living.rounds import divided
from shared.rounding import to_minor


class Parts(Struct, frozen=True):
    """`total` in `count` parts of `each`; the last one is `each` + `rest`."""

    total: int
    count: int
    each: int
    rest: int

    def at(self, index: int) -> int:
        """The part numbered `index`, from 0; where the parts are too big, the last ones are less, or nothing."""
        if self.each + self.rest < 0:
            return min(self.each, max(self.total - self.each * index, 0))
        return self.each + self.rest if index == self.count - 1 else self.each

    def plus(self, other: "Parts") -> "Parts":
        """Both together, part by part."""
        return Parts(self.total + other.total, self.count, self.each + other.each, self.rest + other.rest)


def equal_parts(total: int, count: int, step: int = 0) -> Parts:
    """`total` in `count` parts, each a multiple of `step`."""
    if total <= 0:
        return Parts(total, count, 0, 0)
    each = divided(total, count)
    if step:
        each = to_minor(Decimal(each), step=step)
    return Parts(total, count, each, total - each * count)


def rest_of_parts(amount: int, total: int, others: int, count: int, step: int = 0) -> Parts:
    """`amount` in parts that fill up what `others` leave of equal parts of `total`."""
    each = equal_parts(total, count, step).each - others
    return Parts(amount, count, each, amount - each * count)
