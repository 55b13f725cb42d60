"""What else becomes of a case: a plan that staff propose, the borrower's withdrawal, staff's refusal."""

from uuid import UUID

from msgspec.structs import replace

from backend import identity, notifications
from backend.arrears import store
from backend.arrears.domain.hardship import Case
from backend.arrears.domain.plan import require_plan
from backend.arrears.domain.promise import Promise
from backend.arrears.errors import HardshipNotFound
from backend.arrears.usecases.offer_plans import opening, priced
from backend.arrears.usecases.show import case_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.arrears import CloseReason, HardshipOut, PlanIn, PromiseStatus
from shared.events.arrears import HardshipEnded


async def propose_plan(tx: Tx, vault: Vault, case_id: UUID, proposed: PlanIn) -> HardshipOut:
    """Offers a plan of staff's own making; the borrower then has a month to agree.

    Raises HardshipNotFound, HardshipNotOpen, PlanUnfit.
    """
    case = await _locked(tx, case_id)
    today = await business_date.current(tx)
    waiting = case.awaiting(today)
    require_plan([payment.on for payment in proposed.payments], today)
    now = await opening(tx, case.loan_id)
    plan = await priced(tx, case.loan_id, case.id, kind=case.kind, payments=proposed.payments, now=now, by_staff=True)
    await store.add_plans(tx, [plan])
    await store.save_case(tx, waiting)
    await audit.record(tx, "hardship.plan_proposed", f"hardship:{case.id}", plan_id=plan.id)
    return await case_out(tx, vault, waiting)


async def withdraw_case(tx: Tx, vault: Vault, case_id: UUID) -> HardshipOut:
    """The borrower needs no help any more. What was promised in a plan is void.

    Raises HardshipNotFound, HardshipNotOpen, MembershipInsufficient, NotPermitted.
    """
    case = await _locked(tx, case_id)
    await identity.require_decider(tx, case.user_id, case.business_id, missing=HardshipNotFound())
    return await case_out(tx, vault, await end_case(tx, case, CloseReason.WITHDRAWN))


async def decline_case(tx: Tx, vault: Vault, case_id: UUID, reason: str) -> HardshipOut:
    """Staff find nothing to offer; `reason` goes into the audit log. Raises HardshipNotFound, HardshipNotOpen."""
    case = await _locked(tx, case_id)
    case.require_open()
    ended = await end_case(tx, case, CloseReason.DECLINED)
    await audit.record(tx, "hardship.declined", f"hardship:{case.id}", reason=reason)
    return await case_out(tx, vault, ended)


async def end_case(tx: Tx, case: Case, reason: CloseReason) -> Case:
    """Closes a locked case without a plan kept or broken, and lets reminders begin again. Raises HardshipNotOpen."""
    ended = case.closed(reason, tx.now)
    await store.save_case(tx, ended)
    await void_promises(tx, case, await store.lock_promises(tx, case.loan_id))
    await conclude(tx, ended, reason.value)
    return ended


async def void_promises(tx: Tx, case: Case, promises: list[Promise]) -> None:
    """Cancels what is still open of a plan that is over."""
    today = await business_date.current(tx)
    for promise in promises:
        if promise.case_id == case.id and promise.status is PromiseStatus.OPEN:
            await store.save_promise(tx, replace(promise, status=PromiseStatus.CANCELLED, settled_on=today))


async def conclude(tx: Tx, ended: Case, outcome: str) -> None:
    """Ends what a living case held, and tells everybody."""
    await notifications.release_reminders(tx, ended.id)
    await audit.record(tx, "hardship.ended", f"hardship:{ended.id}", outcome=outcome)
    told = HardshipEnded(case_id=ended.id, loan_id=ended.loan_id, user_id=ended.user_id, outcome=outcome)
    await outbox.add(tx, told)


async def _locked(tx: Tx, case_id: UUID) -> Case:
    case = await store.lock_case(tx, case_id)
    if case is None or not await identity.may_see(tx, case.user_id, case.business_id):
        raise HardshipNotFound
    return case
