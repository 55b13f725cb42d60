"""Amounts as statements write them, in minor units; exact, or refused."""

from decimal import Decimal

from shared.currency import exponent_of


def minor(amount: Decimal, currency: str) -> int:
    """The count of minor units. Raises ValueError for a part of one, UnknownCurrency."""
    exact = amount.scaleb(exponent_of(currency))
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of minor units of {currency}")
    return int(exact)
