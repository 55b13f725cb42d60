"""Judges promises as payments come in and days close, and with them the plans that they belong to."""

from uuid import UUID, uuid5

from backend import notifications, servicing
from backend.arrears import store
from backend.arrears.domain.promise import Promise, Received, judged
from backend.arrears.usecases.make_promise import cancel_alone
from backend.arrears.usecases.work_case import conclude, end_case, void_promises
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from shared.api.arrears import CloseReason, HardshipStatus, PromiseStatus
from shared.api.servicing import LoanStatus
from shared.events.arrears import PromiseBroken, PromiseKept
from shared.events.servicing import LoanClosed, LoanWrittenOff, RepaymentRecorded, RepaymentReversed
from shared.money import Money

LOST = "written_off"


async def note_repayment(tx: Tx, recorded: RepaymentRecorded) -> None:
    """A payment counts towards the promises on its loan. Idempotent."""
    await store.note_payment(tx, recorded.loan_id, _received(tx, recorded))
    await judge_loan(tx, recorded.loan_id)


async def note_bounce(tx: Tx, reversed_: RepaymentReversed) -> None:
    """A payment bounced: what it had kept is open again, or broken. Idempotent."""
    await store.note_reversal(tx, reversed_.loan_id, _received(tx, reversed_))
    await judge_loan(tx, reversed_.loan_id)


async def note_payoff(tx: Tx, closed: LoanClosed) -> None:
    """Nothing is owed any more, so nothing is promised. Idempotent."""
    await judge_loan(tx, closed.loan_id)
    case = await store.lock_living_case(tx, closed.loan_id)
    if case is not None:
        await end_case(tx, case, CloseReason.LOAN_CLOSED)
    await cancel_alone(tx, closed.loan_id)


async def note_write_off(tx: Tx, lost: LoanWrittenOff) -> None:
    """The loan is for recovery: its case and promises end, and nobody is reminded of it by itself. Idempotent."""
    await judge_loan(tx, lost.loan_id)
    case = await store.lock_living_case(tx, lost.loan_id)
    if case is not None:
        await end_case(tx, case, CloseReason.LOAN_WRITTEN_OFF)
    await cancel_alone(tx, lost.loan_id)
    if (await servicing.loan_view(tx, lost.loan_id)).status is LoanStatus.WRITTEN_OFF:
        await notifications.hold_reminders(tx, _hold_id(lost.loan_id), lost.loan_id, LOST)


async def note_reopening(tx: Tx, loan_id: UUID) -> None:
    """The loan is not lost any more: reminders begin again. Idempotent."""
    if (await servicing.loan_view(tx, loan_id)).status is not LoanStatus.WRITTEN_OFF:
        await notifications.release_reminders(tx, _hold_id(loan_id))


def _hold_id(loan_id: UUID) -> UUID:
    return uuid5(loan_id, LOST)


async def judge_loan(tx: Tx, loan_id: UUID) -> None:
    """Brings the promises on a loan, and its plan, to where they stand today."""
    case = await store.lock_living_case(tx, loan_id)
    promises = await store.lock_promises(tx, loan_id)
    watched = [each for each in promises if each.status in (PromiseStatus.OPEN, PromiseStatus.KEPT)]
    if not watched:
        return
    since = min(each.made_at for each in watched)
    today = await business_date.current(tx)
    before = {each.id: each for each in watched}
    after = judged(watched, await store.payments_since(tx, loan_id, since), today)
    for promise in after:
        if promise != before[promise.id]:
            await store.save_promise(tx, promise)
        if promise.status is not before[promise.id].status:
            await _tell(tx, promise)
    if case is None:
        return
    settled = case.judged(after, tx.now)
    if settled is not case:
        await store.save_case(tx, settled)
        if settled.status is HardshipStatus.BROKEN:
            await void_promises(tx, case, after)
        await conclude(tx, settled, settled.status.value)


def _received(tx: Tx, event: RepaymentRecorded | RepaymentReversed) -> Received:
    return Received(payment_id=event.payment_id, on=event.on, amount_minor=event.amount.amount_minor, entered_at=tx.now)


async def _tell(tx: Tx, promise: Promise) -> None:
    if promise.status is PromiseStatus.OPEN:
        return  # its payment bounced; there is time left
    ids = {"promise_id": promise.id, "loan_id": promise.loan_id, "user_id": promise.user_id}
    await audit.record(tx, f"promise.{promise.status.value}", f"promise:{promise.id}", loan_id=promise.loan_id)
    if promise.status is PromiseStatus.KEPT:
        await outbox.add(tx, PromiseKept(**ids, amount=Money.of(promise.amount_minor, promise.currency)))
    else:
        missing = Money.of(promise.amount_minor - promise.paid_minor, promise.currency)
        await outbox.add(tx, PromiseBroken(**ids, on=promise.on, open=missing))
    if promise.case_id is None:
        await notifications.release_reminders(tx, promise.id)
