"""Balances as the reader sees them: both volumes of an account in one currency, and what they add up to."""

from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct

from backend.ledger.domain.chart import Side


class Volume(Struct, frozen=True, kw_only=True):
    """All debits and all credits of one account in one currency, in minor units."""

    account: str
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def net_debit_minor(self) -> int:
        """Debits less credits."""
        return self.debit_minor - self.credit_minor

    def balance_minor(self, normal: Side) -> int:
        """The balance on the account's `normal` side; below zero when it stands on the other side."""
        return self.net_debit_minor * normal.sign


class LoanVolume(Struct, frozen=True, kw_only=True):
    """The volumes of one account for one loan."""

    loan_id: UUID
    volume: Volume


def differences(volumes: Iterable[Volume]) -> dict[str, int]:
    """Total debits less total credits for each currency: every one is zero while the books are whole."""
    sums: dict[str, int] = {}
    for volume in volumes:
        sums[volume.currency] = sums.get(volume.currency, 0) + volume.net_debit_minor
    return sums
