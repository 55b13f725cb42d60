"""What paying a loan off on a day costs."""

from datetime import date
from decimal import localcontext

from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.endings import row_on
from backend.servicing.domain.living.foresight import outstanding_on
from backend.servicing.domain.living.growth import CONTEXT
from backend.servicing.domain.living.happenings import AnyEvent
from backend.servicing.domain.living.replay import run_through
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL


def payoff_minor(contract: Contract, events: tuple[AnyEvent, ...], as_of: date, on: date) -> int:
    """The amount that closes the loan on `on`, as it stands on `as_of`: interest only so far, all fees."""
    with localcontext(CONTEXT):
        run = run_through(contract, events, max(as_of, on))
        if not run.recalculating:
            return sum(row.outstanding for row in run.rows)
        current = row_on(run, on) or run.rows[0]
        day = current.due_on if contract.payoff_to_period_end else on
        due = outstanding_on(run.plan, day)
        total = due.principal + due.interest
        for row in run.rows:
            total += row.open(FEE) + row.open(PENALTY)
            if row.down_payment:
                total += row.open(PRINCIPAL)
            elif row.additional:
                total += row.open(PRINCIPAL) + row.open(INTEREST)
        return total
