"""Works out plans with the loan engine's own figures, so that each shows what it really costs."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from backend import servicing
from backend.arrears.domain.hardship import Plan
from backend.arrears.domain.plan import Outline, covered_through, outlines
from backend.arrears.errors import NothingToPlan
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.servicing import Planned, Projection
from shared.api.arrears import HardshipIn, HardshipKind, PaymentPlanned
from shared.ids import new_id


async def offer_plans(tx: ReadTx, loan_id: UUID, case_id: UUID, wanted: HardshipIn) -> tuple[list[Plan], list[Plan]]:
    """The plans that a borrower may take alone, and those that need a person's consent.

    Raises LoanNotFound, LoanNotOpen, NothingToPlan, PlanUnfit.
    """
    now = await opening(tx, loan_id)
    if now.due_minor <= 0 and wanted.kind is not HardshipKind.CANNOT_PAY:
        raise NothingToPlan
    today = await business_date.current(tx)
    alone: list[Plan] = []
    with_person: list[Plan] = []
    for outline in outlines(wanted, open_minor=now.due_minor, today=today):
        payments = await _payments(tx, loan_id, outline, now.through)
        plan = await priced(tx, loan_id, case_id, kind=outline.kind, payments=payments, now=now)
        (with_person if outline.needs_person else alone).append(plan)
    return alone, with_person


async def opening(tx: ReadTx, loan_id: UUID) -> Projection:
    """The loan today, with what a plan covers as its due amount. Raises LoanNotFound, LoanNotOpen."""
    bare = await servicing.project(tx, loan_id)
    loan = await servicing.loan_view(tx, loan_id)
    through = covered_through(bare.on, loan.next_due_on if loan.next_due_on and loan.next_due_on > bare.on else None)
    return await servicing.project(tx, loan_id, through=through)


async def priced(
    tx: ReadTx,
    loan_id: UUID,
    case_id: UUID,
    *,
    kind: HardshipKind,
    payments: Sequence[PaymentPlanned],
    now: Projection,
    by_staff: bool = False,
) -> Plan:
    """A plan with its cost: everything still to come if it is kept, against everything to come as of today."""
    last = payments[-1].on
    after = await servicing.project(tx, loan_id, _planned(payments), on=last, through=now.through)
    paid = sum(payment.amount_minor for payment in payments)
    total = paid + after.still_to_pay_minor
    return Plan(
        id=new_id(),
        case_id=case_id,
        kind=kind,
        payments=tuple(payments),
        covers_minor=paid,
        total_to_pay_minor=total,
        extra_cost_minor=total - now.still_to_pay_minor,
        reported_late=now.days_past_due > 0 or last > now.through,
        by_staff=by_staff,
        offered_on=now.on,
    )


async def _payments(tx: ReadTx, loan_id: UUID, outline: Outline, through: date) -> list[PaymentPlanned]:
    """The payments of an outline; the last one is whatever the engine says is still open by its day."""
    *earlier, last = outline.days
    parts = [PaymentPlanned(on=day, amount_minor=outline.part_minor) for day in earlier]
    left = await servicing.project(tx, loan_id, _planned(parts), on=last, through=through)
    return [*parts, PaymentPlanned(on=last, amount_minor=max(left.due_minor, 1))]


def _planned(payments: Iterable[PaymentPlanned]) -> list[Planned]:
    return [Planned(on=payment.on, amount_minor=payment.amount_minor) for payment in payments]
