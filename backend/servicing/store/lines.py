"""Credit lines in SQL."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, case, func, select

from backend.identity import Sight
from backend.kernel.db import ReadTx, Tx
from backend.servicing.domain.loan_file import CreditLine, LineUse
from backend.servicing.store.loan_reads import visible
from backend.servicing.tables import credit_line, loan
from shared.api.servicing import CreditLineStatus, LoanStatus
from shared.terms import LoanTerms


async def add(tx: Tx, line: CreditLine) -> None:
    """Keeps a new line."""
    await tx.execute(credit_line.insert(), msgspec.structs.asdict(line) | {"terms": msgspec.to_builtins(line.terms)})


async def line(tx: ReadTx, line_id: UUID) -> CreditLine | None:
    """One line."""
    found = await tx.first(select(credit_line).where(credit_line.c.id == line_id))
    return None if found is None else _line(found)


async def lock(tx: Tx, line_id: UUID) -> CreditLine | None:
    """One line, held still until the transaction ends; whoever draws or opens it comes through here."""
    found = await tx.first(select(credit_line).where(credit_line.c.id == line_id).with_for_update())
    return None if found is None else _line(found)


async def set_status(tx: Tx, line_id: UUID, status: CreditLineStatus, *, opened_on: date | None) -> None:
    """Opens or cancels a line."""
    changed = {"status": status, "opened_on": opened_on}
    await tx.execute(credit_line.update().where(credit_line.c.id == line_id).values(changed))


async def page(tx: ReadTx, sight: Sight, *, before: UUID | None, limit: int) -> list[CreditLine]:
    """Lines that the caller may see, from the newest to the oldest."""
    wanted = select(credit_line).where(visible(credit_line, sight))
    if before is not None:
        wanted = wanted.where(credit_line.c.id < before)
    return [_line(found) for found in await tx.all(wanted.order_by(credit_line.c.id.desc()).limit(limit))]


async def uses(tx: ReadTx, line_ids: Sequence[UUID]) -> dict[UUID, LineUse]:
    """What is drawn under each of these lines; principal counts from the moment that it was asked for."""
    pending = loan.c.status == LoanStatus.PENDING_DISBURSEMENT
    drawn = func.sum(case((pending, loan.c.principal_minor), else_=loan.c.principal_outstanding_minor))
    lost = func.bool_or(loan.c.status == LoanStatus.WRITTEN_OFF).label("lost")
    wanted = (
        select(loan.c.credit_line_id, drawn.label("drawn"), func.sum(loan.c.past_due_minor).label("past_due"), lost)
        .where(loan.c.credit_line_id == func.any(list(line_ids)), loan.c.status != LoanStatus.CANCELLED)
        .group_by(loan.c.credit_line_id)
    )
    return {
        found.credit_line_id: LineUse(
            drawn_minor=int(found.drawn), past_due_minor=int(found.past_due), is_lost=found.lost
        )
        for found in await tx.all(wanted)
    }


def _line(found: Row[Any]) -> CreditLine:
    columns = dict(found._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
    columns |= {"terms": msgspec.convert(found.terms, LoanTerms), "status": CreditLineStatus(found.status)}
    return CreditLine(**{name: columns[name] for name in CreditLine.__struct_fields__})
