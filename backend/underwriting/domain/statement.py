"""A bank statement as underwriting sees it: signed amounts in minor units, in the bank's own order."""

from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from msgspec import Meta, Struct

from shared.money import AmountMinor, CurrencyCode

MAX_TRANSACTIONS = 20_000


class Category(StrEnum):
    """What a transaction is, as far as its sign and its words tell."""

    SALARY = "salary"
    BUSINESS_INCOME = "business_income"
    OTHER_INCOME = "other_income"  # pensions, benefits, rent received, interest
    LOAN_INFLOW = "loan_inflow"
    LOAN_REPAYMENT = "loan_repayment"
    BOUNCE = "bounce"  # a payment returned unpaid, or the fee for one
    REVERSAL = "reversal"
    OWN_TRANSFER = "own_transfer"  # between the borrower's own accounts, savings
    TRANSFER = "transfer"
    CASH = "cash"
    HOUSING = "housing"
    UTILITIES = "utilities"
    INSURANCE = "insurance"
    TAX = "tax"
    SUBSCRIPTION = "subscription"
    BANK_FEE = "bank_fee"
    GAMBLING = "gambling"
    OTHER = "other"


class Transaction(Struct, frozen=True, kw_only=True):
    """One line. Money in is positive. `balance_minor` is the balance after it, where the bank states one."""

    booked_on: date
    amount_minor: AmountMinor
    description: Annotated[str, Meta(max_length=500)]
    balance_minor: AmountMinor | None = None
    bank_type: Annotated[str, Meta(max_length=32)] | None = None
    category: Category = Category.OTHER


class Statement(Struct, frozen=True, kw_only=True):
    """One account's transactions, oldest first, over the days `starts_on` to `ends_on`, both included."""

    currency: CurrencyCode
    starts_on: date
    ends_on: date
    transactions: Annotated[tuple[Transaction, ...], Meta(max_length=MAX_TRANSACTIONS)]
    account_last4: Annotated[str, Meta(max_length=4)] | None = None

    def __post_init__(self) -> None:
        """Refuses a statement that contradicts itself."""
        if self.starts_on > self.ends_on:
            raise ValueError("a statement ends on or after the day it starts on")
        days = [transaction.booked_on for transaction in self.transactions]
        if any(later < earlier for earlier, later in pairwise(days)):
            raise ValueError("transactions stand oldest first")
        if days and (days[0] < self.starts_on or days[-1] > self.ends_on):
            raise ValueError("a transaction lies outside the statement's period")


def breaks_in_balance(transactions: tuple[Transaction, ...]) -> int | None:
    """How often a stated balance is not the one before plus the amount; None when fewer than two are stated.

    A genuine export has none, so a break suggests lines that were left out, added or altered.
    """
    breaks = 0
    known: int | None = None
    stated = 0
    for transaction in transactions:
        expected = None if known is None else known + transaction.amount_minor
        if transaction.balance_minor is None:
            known = expected
            continue
        stated += 1
        if expected is not None and expected != transaction.balance_minor:
            breaks += 1
        known = transaction.balance_minor
    return breaks if stated >= 2 else None


def daily_balances(statement: Statement) -> dict[date, int] | None:
    """The balance at the end of each day with a transaction, or None when the bank states no balance at all.

    Days before the first stated balance are worked out backwards from it.
    """
    stated = next((i for i, line in enumerate(statement.transactions) if line.balance_minor is not None), None)
    if stated is None:
        return None
    first = statement.transactions[stated]
    assert first.balance_minor is not None, "found above"
    running = first.balance_minor - sum(line.amount_minor for line in statement.transactions[: stated + 1])
    ends: dict[date, int] = {}
    for line in statement.transactions:
        running = running + line.amount_minor if line.balance_minor is None else line.balance_minor
        ends[line.booked_on] = running
    return ends
