"""Finds the header of a CSV statement and what each column is, by the names that banks give them."""

import re
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from backend.underwriting.errors import StatementCurrencyDiffers
from backend.underwriting.statements.dates import DateOrder
from backend.underwriting.statements.text import words
from shared.currency import ACTIVE_CODES

MAX_COLUMNS = 60


class ColumnRole(StrEnum):
    """What a column holds."""

    DATE = "date"
    VALUE_DATE = "value_date"
    DESCRIPTION = "description"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    BALANCE = "balance"
    SIDE = "side"
    CURRENCY = "currency"
    TYPE = "type"


_NAMES: dict[ColumnRole, str] = {
    ColumnRole.DATE: """
        date | transaction date | trans date | txn date | tran date | posting date | posted date | post date | posted
        | booking date | booked on | entry date | date posted | transaction date time | date time | completed date
        | operation date | process date | created date | trx date | completion time | date of transaction
        """,
    ColumnRole.VALUE_DATE: "value date | val date | effective date | value dt",
    ColumnRole.DESCRIPTION: """
        description | narration | details | detail | particulars | remarks | remark | memo | transaction details
        | transaction description | transaction remarks | transaction narration | narrative | payee | name | merchant
        | merchant name | reference details | counter party | counterparty | beneficiary | transaction | text
        | description details | payment details | notes
        """,
    ColumnRole.AMOUNT: "amount | transaction amount | amt | value | txn amount | trans amount | net amount",
    ColumnRole.DEBIT: """
        debit | debits | debit amount | debit amt | dr | dr amount | withdrawal | withdrawals | withdrawal amt
        | withdrawal amount | withdrawn | money out | paid out | pay out | outflow | payments | out | amount debited
        """,
    ColumnRole.CREDIT: """
        credit | credits | credit amount | credit amt | cr | cr amount | deposit | deposits | deposit amt
        | deposit amount | lodgement | lodgements | lodgments | money in | paid in | pay in | inflow | receipts | in
        | amount credited
        """,
    ColumnRole.BALANCE: """
        balance | running balance | closing balance | account balance | available balance | book balance
        | ledger balance | balance after | current balance | balance amount
        """,
    ColumnRole.SIDE: "dr cr | cr dr | debit credit | credit debit | drcr | crdr | d c | c d | indicator | sign",
    ColumnRole.CURRENCY: "currency | ccy | currency code | account currency | transaction currency",
    ColumnRole.TYPE: "type | transaction type | txn type | trans type | category",
}
_ROLE_OF: MappingProxyType[str, ColumnRole] = MappingProxyType(
    {" ".join(name.split()): role for role, names in _NAMES.items() for name in names.split("|")}
)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]")


class Columns(Struct, frozen=True, kw_only=True):
    """Where each role stands, and what the header itself says about the dates."""

    header: tuple[str, ...]
    roles: dict[ColumnRole, tuple[int, ...]]
    date_order: DateOrder | None = None

    def first(self, role: ColumnRole) -> int | None:
        """The position of the first column with `role`."""
        return self.roles[role][0] if role in self.roles else None


def columns_of(cells: list[str], currency: str) -> Columns | None:
    """The columns that `cells` name when they are a statement's header, otherwise None.

    A header has a date, a description, and either one amount or both debit and credit. Raises StatementCurrencyDiffers
    when it names another currency.
    """
    if len(cells) > MAX_COLUMNS:
        return None
    roles: dict[ColumnRole, tuple[int, ...]] = {}
    order: DateOrder | None = None
    currencies: set[str] = set()
    for index, cell in enumerate(cells):
        name, remark = _split(cell)
        if remark in ACTIVE_CODES:
            currencies.add(remark)
        order = order or _order_in(remark)
        role = _ROLE_OF.get(name)
        if role is not None:
            roles[role] = (*roles.get(role, ()), index)
    if not _is_header(roles):
        return None
    for found in sorted(currencies - {currency}):
        raise StatementCurrencyDiffers(found=found, wanted=currency)
    return Columns(header=tuple(cells), roles=roles, date_order=order)


def _is_header(roles: dict[ColumnRole, tuple[int, ...]]) -> bool:
    dated = ColumnRole.DATE in roles or ColumnRole.VALUE_DATE in roles
    sided = len(roles.get(ColumnRole.DEBIT, ())) == 1 and len(roles.get(ColumnRole.CREDIT, ())) == 1
    valued = sided or len(roles.get(ColumnRole.AMOUNT, ())) == 1
    return dated and valued and ColumnRole.DESCRIPTION in roles


def _split(cell: str) -> tuple[str, str]:
    """A header's name as plain words, and what stands in brackets behind it or as a currency at its end."""
    bracket = _IN_BRACKETS.search(cell)
    remark = bracket[1].strip().upper() if bracket else ""
    name = words(_IN_BRACKETS.sub(" ", cell)).strip()
    head, _, tail = name.rpartition(" ")
    if head and tail.upper() in ACTIVE_CODES and name not in _ROLE_OF:
        return head, tail.upper()
    return name, remark


def _order_in(remark: str) -> DateOrder | None:
    pattern = re.sub(r"[^DMY]", "", remark)
    if re.fullmatch(r"D{1,2}M{2,3}Y{2,4}", pattern):
        return DateOrder.DAY_FIRST
    if re.fullmatch(r"M{2,3}D{1,2}Y{2,4}", pattern):
        return DateOrder.MONTH_FIRST
    return None
