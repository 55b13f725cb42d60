"""CSV: a heading with `date`, `amount` and `currency`, and where there are any `reference` and `description`."""

import csv
import io
from datetime import date
from decimal import Decimal

from backend.ledger.bank_files.amounts import minor
from backend.ledger.domain.matching import BankLine

_NEEDED = {"date", "amount", "currency"}


def read_csv(text: str) -> list[BankLine]:
    """Days as 2026-01-31, amounts with a point, money out below zero. Raises ValueError."""
    rows = csv.DictReader(io.StringIO(text))
    rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
    if missing := _NEEDED - set(rows.fieldnames):
        raise ValueError(f"the heading lacks {', '.join(sorted(missing))}")
    return [_line({name: row[name] or "" for name in row if name}) for row in rows]


def _line(row: dict[str, str]) -> BankLine:
    currency = row["currency"].strip().upper()
    return BankLine(
        booked_on=date.fromisoformat(row["date"].strip()),
        amount_minor=minor(Decimal(row["amount"].strip()), currency),
        currency=currency,
        reference=(row.get("reference", "")).strip()[:200],
        description=(row.get("description", "")).strip()[:500],
    )
