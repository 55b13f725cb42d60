"""How `caas schedule` prints what it found: a table to read, CSV for a spreadsheet, JSON as the API gives it."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

import msgspec

from shared.api.servicing import SimulatedRowOut, SimulationOut
from shared.money import Money

_COLUMNS = ("number", "due_on", "principal", "interest", "fee", "total", "balance")


def table(found: SimulationOut) -> str:
    """The cost above the rows; with extra payments, what they save and the rows that they leave."""
    facts = [
        ("Paid out", f"{found.paid_out} on {found.disbursed_on}"),
        ("Instalment", str(found.instalment)),
        ("Total repayable", str(found.total_repayable)),
        (
            "Cost of credit",
            f"{found.total_cost} (interest {_plain(found.total_interest)}, fees {_plain(found.total_fees)})",
        ),
        ("APR", f"{found.apr_pct} % (nominal, Regulation Z Appendix J)"),
        ("APRC", f"{_rate(found)} (effective, Directive 2008/48/EC and FCA CONC App 1.2; days over 365)"),
    ]
    parts = [_facts(facts), _rows(found.rows)]
    if found.recast:
        saved = [
            ("With extra payments", f"the last is due on {found.recast.last_due_on}"),
            ("Interest saved", str(found.recast.interest_saved)),
            ("Not needed", str(found.recast.unused)),
        ]
        parts += [_facts(saved), _rows(found.recast.rows)]
    return "\n".join(parts)


def csv_rows(found: SimulationOut) -> str:
    """The rows that hold, those after extra payments if there are any, and a last row of totals and rates."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, "apr_pct", "effective_apr_pct"])
    rows = found.recast.rows if found.recast else found.rows
    writer.writerows([*_cells(row), "", ""] for row in rows)
    effective = "" if found.effective_apr_pct is None else found.effective_apr_pct
    writer.writerow(["total", "", *_totals(rows), "", found.apr_pct, effective])
    return out.getvalue()


def json_text(found: SimulationOut) -> str:
    """What the API answers."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name:<20}{value}\n" for name, value in facts)


def _rate(found: SimulationOut) -> str:
    return "none below ten million per cent" if found.effective_apr_pct is None else f"{found.effective_apr_pct} %"


def _rows(rows: Sequence[SimulatedRowOut]) -> str:
    shown = [list(_COLUMNS), *(_cells(row) for row in rows), ["total", "", *_totals(rows), ""]]
    widths = [max(len(row[column]) for row in shown) for column in range(len(_COLUMNS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], ""])


def _cells(row: SimulatedRowOut) -> list[str]:
    amounts = (row.principal, row.interest, row.fee, row.total, row.balance)
    return [str(row.number), row.due_on.isoformat(), *(_plain(amount) for amount in amounts)]


def _totals(rows: Sequence[SimulatedRowOut]) -> list[str]:
    currency = rows[0].total.currency
    sums = (
        sum(amount.amount_minor for amount in column)
        for column in zip(*((row.principal, row.interest, row.fee, row.total) for row in rows), strict=True)
    )
    return [_plain(Money.of(minor, currency)) for minor in sums]


def _plain(amount: Money) -> str:
    return f"{amount.major:f}"
