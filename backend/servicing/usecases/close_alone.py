"""Closes a day loan by loan where a batch failed: what can't be computed is set aside and named, the rest goes on."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.kernel import audit
from backend.kernel.db import Contention, constraint, sqlstate
from backend.kernel.jobs import JobContext
from backend.servicing.store import closing, loans
from backend.servicing.usecases.carry_batch import carry_batch
from shared.errors import CaasError, Unavailable

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)
# SQLSTATE classes by which a database refuses values: data, constraints, our own triggers and functions.
_REFUSED = ("22", "23", "P0", "CL")


async def close_alone(context: JobContext, loan_ids: Collection[UUID], day: date) -> set[UUID]:
    """Carries each of these loans over the end of `day` in a transaction of its own. Returns those that failed.

    A loan that is carried, or has ended, is set aside no longer.
    """
    return {loan_id for loan_id in loan_ids if not await _close_one(context, loan_id, day)}


async def _close_one(context: JobContext, loan_id: UUID, day: date) -> bool:
    try:
        async with context.write() as tx:
            file = await loans.lock_one_to_close(tx, loan_id, day + _DAY)
            if file is not None:
                await carry_batch(tx, [file], day + _DAY)
            if await closing.take_up_again(tx, loan_id, day):
                await audit.record(tx, "loan.closed_again", f"loan:{loan_id}", business_day=day)
            return True
    except Exception as failure:
        if not is_of_the_loan(failure):
            raise
        reason = reason_of(failure)
        log.exception("loan_not_closed", loan_id=str(loan_id), business_date=str(day), reason=reason)
    async with context.write() as tx:
        if await closing.set_aside(tx, loan_id, day, reason):
            await audit.record(tx, "loan.not_closed", f"loan:{loan_id}", business_day=day, reason=reason)
    return False


def is_of_the_loan(failure: Exception) -> bool:
    """Whether it would come again for the same loan, rather than go away with the network or the other transaction."""
    if isinstance(failure, Contention | Unavailable | OSError | MemoryError):
        return False
    state = sqlstate(failure)
    return state.startswith(_REFUSED) if state is not None else not isinstance(failure, SQLAlchemyError)


def reason_of(failure: Exception) -> str:
    """What went wrong, as a code. A driver's message quotes rows, so of a refusal only the constraint is named."""
    if isinstance(failure, CaasError):
        return failure.code
    if (state := sqlstate(failure)) is not None:
        return constraint(failure) or f"sqlstate {state}"
    return f"AssertionError: {failure}" if isinstance(failure, AssertionError) else type(failure).__name__
