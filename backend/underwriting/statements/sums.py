"""Reads what each row of a CSV statement moved, and the balance after it, from whichever columns the bank uses."""

from collections.abc import Sequence
from types import MappingProxyType

from msgspec import Struct

from backend.underwriting.errors import StatementAmbiguous
from backend.underwriting.statements.amounts import (
    DecimalMark,
    Figure,
    UnreadableFigure,
    cut,
    decimal_mark,
    minor_units,
)
from backend.underwriting.statements.columns import ColumnRole, Columns
from backend.underwriting.statements.problems import RowProblem
from backend.underwriting.statements.text import words

Cells = tuple[str, Sequence[str]]  # place, cells
Sum = tuple[int | None, int | None]  # amount, balance

_SIDES: MappingProxyType[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("dr", "d", "debit", "db", "withdrawal", "out", "outflow"), -1),
        **dict.fromkeys(("cr", "c", "credit", "deposit", "in", "inflow", "lodgement"), 1),
    }
)


class _Reading(Struct, frozen=True, kw_only=True):
    place: str
    figures: dict[ColumnRole, Figure]
    side: int | None


def read_sums(
    rows: list[Cells], columns: Columns, currency: str, mark: DecimalMark | None
) -> tuple[list[Sum], list[RowProblem]]:
    """Amount and balance of each row in minor units; money in is positive. The amount is None beside a problem.

    `mark` settles the decimal mark when the figures don't. Raises StatementAmbiguous, also when nothing tells money in
    from money out.
    """
    problems: list[RowProblem] = []
    side_role = _side_role(rows, columns)
    readings = [_reading(row, columns, side_role, currency, problems) for row in rows]
    figures = [figure for reading in readings for figure in reading.figures.values()]
    mark = mark or decimal_mark(figures, currency)
    sided = ColumnRole.DEBIT in columns.roles and ColumnRole.CREDIT in columns.roles
    if not sided:
        _require_signs(readings)
    debits_signed = sided and _debits_signed(readings)
    sums: list[Sum] = []
    for reading in readings:
        try:
            balance = _signed(reading.figures.get(ColumnRole.BALANCE), mark, currency)
            amount = (
                _of_two_columns(reading, mark, currency, debits_signed=debits_signed)
                if sided
                else _of_one_column(reading, mark, currency)
            )
        except UnreadableFigure as error:
            problems.append(RowProblem(place=reading.place, problem=str(error)))
            sums.append((None, None))
            continue
        sums.append((amount, balance))
    return sums, problems


def _side_role(rows: list[Cells], columns: Columns) -> ColumnRole | None:
    """The column that says debit or credit; a general "type" column counts only if it says nothing else."""
    if ColumnRole.SIDE in columns.roles:
        return ColumnRole.SIDE
    index = columns.first(ColumnRole.TYPE)
    if index is None or not rows:
        return None
    told = {words(cells[index]).strip() if index < len(cells) else "" for _, cells in rows}
    return ColumnRole.TYPE if told <= _SIDES.keys() else None


def _reading(
    row: Cells, columns: Columns, side_role: ColumnRole | None, currency: str, problems: list[RowProblem]
) -> _Reading:
    place, cells = row
    figures: dict[ColumnRole, Figure] = {}
    for role in (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT, ColumnRole.BALANCE):
        try:
            figure = cut(_at(cells, columns.first(role)), currency)
        except UnreadableFigure as error:
            problems.append(RowProblem(place=place, problem=str(error)))
            continue
        if figure is not None:
            figures[role] = figure
    said = words(_at(cells, columns.first(side_role))).strip() if side_role else ""
    named = _at(cells, columns.first(ColumnRole.CURRENCY)).upper()
    if named and named != currency:
        problems.append(RowProblem(place=place, problem=f"it is in {named[:10]}, not in {currency}"))
    return _Reading(place=place, figures=figures, side=_SIDES.get(said))


def _at(cells: Sequence[str], index: int | None) -> str:
    return "" if index is None or index >= len(cells) else cells[index]


def _require_signs(readings: list[_Reading]) -> None:
    amounts = [reading.figures.get(ColumnRole.AMOUNT) for reading in readings]
    told = any(figure is not None and (figure.negative or figure.side is not None) for figure in amounts)
    if readings and not told and all(reading.side is None for reading in readings):
        raise StatementAmbiguous(
            problem="no amount has a sign, so money in can't be told from money out",
            remedy="Export it with signs, or with one column for debits and one for credits.",
        )


def _debits_signed(readings: list[_Reading]) -> bool:
    """Whether the bank writes every debit with a minus, which then says nothing more than the column does."""
    debits = [reading.figures[ColumnRole.DEBIT] for reading in readings if ColumnRole.DEBIT in reading.figures]
    written = [figure for figure in debits if figure.body.strip("0., '")]
    return bool(written) and all(figure.negative for figure in written)


def _signed(figure: Figure | None, mark: DecimalMark | None, currency: str) -> int | None:
    if figure is None:
        return None
    minor = minor_units(figure, mark, currency)
    if figure.side is None:
        return minor
    if figure.negative:
        raise UnreadableFigure("it has both a minus and DR or CR")
    return minor * figure.side


def _of_one_column(reading: _Reading, mark: DecimalMark | None, currency: str) -> int:
    figure = reading.figures.get(ColumnRole.AMOUNT)
    amount = _signed(figure, mark, currency)
    if figure is None or amount is None:
        raise UnreadableFigure("it has no amount")
    if reading.side is None or amount == 0 or (amount < 0 and reading.side < 0):
        return amount
    if amount < 0 or (figure.side is not None and figure.side != reading.side):
        raise UnreadableFigure("its sign contradicts its debit or credit")
    return amount * reading.side


def _of_two_columns(reading: _Reading, mark: DecimalMark | None, currency: str, *, debits_signed: bool) -> int:
    debit = _magnitude(reading.figures.get(ColumnRole.DEBIT), mark, currency, signed=debits_signed)
    credit = _magnitude(reading.figures.get(ColumnRole.CREDIT), mark, currency, signed=False)
    if debit is None and credit is None:
        raise UnreadableFigure("it has neither a debit nor a credit")
    if debit and credit:
        raise UnreadableFigure("it has both a debit and a credit")
    return (credit or 0) - (debit or 0)


def _magnitude(figure: Figure | None, mark: DecimalMark | None, currency: str, *, signed: bool) -> int | None:
    if figure is None:
        return None
    minor = abs(minor_units(figure, mark, currency))
    if figure.negative and not signed and minor:
        raise UnreadableFigure("a negative debit or credit can be read in two ways")
    return minor
