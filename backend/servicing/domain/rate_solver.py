"""Finds the rate at which a stream of flows is worth nothing; in Decimal, so that it is the same on every machine."""

from collections.abc import Callable
from decimal import Decimal, localcontext

# Twelve digits more than the tolerance: sums of hundreds of terms leave it untouched.
PRECISION = 28
# No lawful loan costs ten million per cent a period; beyond that the flows have no rate.
MAX_RATE = Decimal(100_000)
MIN_RATE = Decimal("-0.99")
MAX_STEPS = 200
TOLERANCE = Decimal("1e-16")

Worth = Callable[[Decimal], Decimal]


def solve_rate(worth: Worth) -> Decimal | None:
    """The rate in [MIN_RATE, MAX_RATE] at which `worth` crosses zero, or None where it does not.

    `worth` is the value of repayments less advances, and falls as the rate rises, so a bracket can't miss its root.
    Illinois variant of the false position: Dowell and Jarratt, BIT 11 (1971).
    """
    with localcontext(prec=PRECISION):
        low, high = Decimal(0), Decimal(1)
        above = worth(low)
        if above < 0:
            low, high, above, below = MIN_RATE, low, worth(MIN_RATE), above
            return None if above < 0 else _close_in(worth, low, above, high, below)
        below = worth(high)
        while below > 0:
            if high > MAX_RATE:
                return None
            low, above = high, below
            high *= 4
            below = worth(high)
        return _close_in(worth, low, above, high, below)


def _close_in(worth: Worth, low: Decimal, above: Decimal, high: Decimal, below: Decimal) -> Decimal:
    side = 0
    for step in range(MAX_STEPS):
        if high - low <= TOLERANCE * max(Decimal(1), high) or above == below:
            break
        # Every fourth step halves, which bounds the number of steps whatever the shape of the curve.
        rate = (low + high) / 2 if step % 4 == 3 else (low * below - high * above) / (below - above)
        value = worth(rate)
        if value == 0:
            return rate
        if value > 0:
            low, above = rate, value
            below, side = (below / 2, 1) if side == 1 else (below, 1)
        else:
            high, below = rate, value
            above, side = (above / 2, -1) if side == -1 else (above, -1)
    return low if abs(above) < abs(below) else high
