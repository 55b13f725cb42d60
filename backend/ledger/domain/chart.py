"""Charts of accounts: what can be booked to, how accounts roll up, and which side makes each account grow."""

from enum import StrEnum

from msgspec import Struct


class AccountKind(StrEnum):
    """The five elements of financial statements."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Side(StrEnum):
    """The two sides of a posting."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def opposite(self) -> "Side":
        """The other side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT

    @property
    def sign(self) -> int:
        """+1 for a debit, -1 for a credit: how the database stores a side."""
        return 1 if self is Side.DEBIT else -1


class ChartEntry(Struct, frozen=True, kw_only=True):
    """One account.

    `number` orders statements. `normal_side` is the side on which it grows: against its kind for a contra account.
    Accounts roll up into `parent`, a heading of the same kind; a heading (not `postable`) takes no postings of its own.
    For any one loan and party, what is available may not fall below `floor_minor` (None: no floor): the database
    refuses the journal that would take it there. An account with a `unit` takes that currency or token alone, which
    has `exponent` decimals; without one it takes any ISO 4217 currency.
    """

    code: str
    number: int
    name: str
    kind: AccountKind
    normal_side: Side
    parent: str | None = None
    postable: bool = True
    floor_minor: int | None = None
    unit: str | None = None
    exponent: int | None = None

    @property
    def guarded(self) -> bool:
        """Whether it has a floor."""
        return self.floor_minor is not None


def normal_side(kind: AccountKind) -> Side:
    """Debit for assets and expenses, credit for liabilities, equity and income."""
    return Side.DEBIT if kind in (AccountKind.ASSET, AccountKind.EXPENSE) else Side.CREDIT
