"""Foreign exchange through position accounts: what each currency stands at, and what was gained on it.

A position's account holds the foreign amount in the foreign currency, and in the base currency what it cost (average
cost). Gains are realised when a position is closed, in whole or in part, and unrealised when it is valued.
"""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from backend.ledger.domain.chart import AccountKind, ChartEntry, Side
from shared.currency import exponent_of
from shared.rounding import to_minor


class Position(Struct, frozen=True, kw_only=True):
    """So much of a currency in minor units (below zero: owed); its cost and revaluation in those of the base."""

    currency: str
    amount_minor: int
    cost_minor: int
    revalued_minor: int = 0


def realised(position: Position, change_minor: int, paid_minor: int) -> int:
    """What is gained, in base minor units, when the position changes by `change_minor` for `paid_minor` of base.

    Bought amounts and what is paid are above zero; sold amounts and what is received are below. Only the part that
    closes what was open gains anything; its cost is the average cost, rounded half to even.
    """
    held = position.amount_minor
    if held == 0 or (held > 0) == (change_minor > 0):
        return 0
    closed = min(abs(held), abs(change_minor))
    received = Fraction(-paid_minor * closed, abs(change_minor))
    cost = Fraction(position.cost_minor * closed, abs(held))
    gain = received - cost
    return to_minor(Decimal(gain.numerator) / Decimal(gain.denominator))


def unrealised(position: Position, rate: Decimal, base: str) -> int:
    """What valuing the position at `rate` (major units of base for one of it) adds to what was added before."""
    scale = exponent_of(base) - exponent_of(position.currency)
    value = to_minor(Decimal(position.amount_minor) * rate.scaleb(scale))
    return value - position.cost_minor - position.revalued_minor


def position_account(currency: str) -> ChartEntry:
    """The account that holds a currency's position and its cost."""
    return _account(f"fx_position_{currency.lower()}", 29_000, f"Foreign-exchange position: {currency}")


def revaluation_account(currency: str) -> ChartEntry:
    """The account that holds what valuing a currency's position has added."""
    return _account(f"fx_revaluation_{currency.lower()}", 29_500, f"Foreign-exchange revaluation: {currency}")


def _account(code: str, number: int, name: str) -> ChartEntry:
    return ChartEntry(
        code=code,
        number=number,
        name=name,
        kind=AccountKind.LIABILITY,
        normal_side=Side.CREDIT,
        parent="liabilities",
    )
