"""What applications needs from others, by shape."""

from datetime import date
from typing import Protocol, runtime_checkable

from msgspec import Struct


class StatementSummary(Struct, frozen=True, kw_only=True):
    """What a bank statement holds, to show the applicant that it was understood."""

    starts_on: date
    ends_on: date
    transactions: int
    media_type: str


@runtime_checkable
class StatementCheck(Protocol):
    """Reads a bank statement right when it is attached, so that the sender hears at once what is wrong with it."""

    def __call__(
        self, content: bytes, currency: str, *, date_order: str | None, decimal_mark: str | None
    ) -> StatementSummary:
        """What the statement holds. Raises InvalidInput's leaves for one that can't be read."""
        ...
