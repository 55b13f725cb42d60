"""What is read of loans without locking them, in SQL."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Table, and_, func, or_, select, true

from backend.identity import Sight
from backend.kernel.db import ReadTx, into
from backend.servicing.domain.events import LoanEvent
from backend.servicing.domain.loan_file import LoanSummary
from backend.servicing.store.loans import contract_of
from backend.servicing.tables import loan, loan_event
from shared.api.servicing import LoanStatus
from shared.loss_policy import LossPolicy
from shared.rounding import Rounding


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it was entered."""

    event: LoanEvent
    reference: str
    entered_at: datetime


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """How a loan's policy on losses judged it when it was saved last, and what the ledger shows for it."""

    id: UUID
    policy: LossPolicy
    rounding: Rounding
    loss_bucket: str | None
    non_accrual_since: date | None
    posted: Mapping[str, int]


async def summary(tx: ReadTx, loan_id: UUID) -> LoanSummary | None:
    """One loan at a glance."""
    found = await tx.first(select(loan).where(loan.c.id == loan_id))
    return None if found is None else _summary(found)


async def page(
    tx: ReadTx,
    sight: Sight,
    *,
    status: LoanStatus | None,
    credit_line_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[LoanSummary]:
    """Loans that the caller may see, from the newest to the oldest."""
    wanted = select(loan).where(visible(loan, sight))
    if status is not None:
        wanted = wanted.where(loan.c.status == status)
    if credit_line_id is not None:
        wanted = wanted.where(loan.c.credit_line_id == credit_line_id)
    if before is not None:
        wanted = wanted.where(loan.c.id < before)
    return [_summary(found) for found in await tx.all(wanted.order_by(loan.c.id.desc()).limit(limit))]


async def entries(tx: ReadTx, loan_id: UUID) -> list[Entry]:
    """A loan's events, with when and under which reference they were entered."""
    wanted = select(loan_event).where(loan_event.c.loan_id == loan_id)
    return [
        Entry(event=into(found, LoanEvent), reference=found.reference, entered_at=found.entered_at)
        for found in await tx.all(wanted)
    ]


async def posted(tx: ReadTx, *, after: UUID, limit: int) -> dict[UUID, Mapping[str, int]]:
    """What loans that were paid out believe the ledger to show for them, in the order of their ids."""
    wanted = select(loan.c.id, loan.c.posted).where(loan.c.disbursed_on.is_not(None), loan.c.id > after)
    return {found.id: found.posted for found in await tx.all(wanted.order_by(loan.c.id).limit(limit))}


async def judged(tx: ReadTx, *, after: UUID, limit: int) -> list[Judged]:
    """Loans that were paid out under a policy on losses, in the order of their ids."""
    policy = loan.c.terms["loss_policy"]
    has_policy = and_(loan.c.disbursed_on.is_not(None), func.jsonb_typeof(policy) == "object", loan.c.id > after)
    columns = (loan.c.id, policy.label("policy"), loan.c.terms["rounding"].label("rounding"))
    wanted = select(*columns, loan.c.loss_bucket, loan.c.non_accrual_since, loan.c.posted).where(has_policy)
    return [into(found, Judged) for found in await tx.all(wanted.order_by(loan.c.id).limit(limit))]


def visible(owned: Table, sight: Sight) -> ColumnElement[bool]:
    """The rows of a table with owners that the caller may see."""
    if sight.user_id is None:
        return true()
    own = and_(owned.c.user_id == sight.user_id, owned.c.business_id.is_(None))
    return or_(own, owned.c.business_id.in_(sight.business_ids))


def _summary(found: Row[Any]) -> LoanSummary:
    columns = dict(found._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
    columns |= {"contract": contract_of(found), "status": LoanStatus(found.status)}
    return LoanSummary(**{name: columns[name] for name in LoanSummary.__struct_fields__})
