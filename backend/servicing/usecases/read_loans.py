"""Reads loans: one, a page of them, the schedule, the transactions."""

from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.errors import LoanNotFound
from backend.servicing.pricing import schedule as plan
from backend.servicing.store import loan_reads, loans
from backend.servicing.usecases.paging import cursor_id
from backend.servicing.views import loan_out, schedule_out, transactions_out
from shared.api.servicing import LoanOut, LoanStatus, ScheduleOut, TransactionOut
from shared.paging import Page


class LoanOwner(Struct, frozen=True, kw_only=True):
    """Who owes a loan, and in which currency."""

    user_id: UUID
    business_id: UUID | None
    currency: str


async def loan_owner(tx: ReadTx, loan_id: UUID) -> LoanOwner:
    """Who owes a loan. For other contexts: checks no caller. Raises LoanNotFound."""
    found = await loan_reads.summary(tx, loan_id)
    if found is None:
        raise LoanNotFound
    contract = found.contract
    return LoanOwner(user_id=contract.user_id, business_id=contract.business_id, currency=contract.terms.currency)


async def loan_view(tx: ReadTx, loan_id: UUID) -> LoanOut:
    """One loan, whoever asks. For other contexts and for answers to staff. Raises LoanNotFound."""
    found = await loan_reads.summary(tx, loan_id)
    if found is None:
        raise LoanNotFound
    return loan_out(found)


async def loans_of(tx: ReadTx, user_id: UUID) -> list[LoanOut]:
    """A person's own loans, the newest first, a hundred at most. For other contexts: checks no caller."""
    sight = identity.Sight(user_id=user_id)
    found = await loan_reads.page(tx, sight, status=None, credit_line_id=None, before=None, limit=100)
    return [loan_out(summary) for summary in found]


async def read_loan(tx: ReadTx, loan_id: UUID) -> LoanOut:
    """One loan of the caller. Raises LoanNotFound."""
    found, sight = await loan_reads.summary(tx, loan_id), await identity.sight(tx)
    if found is None or not sight.reaches(found.contract.user_id, found.contract.business_id):
        raise LoanNotFound
    return loan_out(found, for_staff=sight.user_id is None)


async def list_loans(
    tx: ReadTx, *, status: LoanStatus | None, credit_line_id: UUID | None, cursor: str | None, limit: int
) -> Page[LoanOut]:
    """The caller's loans, the newest first; all of the tenant's for its staff. Raises InvalidInput."""
    sight = await identity.sight(tx)
    found = await loan_reads.page(
        tx,
        sight,
        status=status,
        credit_line_id=credit_line_id,
        before=cursor_id(cursor),
        limit=limit + 1,
    )
    more = str(found[limit - 1].contract.id) if len(found) > limit else None
    return Page(
        items=[loan_out(summary, for_staff=sight.user_id is None) for summary in found[:limit]], next_cursor=more
    )


async def read_schedule(tx: ReadTx, loan_id: UUID) -> ScheduleOut:
    """A loan's instalments on the business date; the plan for a payout today before that. Raises LoanNotFound."""
    file = await _file(tx, loan_id)
    today = await business_date.current(tx)
    grace_days = file.contract.terms.grace_days
    if file.schedule is None or file.as_of is None:
        planned = plan(file.contract.terms, today)
        rows = [Instalment.of(row) for row in planned.rows]
        return schedule_out(file.id, planned, rows, today, grace_days=grace_days, is_final=False)
    as_of = max(today, file.as_of)
    state = file.state(as_of)
    return schedule_out(file.id, file.schedule, state.rows, as_of, grace_days=grace_days, is_final=True)


async def list_transactions(tx: ReadTx, loan_id: UUID, *, cursor: str | None, limit: int) -> Page[TransactionOut]:
    """What happened to a loan, the newest first. Raises LoanNotFound, InvalidInput."""
    file = await _file(tx, loan_id)
    state = file.state(max(await business_date.current(tx), file.as_of or file.contract.created_at.date()))
    shown = transactions_out(await loan_reads.entries(tx, loan_id), state, file.currency)
    after = cursor_id(cursor)
    start = next((at + 1 for at, item in enumerate(shown) if item.id == after), 0)
    items = shown[start : start + limit]
    more = str(items[-1].id) if len(shown) > start + limit else None
    return Page(items=items, next_cursor=more)


async def transaction(tx: ReadTx, loan_id: UUID, transaction_id: UUID) -> TransactionOut | None:
    """One thing that happened to a loan of the caller's. Raises LoanNotFound."""
    file = await _file(tx, loan_id)
    state = file.state(max(await business_date.current(tx), file.as_of or file.contract.created_at.date()))
    shown = transactions_out(await loan_reads.entries(tx, loan_id), state, file.currency)
    return next((each for each in shown if each.id == transaction_id), None)


async def _file(tx: ReadTx, loan_id: UUID) -> LoanFile:
    file = await loans.file(tx, loan_id)
    if file is None or not await identity.may_see(tx, file.contract.user_id, file.contract.business_id):
        raise LoanNotFound
    return file
