"""The journal of each posting of a living loan, in roles that a product maps to its chart of accounts.

Under accrual accounting what a borrower owes beside principal stands in a receivable until it is paid; under cash
accounting it becomes income when it is paid. After a charge-off the loss has been taken: what comes in since is a
recovery, or undoes the loss where it is a refund of goods.
"""

from enum import StrEnum

from msgspec import Struct

from backend.servicing.domain.living.happenings import Kind
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL


class Account(StrEnum):
    """The part that a ledger account plays for a loan product."""

    FUND_SOURCE = "fund_source"
    PORTFOLIO = "portfolio"
    INTEREST_RECEIVABLE = "interest_receivable"
    FEE_RECEIVABLE = "fee_receivable"
    PENALTY_RECEIVABLE = "penalty_receivable"
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    OVERPAYMENT = "overpayment"
    RECOVERY_INCOME = "recovery_income"
    WRITE_OFF_LOSS = "write_off_loss"
    GOODWILL_EXPENSE = "goodwill_expense"
    GOODWILL_INTEREST = "goodwill_interest"
    GOODWILL_FEE = "goodwill_fee"
    GOODWILL_PENALTY = "goodwill_penalty"
    CHARGE_OFF_EXPENSE = "charge_off_expense"
    CHARGE_OFF_FRAUD_EXPENSE = "charge_off_fraud_expense"
    CHARGE_OFF_INTEREST = "charge_off_interest"
    CHARGE_OFF_FEE = "charge_off_fee"
    CHARGE_OFF_PENALTY = "charge_off_penalty"
    DEFERRED_INCOME = "deferred_income"
    CAPITALISATION_INCOME = "capitalisation_income"
    BUY_DOWN_EXPENSE = "buy_down_expense"
    BUY_DOWN_INCOME = "buy_down_income"


class Books(Struct, frozen=True, kw_only=True):
    """How a product keeps its books; overrides name a role's account for a channel or a reason."""

    accrual: bool = True
    accounts: dict[Account, str]
    fund_by_channel: dict[str, str] = {}
    expense_by_reason: dict[str, str] = {}
    merchant_buys_down: bool = True


class Subject(Struct, frozen=True, kw_only=True):
    """What is posted, and how the loan stood just before."""

    kind: Kind
    amount: int
    split: tuple[int, ...]
    over: int = 0
    settled: tuple[int, ...] = (0, 0, 0, 0)  # what of the split was paid at once, out of the borrower's credit
    charged_off: bool = False
    fraud: bool = False
    penalty_charge: bool = False
    channel: str = ""
    reason: str = ""


class Line(Struct, frozen=True):
    """One entry; a debit is positive, a credit negative, in minor units."""

    account: str
    amount_minor: int


_Entry = tuple[Account, int]
_RECEIVABLES = {
    PENALTY: Account.PENALTY_RECEIVABLE,
    FEE: Account.FEE_RECEIVABLE,
    INTEREST: Account.INTEREST_RECEIVABLE,
    PRINCIPAL: Account.PORTFOLIO,
}
_INCOMES = {
    PENALTY: Account.PENALTY_INCOME,
    FEE: Account.FEE_INCOME,
    INTEREST: Account.INTEREST_INCOME,
    PRINCIPAL: Account.PORTFOLIO,
}
_CHARGED_OFF = {
    PENALTY: Account.CHARGE_OFF_PENALTY,
    FEE: Account.CHARGE_OFF_FEE,
    INTEREST: Account.CHARGE_OFF_INTEREST,
}
_GOODWILL = {
    PENALTY: Account.GOODWILL_PENALTY,
    FEE: Account.GOODWILL_FEE,
    INTEREST: Account.GOODWILL_INTEREST,
    PRINCIPAL: Account.GOODWILL_EXPENSE,
}


def journal(subject: Subject, books: Books) -> tuple[Line, ...]:
    """The lines of one posting, one an account and side; debits and credits are equal."""
    entries = _entries(subject, books)
    sides: dict[tuple[str, bool], int] = {}
    for account, amount in entries:
        if amount:
            key = (_named(account, subject, books), amount > 0)
            sides[key] = sides.get(key, 0) + amount
    lines = tuple(Line(name, amount) for (name, _), amount in sides.items())
    assert sum(line.amount_minor for line in lines) == 0, "a journal balances"
    return lines


def reversal(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that take a journal back."""
    return tuple(Line(line.account, -line.amount_minor) for line in lines)


def _named(account: Account, subject: Subject, books: Books) -> str:
    if account is Account.FUND_SOURCE and subject.channel in books.fund_by_channel:
        return books.fund_by_channel[subject.channel]
    losses = {Account.CHARGE_OFF_EXPENSE, Account.CHARGE_OFF_FRAUD_EXPENSE, Account.WRITE_OFF_LOSS}
    if account in losses and subject.reason in books.expense_by_reason:
        return books.expense_by_reason[subject.reason]
    return books.accounts[account]


def _entries(subject: Subject, books: Books) -> list[_Entry]:
    kind = subject.kind
    if kind is Kind.DISBURSEMENT:
        return [
            (Account.PORTFOLIO, subject.amount - subject.over),
            (Account.OVERPAYMENT, subject.over),
            (Account.FUND_SOURCE, -subject.amount),
        ]
    if kind in {Kind.CREDIT_REFUND, Kind.CHARGEBACK}:
        return _given_back(subject)
    if kind is Kind.CHARGE_OFF:
        return _charge_off(subject, books)
    if kind is Kind.WRITE_OFF:
        return [*_owed(subject, books), (Account.WRITE_OFF_LOSS, sum(subject.split))]
    if kind is Kind.CAPITALISED_INCOME:
        return [(Account.PORTFOLIO, subject.amount), (Account.DEFERRED_INCOME, -subject.amount)]
    if kind in {Kind.BUY_DOWN_FEE, Kind.BUY_DOWN_FEE_ADJUSTMENT}:
        debit = Account.BUY_DOWN_EXPENSE if books.merchant_buys_down else Account.FUND_SOURCE
        amount = subject.amount if kind is Kind.BUY_DOWN_FEE else -subject.amount
        return [(debit, amount), (Account.DEFERRED_INCOME, -amount)]
    if kind is Kind.REPAYMENT_AT_DISBURSEMENT:
        return [(Account.FUND_SOURCE, subject.amount), (Account.FEE_INCOME, -subject.amount)]
    if kind is Kind.REFUND:
        given = [(_INCOMES[leg], subject.split[leg]) for leg in _INCOMES]
        return [*given, (Account.FUND_SOURCE, -sum(subject.split))]
    if kind in {Kind.RE_AGE, Kind.RE_AMORTISE, Kind.TERMINATION}:
        return []
    return _payment(subject, books)


def _owed(subject: Subject, books: Books) -> list[_Entry]:
    """The credits of a payment or a write-off: what was owed is owed no more."""
    split = subject.split
    if subject.charged_off:
        credits_ = [(account, -split[leg]) for leg, account in _CHARGED_OFF.items()]
        return [*credits_, (_loss(subject), -split[PRINCIPAL])]
    accounts = _RECEIVABLES if books.accrual else _INCOMES
    return [(account, -split[leg]) for leg, account in accounts.items()]


def _loss(subject: Subject) -> Account:
    return Account.CHARGE_OFF_FRAUD_EXPENSE if subject.fraud else Account.CHARGE_OFF_EXPENSE


def _payment(subject: Subject, books: Books) -> list[_Entry]:
    kind, split = subject.kind, subject.split
    over = (Account.OVERPAYMENT, -subject.over)
    total = sum(split) + subject.over
    if kind is Kind.GOODWILL:
        given = [(account, split[leg]) for leg, account in _GOODWILL.items()]
        given.append((Account.GOODWILL_EXPENSE, subject.over))
        paid = [(Account.RECOVERY_INCOME, -sum(split))] if subject.charged_off else _owed(subject, books)
        return [*paid, over, *given]
    if kind in {Kind.INTEREST_WAIVER, Kind.INTEREST_REFUND}:
        if subject.charged_off:
            return [(Account.CHARGE_OFF_INTEREST, -sum(split)), over, (Account.INTEREST_INCOME, total)]
        return [*_owed(subject, books), over, (Account.INTEREST_INCOME, total)]
    if kind is Kind.CHARGE_ADJUSTMENT:
        income = Account.PENALTY_INCOME if subject.penalty_charge else Account.FEE_INCOME
        return [*_adjusted(subject, books), over, (income, total)]
    if kind is Kind.CAPITALISED_INCOME_ADJUSTMENT:
        return [*_owed(subject, books), over, (Account.DEFERRED_INCOME, total)]
    if subject.charged_off and kind is Kind.REPAYMENT or kind is Kind.RECOVERY:
        return [(Account.RECOVERY_INCOME, -sum(split)), over, (Account.FUND_SOURCE, total)]
    return [*_owed(subject, books), over, (Account.FUND_SOURCE, total)]


def _adjusted(subject: Subject, books: Books) -> list[_Entry]:
    if not subject.charged_off:
        return _owed(subject, books)
    split = subject.split
    return [
        (Account.CHARGE_OFF_PENALTY, -split[PENALTY]),
        (Account.CHARGE_OFF_FEE, -split[FEE] - split[INTEREST] - split[PRINCIPAL]),
    ]


def _given_back(subject: Subject) -> list[_Entry]:
    """Money that goes back: out of the borrower's credit first, the rest is owed again."""
    owed = [amount - paid for amount, paid in zip(subject.split, subject.settled, strict=True)]
    if subject.charged_off:
        accounts = {**_CHARGED_OFF, PRINCIPAL: _loss(subject)}
    else:
        accounts = _RECEIVABLES
    debits = [(account, owed[leg]) for leg, account in accounts.items()]
    return [*debits, (Account.OVERPAYMENT, subject.over), (Account.FUND_SOURCE, -sum(owed) - subject.over)]


def _charge_off(subject: Subject, books: Books) -> list[_Entry]:
    split = subject.split
    losses = {**_CHARGED_OFF, PRINCIPAL: _loss(subject)}
    accounts = _RECEIVABLES if books.accrual else {**_INCOMES}
    credited = [(account, -split[leg]) for leg, account in accounts.items()]
    return [*credited, *((account, split[leg]) for leg, account in losses.items())]
