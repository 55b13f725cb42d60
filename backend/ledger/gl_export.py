"""Writes the general ledger out: CSV and XLSX for people, and plain-text accounting that beancount reads.

Every writer takes the postings day by day, journals whole, and gives its file piece by piece.
"""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter

from backend.ledger.domain.chart import AccountKind, ChartEntry
from shared.currency import exponent_of
from shared.errors import UnknownCurrency

COLUMNS = (
    "effective_on",
    "journal_id",
    "line",
    "key",
    "kind",
    "description",
    "account",
    "account_number",
    "account_name",
    "debit",
    "credit",
    "currency",
    "loan_id",
    "party_id",
    "source",
    "source_id",
    "reverses",
    "posted_at",
)
_PIECE = 64 * 1024
_ROOTS = {
    AccountKind.ASSET: "Assets",
    AccountKind.LIABILITY: "Liabilities",
    AccountKind.EQUITY: "Equity",
    AccountKind.INCOME: "Income",
    AccountKind.EXPENSE: "Expenses",
}


class Units:
    """Minor units as decimals, by the exponent of ISO 4217 or of the account that declares a token."""

    def __init__(self, chart: Iterable[ChartEntry]) -> None:
        self._declared = {entry.unit: entry.exponent for entry in chart if entry.unit}

    def major(self, amount_minor: int, unit: str) -> Decimal:
        """The exact amount in major units; a unit that nobody knows counts as a whole one."""
        exponent = self._declared.get(unit)
        if exponent is None:
            try:
                exponent = exponent_of(unit)
            except UnknownCurrency:
                exponent = 0
        return Decimal(amount_minor).scaleb(-exponent)


async def as_csv(chart: list[ChartEntry], rows: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """A line for each posting. Texts that a spreadsheet would take for formulas are quoted by an apostrophe."""
    units, named = Units(chart), {entry.code: entry for entry in chart}
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    async for row in rows:
        writer.writerow([_safe(cell) for cell in _cells(row, named[row["account"]], units)])
        if buffer.tell() > _PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


async def as_xlsx(chart: list[ChartEntry], rows: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """The same lines as a workbook; made on disk row by row, so that its size does not matter."""
    units, named = Units(chart), {entry.code: entry for entry in chart}
    with tempfile.TemporaryFile() as file:
        workbook = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
        sheet = workbook.add_worksheet("General ledger")
        sheet.write_row(0, 0, COLUMNS, workbook.add_format({"bold": True}))
        number = 0
        async for row in rows:
            number += 1
            for column, cell in enumerate(_cells(row, named[row["account"]], units)):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, str(cell))
        workbook.close()
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


async def as_beancount(
    chart: list[ChartEntry], rows: AsyncIterator[Any], *, since: date, until: date
) -> AsyncIterator[bytes]:
    """Plain-text accounting for beancount: accounts, transactions, and the balances that it must arrive at itself.

    The balances are those of the postings written, so a file that begins after the first journal proves its own period.
    """
    units, named = Units(chart), {entry.code: entry for entry in chart}
    sums: dict[tuple[str, str], Decimal] = {}
    pieces, journal = [f'option "title" "General ledger, {since} to {until}"\n\n'], None
    opened = [f"{since} open {_beancount_name(entry)}\n" for entry in chart if entry.postable]
    yield "".join(pieces + opened).encode()
    pieces = []
    async for row in rows:
        if row["id"] != journal:
            journal = row["id"]
            pieces.append(f"\n{row['effective_on']} * {_quoted(row['kind'])} {_quoted(row['description'])}\n")
            pieces.append(f"  key: {_quoted(row['key'])}\n  journal: {_quoted(journal)}\n")
        amount = units.major(row["amount_minor"], row["currency"])
        name = _beancount_name(named[row["account"]])
        pieces.append(f"  {name}  {amount:f} {row['currency']}\n")
        sums[name, row["currency"]] = sums.get((name, row["currency"]), Decimal(0)) + amount
        if len(pieces) > 1_000:
            yield "".join(pieces).encode()
            pieces = []
    day = until + timedelta(days=1)
    pieces.append("\n")
    pieces += [f"{day} balance {name}  {amount:f} {unit}\n" for (name, unit), amount in sorted(sums.items())]
    yield "".join(pieces).encode()


def _cells(row: Any, entry: ChartEntry, units: Units) -> tuple[Any, ...]:
    amount = units.major(abs(row["amount_minor"]), row["currency"])
    debit, credit = (amount, "") if row["amount_minor"] > 0 else ("", amount)
    posted = row["posted_at"].isoformat()
    owner = tuple("" if row[name] is None else row[name] for name in ("loan_id", "party_id"))
    origin = tuple("" if row[name] is None else row[name] for name in ("source", "source_id", "reverses"))
    head = (row["effective_on"], row["id"], row["line"], row["key"], row["kind"], row["description"])
    account = (entry.code, entry.number, entry.name)
    return (*head, *account, debit, credit, row["currency"], *owner, *origin, posted)


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _beancount_name(entry: ChartEntry) -> str:
    """The account as beancount names it: each part begins with a capital or a digit."""
    return f"{_ROOTS[entry.kind]}:{entry.code.replace('_', '-').capitalize()}"


def _quoted(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
    return f'"{escaped}"'
