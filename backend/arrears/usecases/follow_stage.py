"""Keeps how late each loan is, from the day that it first missed a payment."""

from uuid import UUID

from backend import servicing
from backend.arrears import store
from backend.arrears.domain.stage import stage_of
from backend.arrears.store import Delinquency
from backend.kernel import business_date, outbox
from backend.kernel.db import Tx
from shared.api.arrears import ArrearsStage
from shared.api.servicing import LoanOut
from shared.events.arrears import ArrearsStageChanged
from shared.money import Money


def stage_now(loan: LoanOut) -> ArrearsStage:
    """The stage of a loan as servicing shows it."""
    return stage_of(loan.days_past_due, loan.recoverable.amount_minor if loan.recoverable else 0)


def past_due(loan: LoanOut) -> Money:
    """What is past due; all that can be recovered where the loan was written off."""
    return loan.recoverable or loan.past_due


async def follow_stage(tx: Tx, loan_id: UUID) -> None:
    """Looks at a loan, and says so where it became later or less late. A loan that was never late leaves no trace."""
    loan, seen = await servicing.loan_view(tx, loan_id), await store.delinquency_of(tx, loan_id)
    owed = past_due(loan)
    stage, was = stage_now(loan), seen.stage if seen else ArrearsStage.CURRENT
    if seen is None and stage is ArrearsStage.CURRENT:
        return
    begun = seen is not None and was is not ArrearsStage.CURRENT
    now = Delinquency(
        loan_id=loan_id,
        user_id=loan.user_id,
        stage=stage,
        days_past_due=loan.days_past_due,
        past_due_minor=owed.amount_minor,
        currency=owed.currency,
        since=seen.since if begun and seen is not None else await business_date.current(tx),
    )
    if now != seen:
        await store.save_delinquency(tx, now)
    if stage is not was:
        changed = ArrearsStageChanged(
            loan_id=loan_id,
            user_id=loan.user_id,
            stage=stage.value,
            was=was.value,
            days_past_due=loan.days_past_due,
        )
        await outbox.add(tx, changed)
