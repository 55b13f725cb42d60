"""The figures of the vectors beside ours, as decimals."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL
from backend.servicing.domain.living.state import LoanState, RowState

AMOUNTS = ("balance", "principal", "interest", "fees", "penalties", "due", "paid", "in_advance", "late", "outstanding")


def major(amount: int) -> Decimal:
    """Minor units as an amount of the vectors."""
    return Decimal(amount) / 100


def schedule_rows(state: LoanState, lent: Iterable[tuple[date, int, int]], *, classic: bool) -> list[dict[str, Any]]:
    """Our rows in the vectors' columns, with a row for each draw (day, amount, fees at disbursement)."""
    out: list[dict[str, Any]] = []
    waiting = sorted(lent)
    start = waiting[0][0] if waiting else None
    balance = 0
    for row in state.rows:
        for draw in [each for each in waiting if _falls_in(each[0], row, start, classic=classic)]:
            waiting.remove(draw)
            balance = _draw(out, draw, balance)
        balance += row.credited[PRINCIPAL]
        balance -= row.charged[PRINCIPAL]
        out.append(
            {
                "nr": str(row.number),
                "days": str((row.due_on - row.starts_on).days),
                "due_date": row.due_on.isoformat(),
                "paid_date": row.met_on.isoformat() if row.met and row.met_on else None,
                "balance": major(balance),
                "principal": major(row.charged[PRINCIPAL]),
                "interest": major(row.charged[INTEREST]),
                "fees": major(row.charged[FEE]),
                "penalties": major(row.charged[PENALTY]),
                "due": major(row.due),
                "paid": major(sum(row.paid)),
                "in_advance": major(row.early),
                "late": major(row.late),
                "outstanding": major(row.outstanding),
                "Waived": major(sum(row.waived)),
            }
        )
    for draw in waiting:
        balance = _draw(out, draw, balance)
    return out


def _falls_in(day: date, row: RowState, start: date | None, *, classic: bool) -> bool:
    """A draw is shown before the row within which it was made; on a due date it belongs to the row that follows.

    In a schedule that is written once it belongs to the row that falls due.
    """
    if classic and day != start and not row.down_payment:
        return row.starts_on < day <= row.due_on
    return row.starts_on <= day < row.due_on or (row.starts_on == day and day in {row.due_on, start})


def _draw(out: list[dict[str, Any]], draw: tuple[date, int, int], balance: int) -> int:
    day, amount, fees = draw
    out.append(
        {
            "due_date": day.isoformat(),
            "balance": major(amount),
            "fees": major(fees),
            "due": major(fees),
            "paid": major(fees),
            "outstanding": Decimal(0),
        }
    )
    return balance + amount


def first_difference(expected: list[dict[str, Any]], actual: list[dict[str, Any]]) -> str | None:
    """The first expected row that none of ours of the same day equals."""
    for want in expected:
        same_day = [row for row in actual if row["due_date"] == want["due_date"] and ("nr" in want) == ("nr" in row)]
        if not any(_row_equals(want, row) for row in same_day):
            return f"schedule {_short(want)} is {[_short(row, want) for row in same_day]}"
    return None


def _row_equals(want: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(_value_equals(want, row, name) for name in want) and (
        "nr" not in want or want.get("paid_date") == row.get("paid_date")
    )


def _value_equals(want: dict[str, Any], row: dict[str, Any], name: str) -> bool:
    value = want[name]
    if name in {"nr", "days", "due_date", "paid_date"}:
        return bool(value == row.get(name)) or value in {"", None}
    if value in {"", None}:
        return True
    return bool(number(value) == row.get(name, Decimal(0)))


def number(value: Any) -> Decimal:
    """A figure of the vectors."""
    return Decimal(str(value).replace(",", "") or "0")


def _short(row: dict[str, Any], like: dict[str, Any] | None = None) -> str:
    return " ".join(f"{key}={row.get(key)!s}" for key in (like or row) if key != "outstanding")


def totals(want: dict[str, Any], state: LoanState, fees: int = 0) -> str | None:
    """The first total that is not the expected one; `fees` were paid at disbursement."""
    rows = state.rows
    have = {
        "principal": sum(row.charged[PRINCIPAL] for row in rows),
        "interest": sum(row.charged[INTEREST] for row in rows),
        "fees": sum(row.charged[FEE] for row in rows) + fees,
        "penalties": sum(row.charged[PENALTY] for row in rows),
        "due": sum(row.due for row in rows) + fees,
        "paid": sum(sum(row.paid) for row in rows) + fees,
        "in_advance": sum(row.early for row in rows),
        "late": sum(row.late for row in rows),
        "outstanding": sum(row.outstanding for row in rows),
        "Waived": sum(sum(row.waived) for row in rows),
    }
    for name, value in want.items():
        if value not in {"", None} and number(value) != major(have[name]):
            return f"total {name} {value} is {major(have[name])}"
    return None
