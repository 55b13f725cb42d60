"""Enters an event of the tenant's staff on an open loan: kept, posted and recorded in one transaction."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.domain.status import OPEN
from backend.servicing.errors import LoanNotFound, LoanNotOpen
from backend.servicing.store import loans
from backend.servicing.usecases.carry import Cause, carry
from shared.ids import new_id


class OpenLoan(Struct, frozen=True, kw_only=True):
    """A loan that is owed on, locked, as it stands before anything is entered."""

    file: LoanFile
    state: LoanState


async def hold_open(tx: Tx, loan_id: UUID) -> OpenLoan:
    """Locks a loan and brings it to the business date. Raises LoanNotFound, LoanNotOpen."""
    file = await loans.lock(tx, loan_id)
    if file is None:
        raise LoanNotFound
    if file.status not in OPEN or file.as_of is None:
        raise LoanNotOpen(status=file.status.value.replace("_", " "))
    return OpenLoan(file=file, state=file.state(max(file.as_of, await business_date.current(tx))))


async def enter(tx: Tx, held: OpenLoan, kind: EventKind, amount_minor: int, reason: str) -> LoanState:
    """Adds the event on the loan's day, posts what it changes, and records it under the event's kind."""
    file = held.file
    event = LoanEvent(id=new_id(), kind=kind, effective_on=held.state.as_of, amount_minor=amount_minor)
    await loans.add_event(tx, file.id, event, reference=reason)
    cause = Cause(key=f"servicing.{kind}:{event.id}", kind=kind.value, source_id=event.id)
    state = await carry(tx, replace(file, events=(*file.events, event)), held.state.as_of, cause)
    await audit.record(tx, f"loan.{kind}", f"loan:{file.id}", amount_minor=amount_minor, currency=file.currency)
    return state
