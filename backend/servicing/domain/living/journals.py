"""The journal of each posting of a living loan, in roles that a product maps to its chart of accounts.

Under accrual accounting what a borrower owes beside principal stands in a receivable until it is paid; under cash
accounting it becomes income when it is paid. After a charge-off the loss has been taken: what comes in since is a
recovery, or undoes the loss where it is a refund of goods.
"""

from collections.abc import Callable
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
    return _ENTRIES.get(subject.kind, _payment)(subject, books)


def _disbursement(subject: Subject, _books: Books) -> list[_Entry]:
    return [
        (Account.PORTFOLIO, subject.amount - subject.over),
        (Account.OVERPAYMENT, subject.over),
        (Account.FUND_SOURCE, -subject.amount),
    ]


def _write_off(subject: Subject, books: Books) -> list[_Entry]:
    return [*_owed(subject, books), (Account.WRITE_OFF_LOSS, sum(subject.split))]


def _capitalised(subject: Subject, _books: Books) -> list[_Entry]:
    return [(Account.PORTFOLIO, subject.amount), (Account.DEFERRED_INCOME, -subject.amount)]


def _buy_down(subject: Subject, books: Books) -> list[_Entry]:
    debit = Account.BUY_DOWN_EXPENSE if books.merchant_buys_down else Account.FUND_SOURCE
    amount = subject.amount if subject.kind is Kind.BUY_DOWN_FEE else -subject.amount
    return [(debit, amount), (Account.DEFERRED_INCOME, -amount)]


def _kept_fees(subject: Subject, _books: Books) -> list[_Entry]:
    return [(Account.FUND_SOURCE, subject.amount), (Account.FEE_INCOME, -subject.amount)]


def _refund(subject: Subject, _books: Books) -> list[_Entry]:
    given = [(_INCOMES[leg], subject.split[leg]) for leg in _INCOMES]
    return [*given, (Account.FUND_SOURCE, -sum(subject.split))]


def _none(_subject: Subject, _books: Books) -> list[_Entry]:
    return []


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
    total = sum(subject.split) + subject.over
    return [*_settled(subject, books), (Account.OVERPAYMENT, -subject.over), (Account.FUND_SOURCE, total)]


def _settled(subject: Subject, books: Books) -> list[_Entry]:
    if (subject.charged_off and subject.kind is Kind.REPAYMENT) or subject.kind is Kind.RECOVERY:
        return [(Account.RECOVERY_INCOME, -sum(subject.split))]
    return _owed(subject, books)


def _goodwill(subject: Subject, books: Books) -> list[_Entry]:
    split = subject.split
    given = [(account, split[leg]) for leg, account in _GOODWILL.items()]
    paid = [(Account.RECOVERY_INCOME, -sum(split))] if subject.charged_off else _owed(subject, books)
    return [*paid, (Account.OVERPAYMENT, -subject.over), *given, (Account.GOODWILL_EXPENSE, subject.over)]


def _interest_forgone(subject: Subject, books: Books) -> list[_Entry]:
    total = sum(subject.split) + subject.over
    forgone = [(Account.OVERPAYMENT, -subject.over), (Account.INTEREST_INCOME, total)]
    if subject.charged_off:
        return [(Account.CHARGE_OFF_INTEREST, -sum(subject.split)), *forgone]
    return [*_owed(subject, books), *forgone]


def _charge_adjustment(subject: Subject, books: Books) -> list[_Entry]:
    income = Account.PENALTY_INCOME if subject.penalty_charge else Account.FEE_INCOME
    total = sum(subject.split) + subject.over
    return [*_adjusted(subject, books), (Account.OVERPAYMENT, -subject.over), (income, total)]


def _income_adjustment(subject: Subject, books: Books) -> list[_Entry]:
    total = sum(subject.split) + subject.over
    return [*_owed(subject, books), (Account.OVERPAYMENT, -subject.over), (Account.DEFERRED_INCOME, total)]


def _adjusted(subject: Subject, books: Books) -> list[_Entry]:
    if not subject.charged_off:
        return _owed(subject, books)
    split = subject.split
    return [
        (Account.CHARGE_OFF_PENALTY, -split[PENALTY]),
        (Account.CHARGE_OFF_FEE, -split[FEE] - split[INTEREST] - split[PRINCIPAL]),
    ]


def _given_back(subject: Subject, _books: Books) -> list[_Entry]:
    """Money that goes back: out of the borrower's credit first, the rest is owed again."""
    owed = [amount - paid for amount, paid in zip(subject.split, subject.settled, strict=True)]
    accounts = {**_CHARGED_OFF, PRINCIPAL: _loss(subject)} if subject.charged_off else _RECEIVABLES
    debits = [(account, owed[leg]) for leg, account in accounts.items()]
    return [*debits, (Account.OVERPAYMENT, subject.over), (Account.FUND_SOURCE, -sum(owed) - subject.over)]


def _charge_off(subject: Subject, books: Books) -> list[_Entry]:
    split = subject.split
    losses = {**_CHARGED_OFF, PRINCIPAL: _loss(subject)}
    accounts = _RECEIVABLES if books.accrual else {**_INCOMES}
    credited = [(account, -split[leg]) for leg, account in accounts.items()]
    return [*credited, *((account, split[leg]) for leg, account in losses.items())]


_ENTRIES: dict[Kind, Callable[[Subject, Books], list[_Entry]]] = {
    Kind.DISBURSEMENT: _disbursement,
    Kind.CREDIT_REFUND: _given_back,
    Kind.CHARGEBACK: _given_back,
    Kind.CHARGE_OFF: _charge_off,
    Kind.WRITE_OFF: _write_off,
    Kind.CAPITALISED_INCOME: _capitalised,
    Kind.CAPITALISED_INCOME_ADJUSTMENT: _income_adjustment,
    Kind.BUY_DOWN_FEE: _buy_down,
    Kind.BUY_DOWN_FEE_ADJUSTMENT: _buy_down,
    Kind.REPAYMENT_AT_DISBURSEMENT: _kept_fees,
    Kind.REFUND: _refund,
    Kind.RE_AGE: _none,
    Kind.RE_AMORTISE: _none,
    Kind.TERMINATION: _none,
    Kind.GOODWILL: _goodwill,
    Kind.INTEREST_WAIVER: _interest_forgone,
    Kind.INTEREST_REFUND: _interest_forgone,
    Kind.CHARGE_ADJUSTMENT: _charge_adjustment,
}
