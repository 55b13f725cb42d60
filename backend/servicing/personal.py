"""What servicing holds of a person."""

from datetime import date
from uuid import UUID

from backend.kernel.db import ReadTx
from backend.kernel.personal import Kept, Part, PersonalData, as_json, every
from backend.kernel.vault import Vault
from backend.servicing.usecases import draw, read_loans
from shared.api.servicing import LoanStatus

KEPT_YEARS = 5  # FATF recommendation 11: at least five years after the business relationship
_OWING = frozenset({LoanStatus.PENDING_DISBURSEMENT, LoanStatus.ACTIVE, LoanStatus.OVERDUE, LoanStatus.OVERPAID})


async def _export(tx: ReadTx, _vault: Vault) -> list[Part]:
    loans = await every(
        lambda cursor, limit: read_loans.list_loans(tx, status=None, credit_line_id=None, cursor=cursor, limit=limit)
    )
    lines = await every(lambda cursor, limit: draw.list_lines(tx, cursor=cursor, limit=limit))
    parts = [as_json("credit-lines", lines)]
    for loan in loans:
        parts.append(as_json(f"loans/{loan.id}/loan", loan))
        parts.append(as_json(f"loans/{loan.id}/schedule", await read_loans.read_schedule(tx, loan.id)))
        parts.append(as_json(f"loans/{loan.id}/transactions", await _transactions(tx, loan.id)))
    return parts


async def _transactions(tx: ReadTx, loan_id: UUID) -> list[object]:
    found = await every(lambda cursor, limit: read_loans.list_transactions(tx, loan_id, cursor=cursor, limit=limit))
    return list(found)


async def _hinders(tx: ReadTx, user_id: UUID) -> list[str]:
    loans = await read_loans.loans_of(tx, user_id)
    return ["open_loan"] if any(loan.status in _OWING for loan in loans) else []


async def _keep_until(tx: ReadTx, user_id: UUID) -> date | None:
    ends = [loan.closed_on for loan in await read_loans.loans_of(tx, user_id) if loan.closed_on is not None]
    last = max(ends, default=None)
    return None if last is None else _years_after(last, KEPT_YEARS)


def _years_after(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28) if leap_day else day.replace(year=day.year + years)


PERSONAL = PersonalData(
    export=_export,
    hinders=_hinders,
    keep_until=_keep_until,
    kept=(
        Kept(what="loans_and_payments", why="anti_money_laundering", years=KEPT_YEARS),
        Kept(what="ledger", why="accounting"),
    ),
)
