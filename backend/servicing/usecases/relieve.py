"""Relieves a loan of what it owes, by hand of the tenant's staff: a waiver, a goodwill credit, a write-off."""

from uuid import UUID

from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.servicing.domain.events import WAIVES, EventKind
from backend.servicing.errors import GoodwillTooLarge, WaiverTooLarge
from backend.servicing.usecases.enter import enter, hold_open
from backend.servicing.usecases.read_loans import loan_view
from shared.api.relief import GoodwillCreditIn, LossReason, WaiverIn, WriteOffIn
from shared.api.servicing import LoanOut
from shared.events.servicing import AmountWaived, GoodwillCredited
from shared.money import Money
from shared.terms import Part

_KINDS = {part: kind for kind, part in WAIVES.items()}


async def waive(tx: Tx, loan_id: UUID, asked: WaiverIn) -> LoanOut:
    """Waives penalty, fee or interest that is earned and owed. Raises LoanNotFound, LoanNotOpen, WaiverTooLarge."""
    held = await hold_open(tx, loan_id)
    file, part = held.file, Part(asked.part.value)
    available = held.state.waivable_minor(part)
    if asked.amount_minor > available:
        raise WaiverTooLarge(available=Money.of(available, file.currency), part=part.value)
    await enter(tx, held, _KINDS[part], asked.amount_minor, asked.reason)
    waived = AmountWaived(
        loan_id=file.id,
        user_id=file.contract.user_id,
        part=part,
        amount=Money.of(asked.amount_minor, file.currency),
        on=held.state.as_of,
    )
    await outbox.add(tx, waived)
    return await loan_view(tx, loan_id)


async def credit_goodwill(tx: Tx, loan_id: UUID, asked: GoodwillCreditIn) -> LoanOut:
    """Uses the lender's own money as a payment. Raises LoanNotFound, LoanNotOpen, GoodwillTooLarge."""
    held = await hold_open(tx, loan_id)
    file = held.file
    payoff = held.state.payoff(file.contract.terms).total_minor
    if asked.amount_minor > payoff:
        raise GoodwillTooLarge(payoff=Money.of(payoff, file.currency))
    await enter(tx, held, EventKind.GOODWILL_CREDITED, asked.amount_minor, asked.reason)
    credited = GoodwillCredited(
        loan_id=file.id,
        user_id=file.contract.user_id,
        amount=Money.of(asked.amount_minor, file.currency),
        on=held.state.as_of,
    )
    await outbox.add(tx, credited)
    return await loan_view(tx, loan_id)


async def write_off(tx: Tx, loan_id: UUID, asked: WriteOffIn) -> LoanOut:
    """Gives up all that a payoff would ask for today. Raises LoanNotFound, LoanNotOpen."""
    held = await hold_open(tx, loan_id)
    owed = held.state.payoff(held.file.contract.terms).total_minor
    kind = EventKind.LOST_TO_FRAUD if asked.because is LossReason.FRAUD else EventKind.WRITTEN_OFF
    await enter(tx, held, kind, owed, asked.reason)
    return await loan_view(tx, loan_id)
