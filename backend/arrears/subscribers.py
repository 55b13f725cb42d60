"""What arrears does when others publish."""

from backend.arrears.jobs import DAY_JOB, DayOpened
from backend.arrears.usecases.follow_stage import follow_stage
from backend.arrears.usecases.judge import note_bounce, note_payoff, note_reopening, note_repayment, note_write_off
from backend.kernel import jobs
from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from shared.events.servicing import (
    BusinessDayClosed,
    LoanClosed,
    LoanReopened,
    LoanWrittenOff,
    RepaymentMissed,
    RepaymentRecorded,
    RepaymentReversed,
)


async def _missed(tx: Tx, event: RepaymentMissed) -> None:
    await follow_stage(tx, event.loan_id)


async def _recorded(tx: Tx, event: RepaymentRecorded) -> None:
    await note_repayment(tx, event)
    await follow_stage(tx, event.loan_id)


async def _reversed(tx: Tx, event: RepaymentReversed) -> None:
    await note_bounce(tx, event)
    await follow_stage(tx, event.loan_id)


async def _closed(tx: Tx, event: LoanClosed) -> None:
    await note_payoff(tx, event)
    await note_reopening(tx, event.loan_id)
    await follow_stage(tx, event.loan_id)


async def _written_off(tx: Tx, event: LoanWrittenOff) -> None:
    await note_write_off(tx, event)
    await follow_stage(tx, event.loan_id)


async def _reopened(tx: Tx, event: LoanReopened) -> None:
    await note_reopening(tx, event.loan_id)
    await follow_stage(tx, event.loan_id)


async def _day(tx: Tx, event: BusinessDayClosed) -> None:
    await jobs.enqueue(tx, DAY_JOB, DayOpened(on=event.opened), dedupe_key=f"{DAY_JOB}:{event.opened}")


SUBSCRIBERS = (
    Subscriber("arrears.missed", RepaymentMissed, _missed),
    Subscriber("arrears.repayment", RepaymentRecorded, _recorded),
    Subscriber("arrears.bounce", RepaymentReversed, _reversed),
    Subscriber("arrears.payoff", LoanClosed, _closed),
    Subscriber("arrears.written_off", LoanWrittenOff, _written_off),
    Subscriber("arrears.reopened", LoanReopened, _reopened),
    Subscriber("arrears.day", BusinessDayClosed, _day),
)
