"""Reading the figures of vectors: amounts, dates and per cents as the sources print them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shared.rounding import to_minor


def minor(figure: Any, digits: int = 2) -> int:
    """An amount ("1,234.5") in minor units; it must have no more decimals than those."""
    exact = Decimal(str(figure).replace(",", "")).scaleb(digits)
    rounded = to_minor(exact)
    assert rounded == exact, f"{figure} has more than {digits} decimals"
    return rounded


def day(figure: str) -> date:
    """A date."""
    return date.fromisoformat(figure)


def places(figure: Any) -> int:
    """How many decimals a figure is printed with."""
    exponent = Decimal(str(figure).replace(",", "")).as_tuple().exponent
    assert isinstance(exponent, int), f"{figure} is not a number"
    return max(-exponent, 0)


def later(start: date, days: int) -> date:
    """So many days after `start`."""
    return start + timedelta(days=days)
