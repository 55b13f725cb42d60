"""Carries a batch of loans over the end of a day: computes, posts, saves and tells, each statement sent once."""

from collections.abc import Sequence
from datetime import date

from backend import ledger
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.servicing.domain.journals import Leg
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.store import loans
from backend.servicing.usecases.carry import difference_of, endings, posting, settle
from backend.servicing.usecases.reminders import reminders
from shared.events import Event

# A journal takes 200 postings, a loan has up to nine accounts that a day can move.
LOANS_PER_JOURNAL = 20


async def carry_batch(tx: Tx, files: Sequence[LoanFile], opening: date) -> None:
    """Earns interest, fees and penalties of locked loans up to `opening`, posts, saves, and tells their borrowers.

    Raises what replay and the ledger raise for any one of them.
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
