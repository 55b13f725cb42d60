"""Takes a promise to pay, and takes one back."""

from uuid import UUID

from msgspec.structs import replace

from backend import identity, notifications, servicing
from backend.arrears import store
from backend.arrears.access import require_speaker
from backend.arrears.domain.promise import Promise, require_promisable
from backend.arrears.errors import HardshipExists, PromiseExists, PromiseNotFound, PromiseNotOpen
from backend.arrears.usecases.show import promise_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from shared.api.arrears import PromiseIn, PromiseOut, PromiseStatus
from shared.events.arrears import PromiseMade
from shared.ids import new_id
from shared.money import Money

HOLD = "promise"


async def make_promise(tx: Tx, loan_id: UUID, promised: PromiseIn) -> PromiseOut:
    """Notes a promise outside of any plan; until its day is over nobody is reminded.

    Raises LoanNotFound, LoanNotOpen, PromiseTooFar, PromiseTooMuch, PromiseExists, HardshipExists,
    MembershipInsufficient, NotPermitted.
    """
    owner = await servicing.loan_owner(tx, loan_id)
    await require_speaker(tx, owner.user_id, owner.business_id, missing=servicing.LoanNotFound())
    if await store.lock_living_case(tx, loan_id) is not None:
        raise HardshipExists
    today, now = await business_date.current(tx), await servicing.project(tx, loan_id)
    require_promisable(promised.on, promised.amount_minor, today=today, most_minor=now.still_to_pay_minor)
    promise = Promise(
        id=new_id(),
        loan_id=loan_id,
        user_id=owner.user_id,
        currency=owner.currency,
        on=promised.on,
        amount_minor=promised.amount_minor,
        made_on=today,
        made_at=tx.now,
    )
    if not await store.add_promises(tx, [promise]):
        standing = next(each for each in await store.promises_of(tx, loan_id) if each.status is PromiseStatus.OPEN)
        raise PromiseExists(on=standing.on)
    await notifications.hold_reminders(tx, promise.id, loan_id, HOLD)
    await audit.record(
        tx, "promise.made", f"promise:{promise.id}", loan_id=loan_id, on=promise.on, amount_minor=promise.amount_minor
    )
    made = PromiseMade(
        promise_id=promise.id,
        loan_id=loan_id,
        user_id=promise.user_id,
        on=promise.on,
        amount=Money.of(promise.amount_minor, promise.currency),
    )
    await outbox.add(tx, made)
    return promise_out(promise)


async def withdraw_promise(tx: Tx, promise_id: UUID) -> PromiseOut:
    """Takes back a promise that stands alone. Raises PromiseNotFound, PromiseNotOpen, MembershipInsufficient."""
    seen = await store.promise_by_id(tx, promise_id)
    if seen is None or seen.case_id is not None:
        raise PromiseNotFound
    owner = await servicing.loan_owner(tx, seen.loan_id)
    await identity.require_decider(tx, owner.user_id, owner.business_id, missing=PromiseNotFound())
    locked = next(each for each in await store.lock_promises(tx, seen.loan_id) if each.id == promise_id)
    if locked.status is not PromiseStatus.OPEN:
        raise PromiseNotOpen(status=locked.status.value)
    return promise_out(await _cancel(tx, locked))


async def cancel_alone(tx: Tx, loan_id: UUID) -> None:
    """Cancels the open promise that stands alone, if there is one: a plan takes its place, or the loan is paid off."""
    for promise in await store.lock_promises(tx, loan_id):
        if promise.status is PromiseStatus.OPEN and promise.case_id is None:
            await _cancel(tx, promise)


async def _cancel(tx: Tx, promise: Promise) -> Promise:
    cancelled = replace(promise, status=PromiseStatus.CANCELLED, settled_on=await business_date.current(tx))
    await store.save_promise(tx, cancelled)
    await notifications.release_reminders(tx, promise.id)
    await audit.record(tx, "promise.cancelled", f"promise:{promise.id}")
    return cancelled
