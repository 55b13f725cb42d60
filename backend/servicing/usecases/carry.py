"""Carries a loan to a new state: checks the way there, posts the difference, keeps it and tells who needs to know."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from backend import ledger
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.servicing.domain.journals import Leg, books, difference
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.domain.status import OPEN, may_become
from backend.servicing.store import loans
from backend.servicing.store.loans import Saved
from backend.servicing.usecases.day_journals import posting
from shared.api.servicing import LoanStatus
from shared.events import Event
from shared.events.servicing import LoanClosed, LoanReclassified, LoanReopened, LoanWrittenOff
from shared.money import Money

ENDED = frozenset({LoanStatus.CLOSED, LoanStatus.OVERPAID})


class Cause(Struct, frozen=True, kw_only=True):
    """Why a loan's books move: makes the journal's key, and names it."""

    key: str
    kind: str
    source_id: UUID | None = None
    description: str = ""


async def carry(tx: Tx, file: LoanFile, as_of: date, cause: Cause, *, closed_through: date | None = None) -> LoanState:
    """Brings one locked loan, with the events in `file`, to `as_of`, and posts what that changes in the books.

    Returns the new state. Raises what replay and the ledger raise.
    """
    state = file.state(as_of)
    saved = settle(file, state, closed_through or file.closed_through or as_of)
    legs = difference_of(saved)
    if legs:
        await ledger.post(tx, journal(file, legs, as_of, cause))
    await loans.save(tx, [saved])
    for event in (*endings(file, state), *reclassified(file, state)):
        await outbox.add(tx, event)
    return state


def settle(file: LoanFile, state: LoanState, closed_through: date) -> Saved:
    """The loan's new row. The table of states must let it go there."""
    assert may_become(file.status, state.status), f"a loan does not go from {file.status} to {state.status}"
    closed_on = (file.closed_on or state.as_of) if state.status in ENDED else None
    return Saved(file=file, state=state, posted=books(state), closed_through=closed_through, closed_on=closed_on)


def difference_of(saved: Saved) -> tuple[Leg, ...]:
    """What has to be posted so that the ledger shows the new state."""
    return difference(saved.file.posted, saved.posted)


def journal(file: LoanFile, legs: Sequence[Leg], on: date, cause: Cause) -> ledger.Journal:
    """The ledger's journal for one loan."""
    return ledger.Journal(
        key=cause.key,
        kind=cause.kind,
        effective_on=on,
        postings=tuple(posting(leg, file.currency, file.id) for leg in legs),
        description=cause.description,
        source="servicing.loan",
        source_id=cause.source_id or file.id,
    )


def reclassified(file: LoanFile, state: LoanState) -> Iterable[Event]:
    """What to publish where the policy on losses judges a loan otherwise than before."""
    was_suspended, is_suspended = file.non_accrual_since is not None, state.non_accrual_since is not None
    if state.bucket == file.loss_bucket and is_suspended == was_suspended:
        return
    yield LoanReclassified(
        loan_id=file.id,
        user_id=file.contract.user_id,
        bucket=state.bucket,
        bucket_before=file.loss_bucket,
        is_non_accrual=is_suspended,
        days_past_due=state.days_past_due,
        on=state.as_of,
    )


def endings(file: LoanFile, state: LoanState) -> Iterable[Event]:
    """What to publish where a loan has ended, or is owed on again."""
    contract = file.contract
    if state.status in ENDED and file.status not in ENDED:
        yield LoanClosed(
            loan_id=file.id,
            application_id=contract.application_id,
            user_id=contract.user_id,
            on=state.as_of,
            credit=Money.of(state.credit_minor, file.currency),
        )
    elif state.status is LoanStatus.WRITTEN_OFF and file.status is not LoanStatus.WRITTEN_OFF:
        yield LoanWrittenOff(
            loan_id=file.id,
            application_id=contract.application_id,
            user_id=contract.user_id,
            amount=Money.of(state.written_off_minor, file.currency),
            on=state.as_of,
        )
    elif state.status in OPEN and file.status in {*ENDED, LoanStatus.WRITTEN_OFF}:
        yield LoanReopened(loan_id=file.id, user_id=contract.user_id, on=state.as_of)
