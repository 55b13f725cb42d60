"""Reads statements of banks and rails: CSV, OFX, MT940 and camt.053."""

from collections.abc import Callable
from decimal import InvalidOperation

from backend.ledger.bank_files.camt053 import read_camt053
from backend.ledger.bank_files.csv_lines import read_csv
from backend.ledger.bank_files.mt940_lines import read_mt940
from backend.ledger.bank_files.ofx_lines import read_ofx
from backend.ledger.domain.matching import BankLine, StatementFormat
from backend.ledger.errors import StatementUnreadable
from shared.errors import UnknownCurrency
from shared.money import MAX_MINOR

MAX_LINES = 10_000
_READERS: dict[StatementFormat, Callable[[str], list[BankLine]]] = {
    StatementFormat.CSV: read_csv,
    StatementFormat.OFX: read_ofx,
    StatementFormat.MT940: read_mt940,
    StatementFormat.CAMT053: read_camt053,
}


def read_lines(content: bytes, format_: StatementFormat) -> list[BankLine]:
    """The lines of a statement, in its order. Raises StatementUnreadable."""
    try:
        lines = _READERS[format_](content.decode("utf-8-sig"))
    except UnicodeDecodeError as failure:
        raise StatementUnreadable(format=format_.value, why="it is not UTF-8") from failure
    except (ValueError, KeyError, ArithmeticError, InvalidOperation, UnknownCurrency) as failure:
        raise StatementUnreadable(format=format_.value, why=str(failure)[:200] or "its form is another") from failure
    if not 1 <= len(lines) <= MAX_LINES:
        raise StatementUnreadable(format=format_.value, why=f"it has {len(lines)} lines, not 1 to {MAX_LINES}")
    for number, line in enumerate(lines, start=1):
        if not 1 <= abs(line.amount_minor) <= MAX_MINOR:
            raise StatementUnreadable(format=format_.value, why=f"the amount of line {number} is out of bounds")
    return lines


__all__ = ["MAX_LINES", "read_lines"]
