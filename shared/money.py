"""Money: an integer count of a currency's minor unit. No float ever touches it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

from shared.currency import exponent_of
from shared.errors import CurrencyMismatch
from shared.rounding import Rounding, to_minor

CurrencyCode = Annotated[
    str,
    Meta(pattern="^[A-Z]{3}$", max_length=3, description="ISO 4217 alphabetic code", examples=["NGN", "JPY", "KWD"]),
]
# PostgreSQL's BIGINT; kept well inside, so that sums over millions of rows stay inside as well.
MAX_MINOR = 10**15
AmountMinor = Annotated[
    int, Meta(ge=-MAX_MINOR, le=MAX_MINOR, description="Count of the currency's minor unit (kobo, yen, fils)")
]


class Money(Struct, frozen=True, kw_only=True, order=False):
    """An amount of one currency in its minor unit: `Money(amount_minor=1050, currency="NGN")` is ₦10.50."""

    amount_minor: AmountMinor
    currency: CurrencyCode

    @classmethod
    def of(cls, amount_minor: int, currency: str) -> Self:
        """Shorthand for the two fields."""
        return cls(amount_minor=amount_minor, currency=currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in `currency`."""
        return cls(amount_minor=0, currency=currency)

    @classmethod
    def from_major(cls, amount: Decimal | str, currency: str, mode: Rounding = Rounding.HALF_EVEN) -> Self:
        """Money from major units ("10.50" naira), rounded to the currency's exponent."""
        return cls(amount_minor=to_minor(Decimal(amount).scaleb(exponent_of(currency)), mode), currency=currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-exponent_of(self.currency))

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(amount_minor=self.amount_minor + other.amount_minor, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(amount_minor=self.amount_minor - other.amount_minor, currency=self.currency)

    def __neg__(self) -> "Money":
        return Money(amount_minor=-self.amount_minor, currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor <= other.amount_minor

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def times(self, factor: Decimal | int, mode: Rounding = Rounding.HALF_EVEN) -> "Money":
        """The amount times an exact factor, rounded once to the minor unit."""
        return Money(amount_minor=to_minor(Decimal(self.amount_minor) * factor, mode), currency=self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.major:f}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum of `amounts`, all of which must be in `currency`."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
