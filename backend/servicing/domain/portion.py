"""One period's share of a loan, and what every way of spreading principal over periods needs."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from shared.rounding import to_minor
from shared.terms import LoanTerms


class Portion(Struct, frozen=True):
    """Principal and interest of one period, in minor units."""

    principal_minor: int
    interest_minor: int

    @property
    def total_minor(self) -> int:
        """Both."""
        return self.principal_minor + self.interest_minor


def stepped(terms: LoanTerms, raw: Decimal) -> int:
    """`raw` as a whole multiple of the step; one step at least, or nothing would be repaid before the last period."""
    step = step_minor(terms)
    return max(to_minor(raw, terms.instalment_rounding or terms.rounding, step=step), step)


def step_minor(terms: LoanTerms) -> int:
    """What instalments are multiples of."""
    return terms.instalment_step_minor if terms.instalment_step_minor > 1 else terms.amount_step_minor


def deferred(portions: Iterable[Portion], periods: int) -> list[Portion]:
    """The interest of the first `periods` falls due with the one after them."""
    owed = 0
    result: list[Portion] = []
    for index, portion in enumerate(portions):
        owed += portion.interest_minor
        interest, owed = (0, owed) if index < periods else (owed, 0)
        result.append(Portion(portion.principal_minor, interest))
    assert owed == 0, "interest is not in grace to the end"
    return result
