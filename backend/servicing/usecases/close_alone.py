"""Closes a day loan by loan where a batch failed: what can't be computed is set aside and named, the rest goes on."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

import structlog

from backend.kernel import audit
from backend.kernel.jobs import JobContext
from backend.servicing.store import closing, loans
from backend.servicing.store.failures import is_of_the_loan, reason_of
from backend.servicing.usecases.carry_batch import carry_batch

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)


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
