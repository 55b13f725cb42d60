"""The one place where money is rounded: named modes, to any step of a currency's minor unit."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
)
from decimal import ROUND_UP as _ROUND_UP
from enum import StrEnum


class Rounding(StrEnum):
    """How a figure between two steps becomes one of them."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


_ONE = Decimal(1)
_DECIMAL_MODE = {
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_DOWN: ROUND_HALF_DOWN,
    Rounding.UP: _ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.CEILING: ROUND_CEILING,
    Rounding.FLOOR: ROUND_FLOOR,
}


def to_minor(exact: Decimal, mode: Rounding = Rounding.HALF_EVEN, *, step: int = 1) -> int:
    """Rounds an exact count of minor units to a whole multiple of `step` minor units."""
    assert step >= 1, "a rounding step is at least one minor unit"
    if step == 1:
        return int(exact.quantize(_ONE, _DECIMAL_MODE[mode]))
    return int((exact / step).quantize(_ONE, _DECIMAL_MODE[mode])) * step


def rounder(mode: Rounding = Rounding.HALF_EVEN, *, step: int = 1) -> Callable[[Decimal], int]:
    """`to_minor` for many amounts: the mode and the step are looked up once."""
    assert step >= 1, "a rounding step is at least one minor unit"
    decimal_mode = _DECIMAL_MODE[mode]
    if step == 1:
        return lambda exact: int(exact.to_integral_value(decimal_mode))
    return lambda exact: int((exact / step).to_integral_value(decimal_mode)) * step


def to_places(
    exact: Decimal, places: int, mode: Rounding = Rounding.HALF_EVEN, *, context: Context | None = None
) -> Decimal:
    """Rounds `exact` to `places` digits after the decimal point; for rates and factors, never for money.

    More digits than the current context holds need a wider `context`.
    """
    return exact.quantize(Decimal((0, (1,), -places)), _DECIMAL_MODE[mode], context=context)
