"""Reads a bank's CSV export. What the file leaves open is asked for, never guessed; a bad row is named by its line."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from itertools import islice

from msgspec import Struct

from backend.underwriting.domain.statement import MAX_TRANSACTIONS, Statement, Transaction
from backend.underwriting.errors import StatementNotRecognised, StatementTooLarge
from backend.underwriting.statements.amounts import DecimalMark
from backend.underwriting.statements.assemble import assemble
from backend.underwriting.statements.columns import ColumnRole, Columns, columns_of
from backend.underwriting.statements.dates import DateOrder, read_dates
from backend.underwriting.statements.problems import RowProblem, require_none
from backend.underwriting.statements.sums import read_sums
from backend.underwriting.statements.text import decode, tidy, words

DELIMITERS = (",", ";", "\t", "|")
MAX_PREAMBLE = 40  # rows above the header
MAX_LINE = 20_000  # characters

# Rows that carry no transaction, by the words they start with.
_SUMMARIES = (
    " opening balance",
    " closing balance",
    " balance brought forward",
    " balance carried forward",
    " balance b f",
    " balance c f",
    " brought forward",
    " carried forward",
    " total ",
    " totals ",
    " grand total",
    " end of statement",
    " page ",
)


class Row(Struct, frozen=True, kw_only=True):
    """One record and the line on which it starts, counted from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        """How the sender is told of it."""
        return f"line {self.line}"


def read_csv(
    content: bytes,
    currency: str,
    *,
    date_order: DateOrder | None = None,
    decimal_mark: DecimalMark | None = None,
) -> Statement:
    """The statement in `content`, whose amounts are in `currency`.

    Raises StatementNotRecognised, StatementAmbiguous (answered by `date_order` or `decimal_mark`),
    StatementCurrencyDiffers, StatementTooLarge and StatementRowsUnreadable, which names every bad row.
    """
    text, _ = decode(content)
    if any(len(line) > MAX_LINE for line in text.splitlines()):
        raise StatementNotRecognised(problem=f"a line is longer than {MAX_LINE} characters")
    delimiter, header, columns = _find_header(text, currency)
    rows = _transactions(text, delimiter, header, columns)
    problems = _misshapen(rows, columns)
    rows = [row for row in rows if row.place not in {problem.place for problem in problems}]
    dates, bad_dates = read_dates(_dated(rows, columns), date_order or columns.date_order)
    sums, bad_sums = read_sums([(row.place, row.cells) for row in rows], columns, currency, decimal_mark)
    require_none(sorted([*problems, *bad_dates, *bad_sums], key=_line_of))
    lines = [
        _line(row, columns, booked_on, amount, balance)
        for row, booked_on, (amount, balance) in zip(rows, dates, sums, strict=True)
        if booked_on is not None and amount is not None
    ]
    assert len(lines) == len(rows), "a row without date or amount is a problem"
    return assemble(lines, currency)


def _line_of(problem: RowProblem) -> int:
    return int(problem.place.removeprefix("line "))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield Row(line=start, cells=tuple(cell.strip() for cell in cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise StatementNotRecognised(problem=f"the quotation marks from line {start} on don't match") from error


def _find_header(text: str, currency: str) -> tuple[str, Row, Columns]:
    """The delimiter under which a header is found, the header and its columns; the one with most roles wins."""
    found: list[tuple[int, str, Row, Columns]] = []
    for delimiter in DELIMITERS:
        try:
            for row in islice(_rows(text, delimiter), MAX_PREAMBLE + 1):
                columns = columns_of(list(row.cells), currency)
                if columns is not None:
                    found.append((len(columns.roles), delimiter, row, columns))
                    break
        except StatementNotRecognised:
            continue
    if not found:
        raise StatementNotRecognised(
            problem="no row names a date, a description and an amount (or debit and credit) column"
        )
    _, delimiter, header, columns = max(found, key=lambda candidate: candidate[0])
    return delimiter, header, columns


def _transactions(text: str, delimiter: str, header: Row, columns: Columns) -> list[Row]:
    """The rows below the header but for empty ones, repeated headers and summaries."""
    rows: list[Row] = []
    for row in _rows(text, delimiter):
        if row.line <= header.line or not any(row.cells) or row.cells == columns.header:
            continue
        if _is_summary(row, columns):
            continue
        if len(rows) == MAX_TRANSACTIONS:
            raise StatementTooLarge(limit=f"{MAX_TRANSACTIONS} transactions")
        rows.append(row)
    return rows


def _is_summary(row: Row, columns: Columns) -> bool:
    """Whether the row only sums up: it says so, and it moves no money or stands without a date."""
    if not any(words(cell).startswith(_SUMMARIES) for cell in row.cells):
        return False
    dated = any(_cell(row, columns, role) for role in (ColumnRole.DATE, ColumnRole.VALUE_DATE))
    moved = (_cell(row, columns, role) for role in (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT))
    return not dated or not any(cell.strip("0.,- ") for cell in moved)


def _cell(row: Row, columns: Columns, role: ColumnRole) -> str:
    index = columns.first(role)
    return "" if index is None or index >= len(row.cells) else row.cells[index]


def _misshapen(rows: list[Row], columns: Columns) -> list[RowProblem]:
    width = len(columns.header)
    return [
        RowProblem(place=row.place, problem=f"it has {len(row.cells)} cells under a header of {width}")
        for row in rows
        if any(row.cells[width:])
    ]


def _dated(rows: list[Row], columns: Columns) -> list[tuple[str, str]]:
    role = ColumnRole.DATE if ColumnRole.DATE in columns.roles else ColumnRole.VALUE_DATE
    return [(row.place, _cell(row, columns, role)) for row in rows]


def _line(row: Row, columns: Columns, booked_on: date, amount: int, balance: int | None) -> Transaction:
    indexes = columns.roles[ColumnRole.DESCRIPTION]
    description = " ".join(dict.fromkeys(row.cells[index] for index in indexes if index < len(row.cells)))
    bank_type = tidy(_cell(row, columns, ColumnRole.TYPE))[:32] or None
    return Transaction(
        booked_on=booked_on,
        amount_minor=amount,
        description=tidy(description),
        balance_minor=balance,
        bank_type=bank_type,
    )
