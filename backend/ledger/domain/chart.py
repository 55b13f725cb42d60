"""The chart of accounts: what a lender books to, and which side makes each account grow."""

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


class Account(StrEnum):
    """The codes of the accounts that every lender has. A tenant may add accounts of its own beside them."""

    RAIL_CASH = "rail_cash"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit"
    LOANS_PRINCIPAL = "loans_principal"
    INTEREST_RECEIVABLE = "interest_receivable"
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    UNALLOCATED_RECEIPTS = "unallocated_receipts"
    BORROWER_CREDIT = "borrower_credit"
    LENDER_FUNDING = "lender_funding"
    FX_POSITION = "fx_position"
    CAPITAL = "capital"
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    RECOVERY_INCOME = "recovery_income"
    WRITEOFF_EXPENSE = "writeoff_expense"
    WAIVER_EXPENSE = "waiver_expense"
    RAIL_CHARGES = "rail_charges"


class ChartEntry(Struct, frozen=True, kw_only=True):
    """One account of a chart.

    `number` orders statements. A `guarded` account may not fall below zero on its normal side, for any one loan and
    party: the database refuses the journal that would take it there.
    """

    code: str
    number: int
    name: str
    kind: AccountKind
    guarded: bool = False

    @property
    def normal_side(self) -> Side:
        """The side on which this account grows."""
        return normal_side(self.kind)


def normal_side(kind: AccountKind) -> Side:
    """Debit for assets and expenses, credit for liabilities, equity and income."""
    return Side.DEBIT if kind in (AccountKind.ASSET, AccountKind.EXPENSE) else Side.CREDIT


def _entry(code: Account, number: int, name: str, kind: AccountKind, *, guarded: bool = False) -> ChartEntry:
    return ChartEntry(code=code.value, number=number, name=name, kind=kind, guarded=guarded)


# What each new tenant's books open with. A number's first digit is its kind: 1 assets … 5 expenses.
LENDER_CHART: tuple[ChartEntry, ...] = (
    _entry(Account.RAIL_CASH, 1000, "Cash at payment rails", AccountKind.ASSET),
    _entry(Account.PAYOUTS_IN_TRANSIT, 1050, "Payouts in transit", AccountKind.ASSET),
    _entry(Account.LOANS_PRINCIPAL, 1100, "Loans: principal", AccountKind.ASSET, guarded=True),
    _entry(Account.INTEREST_RECEIVABLE, 1110, "Loans: interest receivable", AccountKind.ASSET),
    _entry(Account.FEES_RECEIVABLE, 1120, "Loans: fees receivable", AccountKind.ASSET),
    _entry(Account.PENALTIES_RECEIVABLE, 1130, "Loans: penalties receivable", AccountKind.ASSET),
    _entry(Account.UNALLOCATED_RECEIPTS, 2000, "Unallocated receipts", AccountKind.LIABILITY),
    _entry(Account.BORROWER_CREDIT, 2100, "Borrowers' credit balances", AccountKind.LIABILITY, guarded=True),
    _entry(Account.LENDER_FUNDING, 2200, "Owed to funding lenders", AccountKind.LIABILITY),
    _entry(Account.FX_POSITION, 2900, "Foreign-exchange position", AccountKind.LIABILITY),
    _entry(Account.CAPITAL, 3000, "Capital", AccountKind.EQUITY),
    _entry(Account.INTEREST_INCOME, 4000, "Interest income", AccountKind.INCOME),
    _entry(Account.FEE_INCOME, 4100, "Fee income", AccountKind.INCOME),
    _entry(Account.PENALTY_INCOME, 4200, "Penalty income", AccountKind.INCOME),
    _entry(Account.RECOVERY_INCOME, 4300, "Recoveries of loans written off", AccountKind.INCOME),
    _entry(Account.WRITEOFF_EXPENSE, 5000, "Loans written off", AccountKind.EXPENSE),
    _entry(Account.WAIVER_EXPENSE, 5010, "Interest, fees and penalties waived", AccountKind.EXPENSE),
    _entry(Account.RAIL_CHARGES, 5100, "Charges of payment rails", AccountKind.EXPENSE),
)
