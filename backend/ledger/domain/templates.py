"""The catalogue of accounts that any tenant may open, and the charts that books open with.

A code means the same in every chart. A number's first digit is its kind: 1 assets … 5 expenses; headings come first.
"""

from enum import StrEnum

from backend.ledger.domain.chart import AccountKind, ChartEntry, Side, normal_side


class Account(StrEnum):
    """The codes of the accounts that every lender has. A tenant may add accounts of its own beside them."""

    RAIL_CASH = "rail_cash"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit"
    LOANS_PRINCIPAL = "loans_principal"
    INTEREST_RECEIVABLE = "interest_receivable"
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    INTEREST_IN_SUSPENSE = "interest_in_suspense"
    LOSS_ALLOWANCE = "loss_allowance"
    UNALLOCATED_RECEIPTS = "unallocated_receipts"
    BORROWER_CREDIT = "borrower_credit"
    LENDER_FUNDING = "lender_funding"
    FX_POSITION = "fx_position"
    CAPITAL = "capital"
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    RECOVERY_INCOME = "recovery_income"
    FX_REALISED_GAIN = "fx_realised_gain"
    FX_UNREALISED_GAIN = "fx_unrealised_gain"
    WRITEOFF_EXPENSE = "writeoff_expense"
    FRAUD_LOSS_EXPENSE = "fraud_loss_expense"
    WAIVER_EXPENSE = "waiver_expense"
    GOODWILL_EXPENSE = "goodwill_expense"
    LOSS_PROVISIONS = "loss_provisions"
    RAIL_CHARGES = "rail_charges"


class Template(StrEnum):
    """What a tenant's business is, and so which chart its books open with."""

    LENDER = "lender"
    MARKETPLACE = "marketplace"
    BNPL_MERCHANT = "bnpl_merchant"


_ASSET, _LIABILITY, _EQUITY, _INCOME, _EXPENSE = AccountKind


def _heading(code: str, number: int, name: str, kind: AccountKind, parent: str | None = None) -> ChartEntry:
    return ChartEntry(
        code=code, number=number, name=name, kind=kind, normal_side=normal_side(kind), parent=parent, postable=False
    )


def _entry(
    code: str,
    number: int,
    name: str,
    kind: AccountKind,
    parent: str,
    *,
    floor_minor: int | None = None,
    side: Side | None = None,
) -> ChartEntry:
    return ChartEntry(
        code=str(code),
        number=number,
        name=name,
        kind=kind,
        normal_side=side or normal_side(kind),
        parent=parent,
        floor_minor=floor_minor,
    )


HEADINGS: tuple[ChartEntry, ...] = (
    _heading("assets", 100, "Assets", _ASSET),
    _heading("cash", 110, "Cash", _ASSET, "assets"),
    _heading("loans", 120, "Loans", _ASSET, "assets"),
    _heading("merchant_advances", 130, "Advances to merchants", _ASSET, "assets"),
    _heading("liabilities", 200, "Liabilities", _LIABILITY),
    _heading("customer_money", 210, "Owed to customers", _LIABILITY, "liabilities"),
    _heading("partner_money", 220, "Owed to partners", _LIABILITY, "liabilities"),
    _heading("equity", 300, "Equity", _EQUITY),
    _heading("income", 400, "Income", _INCOME),
    _heading("expenses", 500, "Expenses", _EXPENSE),
)

LENDER_CHART: tuple[ChartEntry, ...] = (
    _entry(Account.RAIL_CASH, 1000, "Cash at payment rails", _ASSET, "cash"),
    _entry(Account.PAYOUTS_IN_TRANSIT, 1050, "Payouts in transit", _ASSET, "cash"),
    _entry(Account.LOANS_PRINCIPAL, 1100, "Loans: principal", _ASSET, "loans", floor_minor=0),
    _entry(Account.INTEREST_RECEIVABLE, 1110, "Loans: interest receivable", _ASSET, "loans"),
    _entry(Account.FEES_RECEIVABLE, 1120, "Loans: fees receivable", _ASSET, "loans"),
    _entry(Account.PENALTIES_RECEIVABLE, 1130, "Loans: penalties receivable", _ASSET, "loans"),
    _entry(Account.INTEREST_IN_SUSPENSE, 1180, "Loans: income in suspense", _ASSET, "loans", side=Side.CREDIT),
    _entry(Account.LOSS_ALLOWANCE, 1190, "Loans: allowance for losses", _ASSET, "loans", side=Side.CREDIT),
    _entry(Account.UNALLOCATED_RECEIPTS, 2000, "Unallocated receipts", _LIABILITY, "customer_money"),
    _entry(Account.BORROWER_CREDIT, 2100, "Borrowers' credit balances", _LIABILITY, "customer_money", floor_minor=0),
    _entry(Account.LENDER_FUNDING, 2200, "Owed to funding lenders", _LIABILITY, "partner_money"),
    _entry(Account.FX_POSITION, 2900, "Foreign-exchange position", _LIABILITY, "liabilities"),
    _entry(Account.CAPITAL, 3000, "Capital", _EQUITY, "equity"),
    _entry(Account.INTEREST_INCOME, 4000, "Interest income", _INCOME, "income"),
    _entry(Account.FEE_INCOME, 4100, "Fee income", _INCOME, "income"),
    _entry(Account.PENALTY_INCOME, 4200, "Penalty income", _INCOME, "income"),
    _entry(Account.RECOVERY_INCOME, 4300, "Recoveries of loans written off", _INCOME, "income"),
    _entry(Account.FX_REALISED_GAIN, 4800, "Foreign exchange: realised gain", _INCOME, "income"),
    _entry(Account.FX_UNREALISED_GAIN, 4810, "Foreign exchange: unrealised gain", _INCOME, "income"),
    _entry(Account.WRITEOFF_EXPENSE, 5000, "Loans written off", _EXPENSE, "expenses"),
    _entry(Account.FRAUD_LOSS_EXPENSE, 5005, "Loans lost to fraud", _EXPENSE, "expenses"),
    _entry(Account.WAIVER_EXPENSE, 5010, "Interest, fees and penalties waived", _EXPENSE, "expenses"),
    _entry(Account.GOODWILL_EXPENSE, 5015, "Goodwill credits", _EXPENSE, "expenses"),
    _entry(Account.LOSS_PROVISIONS, 5020, "Provisions for losses", _EXPENSE, "expenses"),
    _entry(Account.RAIL_CHARGES, 5100, "Charges of payment rails", _EXPENSE, "expenses"),
)

MARKETPLACE_CHART: tuple[ChartEntry, ...] = (
    _entry("escrow_cash", 1010, "Cash held in escrow", _ASSET, "cash"),
    _entry("lender_wallets", 2110, "Lenders' wallets", _LIABILITY, "customer_money", floor_minor=0),
    _entry("borrower_wallets", 2120, "Borrowers' wallets", _LIABILITY, "customer_money", floor_minor=0),
    _entry("committed_funds", 2130, "Committed to loans not yet paid out", _LIABILITY, "customer_money", floor_minor=0),
    _entry("marketplace_fees", 4110, "Marketplace fees", _INCOME, "income"),
)

BNPL_CHART: tuple[ChartEntry, ...] = (
    _entry("merchant_receivables", 1200, "Advanced to merchants", _ASSET, "merchant_advances", floor_minor=0),
    _entry("merchant_payables", 2210, "Owed to merchants", _LIABILITY, "partner_money"),
    _entry("merchant_reserves", 2220, "Merchants' reserves", _LIABILITY, "partner_money", floor_minor=0),
    _entry("merchant_discount", 4120, "Merchant discount", _INCOME, "income"),
    _entry("refunds_expense", 5200, "Refunds to shoppers", _EXPENSE, "expenses"),
)

CATALOGUE: tuple[ChartEntry, ...] = tuple(
    sorted((*HEADINGS, *LENDER_CHART, *MARKETPLACE_CHART, *BNPL_CHART), key=lambda entry: entry.number)
)

_COMMON = ("rail_cash", "payouts_in_transit", "unallocated_receipts", "fx_position", "capital", "rail_charges")
_LENT = tuple(entry.code for entry in LENDER_CHART)
CHARTS: dict[Template, tuple[str, ...]] = {
    Template.LENDER: _LENT,
    Template.MARKETPLACE: (*_COMMON, *(entry.code for entry in MARKETPLACE_CHART), "fx_realised_gain", "fee_income"),
    Template.BNPL_MERCHANT: (*_LENT, *(entry.code for entry in BNPL_CHART)),
}
