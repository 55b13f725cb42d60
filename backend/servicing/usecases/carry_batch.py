"""Carries a batch of loans over the end of a day: computes, posts, saves and tells, each statement sent once."""

from collections.abc import Sequence
from datetime import date

from backend import ledger
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.store import loans
from backend.servicing.usecases.carry import difference_of, endings, reclassified, settle
from backend.servicing.usecases.day_journals import Moved, day_journals
from backend.servicing.usecases.reminders import reminders
from shared.events import Event


async def carry_batch(tx: Tx, files: Sequence[LoanFile], opening: date) -> None:
    """Earns interest, fees and penalties of locked loans up to `opening`, posts, saves, and tells their borrowers.

    Raises what replay and the ledger raise for any one of them.
    """
    saved = []
    moved: list[Moved] = []
    events: list[Event] = []
    for file in files:
        assert file.as_of is not None, "an open loan stands on a day"
        assert file.closed_through is not None, "an open loan stands on a day"
        state = file.state(max(opening, file.as_of))
        new = settle(file, state, opening)
        saved.append(new)
        if legs := difference_of(new):
            moved.append(Moved(loan_id=file.id, currency=file.currency, legs=legs))
        events += endings(file, state)
        events += reclassified(file, state)
        events += reminders(file, state, file.closed_through, opening)
    await ledger.post_many(tx, day_journals(moved, opening))
    if saved:
        await loans.save(tx, saved)
    await outbox.add_many(tx, events)
