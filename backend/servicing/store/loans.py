"""Loan files in SQL. Rows are locked in the order of their ids."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, ScalarSelect, Select, Table, and_, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from backend.kernel.db import ReadTx, Tx
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.journals import Books
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.loan_file import Contract, LoanFile
from backend.servicing.domain.payoff import Payoff
from backend.servicing.domain.schedule import Row as ScheduleRow
from backend.servicing.domain.schedule import Schedule
from backend.servicing.tables import instalment, loan, loan_event, payoff_quote
from shared.api.servicing import LoanStatus
from shared.terms import LoanTerms

OPEN = (LoanStatus.ACTIVE, LoanStatus.OVERDUE)

_SAVE = text(
    "UPDATE loan SET status = s.status, as_of = s.as_of, closed_through = s.closed_through, closed_on = s.closed_on,"
    " principal_outstanding_minor = s.principal_outstanding_minor, outstanding_minor = s.outstanding_minor,"
    " past_due_minor = s.past_due_minor, credit_minor = s.credit_minor, days_past_due = s.days_past_due,"
    " next_due_on = s.next_due_on, next_due_minor = s.next_due_minor, next_due_number = s.next_due_number,"
    " quiet_after = s.quiet_after, quiet_interest = s.quiet_interest,"
    " loss_bucket = s.loss_bucket, non_accrual_since = s.non_accrual_since,"
    " recoverable_minor = s.recoverable_minor, posted = s.posted"
    " FROM jsonb_to_recordset(CAST(CAST(:states AS text) AS jsonb)) AS s (id uuid, status text, as_of date,"
    " closed_through date, closed_on date, principal_outstanding_minor bigint, outstanding_minor bigint,"
    " past_due_minor bigint, credit_minor bigint, days_past_due int, next_due_on date, next_due_minor bigint,"
    " next_due_number smallint, quiet_after date, quiet_interest bigint[],"
    " loss_bucket text, non_accrual_since date, recoverable_minor bigint, posted jsonb)"
    " WHERE loan.tenant_id = current_tenant() AND loan.id = s.id"
)


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A loan's new state, to be kept with its file."""

    file: LoanFile
    state: LoanState
    posted: Books  # what the ledger shows once the difference is posted
    closed_through: date
    closed_on: date | None


async def add_loan(tx: Tx, contract: Contract) -> None:
    """Keeps a new loan that waits for its payout."""
    values = msgspec.structs.asdict(contract)
    values |= {
        "terms": msgspec.to_builtins(contract.terms),
        "currency": contract.terms.currency,
        "principal_minor": contract.terms.principal_minor,
        "status": LoanStatus.PENDING_DISBURSEMENT,
    }
    await tx.execute(loan.insert(), values)


async def set_status(tx: Tx, loan_id: UUID, status: LoanStatus) -> None:
    """Changes the status of a loan that is not paid out."""
    await tx.execute(loan.update().where(loan.c.id == loan_id).values(status=status))


async def add_schedule(tx: Tx, loan_id: UUID, schedule: Schedule) -> None:
    """Freezes a loan's schedule."""
    rows = [_columns(row) | {"loan_id": loan_id} for row in schedule.rows]
    await tx.execute(instalment.insert().values(rows))
    paid_out = {"disbursed_on": schedule.disbursed_on, "upfront_fee_minor": schedule.upfront_fee_minor}
    await tx.execute(loan.update().where(loan.c.id == loan_id).values(paid_out))


async def add_event(tx: Tx, loan_id: UUID, event: LoanEvent, *, reference: str) -> None:
    """Appends an event."""
    values = msgspec.structs.asdict(event) | {
        "loan_id": loan_id,
        "reference": reference,
        "entered_by": tx.scope.actor,
        "entered_at": tx.now,
    }
    await tx.execute(loan_event.insert(), values)


async def loan_of_refund(tx: ReadTx, event_id: UUID) -> UUID | None:
    """The loan that has an event of this id by which credit was refunded."""
    wanted = loan_event.c.id == event_id, loan_event.c.kind == EventKind.CREDIT_REFUNDED
    found: UUID | None = await tx.scalar(select(loan_event.c.loan_id).where(*wanted))
    return found


async def exists(tx: ReadTx, loan_id: UUID) -> bool:
    """Whether there is such a loan."""
    return await tx.first(select(loan.c.id).where(loan.c.id == loan_id)) is not None


async def file(tx: ReadTx, loan_id: UUID) -> LoanFile | None:
    """One loan's file."""
    return next(iter(await _files(tx, select(loan).where(loan.c.id == loan_id))), None)


async def lock(tx: Tx, loan_id: UUID) -> LoanFile | None:
    """One loan's file, held still until the transaction ends."""
    return next(iter(await _held(tx, select(loan).where(loan.c.id == loan_id))), None)


async def lock_to_close(
    tx: Tx,
    through: date,
    *,
    without: Collection[UUID],
    limit: int,
    pass_over_locked: bool = False,
    among: Collection[UUID] | None = None,
) -> list[LoanFile]:
    """Open loans that close of business has not dealt with up to `through`, held still until the transaction ends.

    Those that another transaction holds are waited for, or passed over. `among` looks at these alone.
    """
    wanted = _to_close(through, without, among).order_by(loan.c.id).limit(limit)
    return await _held(tx, wanted, pass_over_locked=pass_over_locked)


async def lock_one_to_close(tx: Tx, loan_id: UUID, through: date) -> LoanFile | None:
    """That loan as `lock_to_close` finds it; None where close of business has dealt with it, or it has ended."""
    return next(iter(await _held(tx, _to_close(through, ()).where(loan.c.id == loan_id))), None)


async def _held(tx: Tx, wanted: Select[Any], *, pass_over_locked: bool = False) -> list[LoanFile]:
    """Locks first and reads then: a statement that waits for a lock sees the loan anew, but its events as they were."""
    locking = wanted.with_only_columns(loan.c.id).with_for_update(skip_locked=pass_over_locked)
    ids = [found.id for found in await tx.all(locking)]
    return await _files(tx, select(loan).where(loan.c.id.in_(ids)).order_by(loan.c.id)) if ids else []


async def ids_to_close(
    tx: ReadTx, through: date, *, without: Collection[UUID], limit: int, among: Collection[UUID] | None = None
) -> list[UUID]:
    """What `lock_to_close` would find, by id: even a loan whose file can't be read."""
    wanted = _to_close(through, without, among).with_only_columns(loan.c.id).order_by(loan.c.id).limit(limit)
    return [found.id for found in await tx.all(wanted)]


async def count_open(tx: ReadTx, through: date, *, without: Collection[UUID]) -> tuple[int, int]:
    """How many loans are owed on, and how many of them `ids_to_close` would find."""
    left = loan.c.closed_through < through
    if without:
        left = and_(left, loan.c.id != func.all(list(without)))
    counts = func.count().label("open"), func.count().filter(left).label("left")
    found = await tx.one(select(*counts).select_from(loan).where(loan.c.status.in_(OPEN)))
    return found.open, found.left


async def save(tx: Tx, states: Sequence[Saved]) -> None:
    """Keeps new states, in one statement."""
    rows = [_summary(saved) for saved in states]
    changed = await tx.execute(_SAVE, {"states": msgspec.json.encode(rows).decode()})
    assert changed == len(states), "every state belongs to a loan of this tenant"


async def add_payoff_quote(tx: Tx, loan_id: UUID, quote: Payoff, **times: Any) -> None:
    """Keeps a quote as it was given."""
    values = {
        "loan_id": loan_id,
        "good_on": quote.on,
        "principal_minor": quote.principal_minor,
        "interest_minor": quote.interest_minor,
        "fee_minor": quote.fee_minor,
        "penalty_minor": quote.penalty_minor,
        "credit_minor": quote.credit_minor,
        "total_minor": quote.total_minor,
    }
    await tx.execute(payoff_quote.insert(), values | times)


def _to_close(through: date, without: Collection[UUID], among: Collection[UUID] | None = None) -> Select[Any]:
    wanted = select(loan).where(loan.c.status.in_(OPEN), loan.c.closed_through < through)
    if among is not None:
        wanted = wanted.where(loan.c.id == func.any(list(among)))
    return wanted.where(loan.c.id != func.all(list(without))) if without else wanted


async def _files(tx: ReadTx, wanted: Select[Any]) -> list[LoanFile]:
    """Loans with their rows and events, in one round trip."""
    with_parts = wanted.add_columns(_gathered(instalment).label("rows"), _gathered(loan_event).label("events"))
    return [_file(found) for found in await tx.all(with_parts)]


def _gathered(part: Table) -> ScalarSelect[Any]:
    """All rows of `part` that belong to the loan, as one JSON value."""
    mine = and_(part.c.tenant_id == loan.c.tenant_id, part.c.loan_id == loan.c.id)
    gathered = select(func.jsonb_agg(part.table_valued(), type_=JSONB))
    return gathered.where(mine).correlate(loan).scalar_subquery()


def _file(found: Row[Any]) -> LoanFile:
    schedule = None
    if found.disbursed_on is not None:
        rows = msgspec.convert(found.rows, list[ScheduleRow])
        schedule = Schedule(
            currency=found.currency,
            disbursed_on=found.disbursed_on,
            principal_minor=found.principal_minor,
            upfront_fee_minor=found.upfront_fee_minor,
            rows=tuple(sorted(rows, key=lambda row: row.number)),
        )
    return LoanFile(
        contract=contract_of(found),
        status=LoanStatus(found.status),
        schedule=schedule,
        events=msgspec.convert(found.events or (), tuple[LoanEvent, ...]),
        as_of=found.as_of,
        closed_through=found.closed_through,
        closed_on=found.closed_on,
        loss_bucket=found.loss_bucket,
        non_accrual_since=found.non_accrual_since,
        posted=found.posted,
    )


def contract_of(found: Row[Any]) -> Contract:
    """The contract in a loan's row."""
    columns = dict(found._mapping) | {"terms": msgspec.convert(found.terms, LoanTerms)}  # noqa: SLF001  (public name)
    return Contract(**{name: columns[name] for name in Contract.__struct_fields__})


def _columns(row: ScheduleRow) -> dict[str, Any]:
    columns = msgspec.structs.asdict(row)
    assert columns.pop("penalty_minor") == 0, "a schedule plans no penalties"
    return columns


def _summary(saved: Saved) -> dict[str, Any]:
    state = saved.state
    following = state.next_row
    ahead = saved.file.outlook(state)
    return {
        "id": saved.file.id,
        "status": state.status,
        "as_of": state.as_of,
        "closed_through": saved.closed_through,
        "closed_on": saved.closed_on,
        "principal_outstanding_minor": state.principal_outstanding_minor,
        "outstanding_minor": state.outstanding_minor,
        "past_due_minor": state.past_due_minor,
        "credit_minor": max(state.credit_minor, 0),
        "days_past_due": state.days_past_due,
        "next_due_on": following.due_on if following else None,
        "next_due_minor": following.open_minor if following else 0,
        "next_due_number": ahead.next_number,
        "quiet_after": ahead.after,
        "quiet_interest": ahead.interest_minor,
        "recoverable_minor": state.recoverable_minor,
        "loss_bucket": state.bucket,
        "non_accrual_since": state.non_accrual_since,
        "posted": {str(account): debit for account, debit in saved.posted.items() if debit},
    }
