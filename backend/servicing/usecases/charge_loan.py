"""Charges a one-off fee or penalty to a loan, by hand of the tenant's staff."""

from uuid import UUID

from msgspec.structs import replace

from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.status import OPEN
from backend.servicing.errors import ChargeTooLarge, LoanNotFound, LoanNotOpen
from backend.servicing.store import loans
from backend.servicing.usecases.carry import Cause, carry
from backend.servicing.usecases.read_loans import loan_view
from shared.api.servicing import ChargeIn, ChargeKind, LoanOut
from shared.ids import new_id
from shared.money import MAX_MINOR

_KINDS = {ChargeKind.FEE: EventKind.FEE_CHARGED, ChargeKind.PENALTY: EventKind.PENALTY_CHARGED}


async def charge_loan(tx: Tx, loan_id: UUID, charge: ChargeIn) -> LoanOut:
    """Adds the charge to the instalment that falls due next. Raises LoanNotFound, LoanNotOpen, ChargeTooLarge."""
    file = await loans.lock(tx, loan_id)
    if file is None:
        raise LoanNotFound
    if file.status not in OPEN or file.as_of is None:
        raise LoanNotOpen(status=file.status.value)
    as_of = max(file.as_of, await business_date.current(tx))
    event = LoanEvent(id=new_id(), kind=_KINDS[charge.kind], effective_on=as_of, amount_minor=charge.amount_minor)
    await loans.add_event(tx, file.id, event, reference=charge.reason)
    cause = Cause(key=f"servicing.charge:{event.id}", kind=event.kind.value, source_id=event.id)
    state = await carry(tx, replace(file, events=(*file.events, event)), as_of, cause)
    if state.outstanding_minor > MAX_MINOR:
        raise ChargeTooLarge(limit=MAX_MINOR)
    await audit.record(
        tx, f"loan.{event.kind.value}", f"loan:{file.id}", amount_minor=event.amount_minor, currency=file.currency
    )
    return await loan_view(tx, loan_id)
