"""Charges a one-off fee or penalty to a loan, by hand of the tenant's staff."""

from uuid import UUID

from backend.kernel.db import Tx
from backend.servicing.domain.events import EventKind
from backend.servicing.errors import ChargeTooLarge
from backend.servicing.usecases.enter import enter, hold_open
from backend.servicing.usecases.read_loans import loan_view
from shared.api.servicing import ChargeIn, ChargeKind, LoanOut
from shared.money import MAX_MINOR

_KINDS = {ChargeKind.FEE: EventKind.FEE_CHARGED, ChargeKind.PENALTY: EventKind.PENALTY_CHARGED}


async def charge_loan(tx: Tx, loan_id: UUID, charge: ChargeIn) -> LoanOut:
    """Adds the charge to the instalment that falls due next. Raises LoanNotFound, LoanNotOpen, ChargeTooLarge."""
    held = await hold_open(tx, loan_id)
    state = await enter(tx, held, _KINDS[charge.kind], charge.amount_minor, charge.reason)
    if state.outstanding_minor > MAX_MINOR:
        raise ChargeTooLarge(limit=MAX_MINOR)
    return await loan_view(tx, loan_id)
