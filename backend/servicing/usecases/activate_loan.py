"""Starts a loan once its money has arrived: freezes the schedule, opens its books, and opens its credit line."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.servicing.domain.dates import counts_on
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.domain.schedule import Schedule
from backend.servicing.errors import LoanNotFound, PayoutDiffers
from backend.servicing.pricing import schedule
from backend.servicing.store import lines, loans
from backend.servicing.usecases.carry import Cause, carry
from backend.servicing.usecases.reminders import due_today
from shared.api.servicing import CreditLineStatus
from shared.events.disbursement import LoanDisbursed
from shared.events.servicing import CreditLineOpened, LoanActivated
from shared.money import Money
from shared.terms import LoanTerms


async def activate_loan(tx: Tx, disbursed: LoanDisbursed) -> None:
    """Activates the loan that was paid out. Idempotent by the loan's id.

    A loan cancelled while its payout was under way is activated all the same: the borrower has the money. Raises
    LoanNotFound (the agreement's event may still be on its way), PayoutDiffers, TermsNotServiceable.
    """
    file = await loans.lock(tx, disbursed.loan_id)
    if file is None:
        raise LoanNotFound
    if file.schedule is not None:
        return
    business = await business_date.current(tx)
    disbursed_on = counts_on(disbursed.disbursed_on, business_date=business, today=tx.now.date())
    plan = schedule(_started(file.contract.terms, disbursed_on), disbursed_on)
    expected = Money.of(plan.paid_out_minor, plan.currency)
    if disbursed.amount != expected:
        raise PayoutDiffers(paid=disbursed.amount, expected=expected)
    event = LoanEvent(
        id=file.id, kind=EventKind.DISBURSED, effective_on=disbursed_on, amount_minor=plan.principal_minor
    )
    await loans.add_schedule(tx, file.id, plan)
    await loans.add_event(tx, file.id, event, reference=str(disbursed.payout_id))
    started = replace(file, schedule=plan, events=(*file.events, event))
    as_of = max(business, disbursed_on)
    cause = Cause(key=f"servicing.activation:{file.id}", kind="loan_activated", description="Loan paid out")
    state = await carry(tx, started, as_of, cause, closed_through=as_of)
    if file.contract.credit_line_id is not None:
        await _open_line(tx, file.contract.credit_line_id, disbursed_on)
    await outbox.add(tx, _activated(started, plan))
    for reminder in due_today(started, state):
        await outbox.add(tx, reminder)
    await audit.record(tx, "loan.activated", f"loan:{file.id}", payout_id=disbursed.payout_id, on=disbursed_on)


def _started(terms: LoanTerms, disbursed_on: date) -> LoanTerms:
    """The terms with a first due date that still lies ahead; a payout that took too long falls back to one period."""
    late = terms.first_due_on is not None and terms.first_due_on <= disbursed_on
    return replace(terms, first_due_on=None) if late else terms


def _activated(file: LoanFile, plan: Schedule) -> LoanActivated:
    contract = file.contract
    return LoanActivated(
        loan_id=file.id,
        application_id=contract.application_id,
        user_id=contract.user_id,
        business_id=contract.business_id,
        principal=Money.of(plan.principal_minor, plan.currency),
        disbursed_on=plan.disbursed_on,
        first_due_on=plan.rows[0].due_on,
        last_due_on=plan.matures_on,
    )


async def _open_line(tx: Tx, line_id: UUID, on: date) -> None:
    line = await lines.lock(tx, line_id)
    assert line is not None, "a draw belongs to a line"
    if line.status is CreditLineStatus.OPEN:
        return
    await lines.set_status(tx, line_id, CreditLineStatus.OPEN, opened_on=on)
    opened = CreditLineOpened(
        credit_line_id=line_id,
        user_id=line.user_id,
        business_id=line.business_id,
        limit=Money.of(line.limit_minor, line.currency),
    )
    await outbox.add(tx, opened)
