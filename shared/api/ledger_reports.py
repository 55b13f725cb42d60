"""What is read from the ledger: balances, statements, financial statements, the loan book against its accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.ledger import AccountKind, Side, UnitCode, VolumeMinor


class AccountBalanceOut(Struct, frozen=True, kw_only=True):
    """An account's balance in one currency, counted on its normal side.

    On an account with a floor `available_minor` is the balance less holds less queued debits; elsewhere the balance.
    """

    currency: UnitCode
    debit_minor: VolumeMinor
    credit_minor: VolumeMinor
    balance_minor: VolumeMinor
    held_minor: VolumeMinor
    queued_minor: VolumeMinor
    available_minor: VolumeMinor


class AccountBalancesOut(Struct, frozen=True, kw_only=True):
    """An account's balances. `as_of` and `at` say up to when they were counted; both null is now."""

    account: str
    normal_side: Side
    as_of: date | None
    at: datetime | None
    balances: list[AccountBalanceOut]


class StatementLineOut(Struct, frozen=True, kw_only=True):
    """One posting to an account, and the balance after it on the account's normal side."""

    journal_id: UUID
    line: int
    effective_on: date
    posted_at: datetime
    key: str
    kind: str
    description: str
    side: Side
    amount_minor: VolumeMinor
    balance_minor: VolumeMinor
    loan_id: UUID | None
    party_id: UUID | None


class ReportLineOut(Struct, frozen=True, kw_only=True):
    """An account or a heading; a heading's amount is that of all below it. `depth` counts headings above it.

    Amounts count on the side on which the whole group grows: a contra account's is below zero.
    """

    account: str
    number: int
    name: str
    kind: AccountKind
    depth: Annotated[int, Meta(ge=0)]
    is_heading: bool
    amount_minor: VolumeMinor


class CurrencyIncomeOut(Struct, frozen=True, kw_only=True):
    """Income, expenses and what is left, in one currency."""

    currency: UnitCode
    lines: list[ReportLineOut]
    income_minor: VolumeMinor
    expenses_minor: VolumeMinor
    net_income_minor: VolumeMinor


class IncomeStatementOut(Struct, frozen=True, kw_only=True):
    """What was earned and spent from `since` through `until`."""

    since: date
    until: date
    currencies: list[CurrencyIncomeOut]


class CurrencySheetOut(Struct, frozen=True, kw_only=True):
    """Assets against liabilities and equity in one currency; `difference_minor` is zero while the books are whole.

    `earnings_minor` is what was earned up to the day and stands in equity.
    """

    currency: UnitCode
    lines: list[ReportLineOut]
    assets_minor: VolumeMinor
    liabilities_minor: VolumeMinor
    equity_minor: VolumeMinor
    earnings_minor: VolumeMinor
    difference_minor: VolumeMinor


class BalanceSheetOut(Struct, frozen=True, kw_only=True):
    """What is owned and owed at the end of a day."""

    as_of: date
    currencies: list[CurrencySheetOut]


class ControlLineOut(Struct, frozen=True, kw_only=True):
    """The loan book against its control account; `difference_minor` is what stands there for no loan."""

    account: str
    currency: UnitCode
    control_minor: VolumeMinor
    loans_minor: VolumeMinor
    loans: int
    difference_minor: VolumeMinor


class LoanControlOut(Struct, frozen=True, kw_only=True):
    """Each account that loans were posted to, added up by the account and by its loans."""

    agrees: bool
    lines: list[ControlLineOut]


class ExportFormat(StrEnum):
    """How the general ledger is written out."""

    CSV = "csv"
    XLSX = "xlsx"
    BEANCOUNT = "beancount"
