"""Close of business: carries every open loan to the next day, batch by batch, and then moves the tenant's date.

A batch is one transaction that posts, saves and marks its loans together, so a loan is never accrued twice nor passed
over, whenever the process dies: started again, the run finds the loans that are still to do, and goes on.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from backend import ledger
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.servicing.domain.journals import Leg
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.store import closing, loans
from backend.servicing.usecases.carry import difference_of, endings, posting, settle
from backend.servicing.usecases.reminders import reminders
from shared.events import Event
from shared.events.servicing import BusinessDayClosed

BATCH = 200
# A journal takes 200 postings, a loan has up to nine accounts that a day can move.
LOANS_PER_JOURNAL = 20
_DAY = timedelta(days=1)


class CloseDays(Struct, frozen=True, kw_only=True):
    """Told to the job: close every day up to and including `through`."""

    through: date


async def close_business_days(context: JobContext, order: CloseDays) -> None:
    """Closes day after day until `order.through` is closed. Safe to run again and beside itself."""
    while (day := await _next_day(context)) <= order.through:
        opening = day + _DAY
        while await _close_batch(context, opening) == BATCH:
            pass
        async with context.write() as tx:
            await _move(tx, day, opening)
    async with context.write() as tx:
        await closing.finish(tx, order.through)


async def _next_day(context: JobContext) -> date:
    async with context.read() as tx:
        return await business_date.current(tx)


async def _close_batch(context: JobContext, opening: date) -> int:
    """Carries one batch of loans to the morning of `opening`. Returns how many it found."""
    async with context.write() as tx:
        files = await loans.lock_to_close(tx, opening, limit=BATCH)
        await carry_batch(tx, files, opening)
        return len(files)


async def carry_batch(tx: Tx, files: Sequence[LoanFile], opening: date) -> None:
    """Earns interest, fees and penalties of locked loans up to `opening`, posts, saves, and tells their borrowers.

    Each statement is sent once for the batch.
    """
    saved = []
    moved: list[tuple[LoanFile, tuple[Leg, ...]]] = []
    events: list[Event] = []
    for file in files:
        assert file.as_of is not None, "an open loan stands on a day"
        assert file.closed_through is not None, "an open loan stands on a day"
        state = file.state(max(opening, file.as_of))
        new = settle(file, state, opening)
        saved.append(new)
        if legs := difference_of(new):
            moved.append((file, legs))
        events += endings(file, state)
        events += reminders(file, state, file.closed_through, opening)
    await ledger.post_many(tx, _journals(moved, opening))
    if saved:
        await loans.save(tx, saved)
    await outbox.add_many(tx, events)


def _journals(moved: Sequence[tuple[LoanFile, tuple[Leg, ...]]], opening: date) -> list[ledger.Journal]:
    """One journal for a group of loans of one currency; each posting names its loan.

    A loan is carried to a day only once, so the first loan of a group and the day make the key.
    """
    by_currency: dict[str, list[tuple[LoanFile, tuple[Leg, ...]]]] = {}
    for file, legs in moved:
        by_currency.setdefault(file.currency, []).append((file, legs))
    groups = [
        group[at : at + LOANS_PER_JOURNAL]
        for group in by_currency.values()
        for at in range(0, len(group), LOANS_PER_JOURNAL)
    ]
    return [
        ledger.Journal(
            key=f"servicing.day:{opening}:{group[0][0].id}",
            kind="accrual",
            effective_on=opening,
            postings=tuple(posting(file, leg) for file, legs in group for leg in legs),
            description="Close of business",
            source="servicing.business_day",
        )
        for group in groups
    ]


async def _move(tx: Tx, day: date, opening: date) -> None:
    """Opens the next day, unless another run did so, or a loan has turned up that is still to do."""
    if await business_date.lock(tx) != day or await loans.any_to_close(tx, opening):
        return
    await business_date.move(tx, opening)
    count = await loans.count_open(tx)
    await outbox.add(tx, BusinessDayClosed(closed=day, opened=opening, loans=count))
    await audit.record(tx, "business_day.closed", f"business_day:{day}", opened=opening, loans=count)
