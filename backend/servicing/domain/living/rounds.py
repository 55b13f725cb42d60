"""Shares of an amount, rounded half to even as all figures of a plan are."""

from decimal import Decimal

from backend.servicing.domain.living.growth import CONTEXT
from shared.rounding import to_minor


def share(amount: int, part: int, whole: int) -> int:
    """`amount` * `part` / `whole`, divided first, as the published schedules do."""
    return to_minor(CONTEXT.multiply(CONTEXT.divide(Decimal(part), Decimal(whole)), Decimal(amount)))


def share_of(amount: int, part: int, whole: int) -> int:
    """`amount` / `whole` * `part`."""
    return to_minor(CONTEXT.multiply(CONTEXT.divide(Decimal(amount), Decimal(whole)), Decimal(part)))


def divided(amount: int, count: int) -> int:
    """`amount` / `count`."""
    return to_minor(CONTEXT.divide(Decimal(amount), Decimal(count)))


def percent_of(amount: int, pct: Decimal) -> int:
    """`pct` per cent of `amount`."""
    return to_minor(CONTEXT.divide(CONTEXT.multiply(Decimal(amount), pct), Decimal(100)))
