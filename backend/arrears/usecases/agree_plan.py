"""Agrees a plan: its payments become promises, which payments keep and days break."""

from uuid import UUID

from backend import identity
from backend.arrears import store
from backend.arrears.domain.hardship import Case, Plan
from backend.arrears.domain.promise import Promise
from backend.arrears.errors import HardshipNotFound, PlanNotFound
from backend.arrears.usecases.make_promise import cancel_alone
from backend.arrears.usecases.show import case_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.arrears import HardshipOut
from shared.events.arrears import HardshipAgreed
from shared.ids import new_id
from shared.money import Money


async def agree_plan(tx: Tx, vault: Vault, case_id: UUID, plan_id: UUID) -> HardshipOut:
    """Takes one of the plans offered. A promise that stood alone gives way to it.

    Raises HardshipNotFound, PlanNotFound, HardshipNotOpen, PlanOutdated, MembershipInsufficient, NotPermitted.
    """
    case = await store.lock_case(tx, case_id)
    if case is None:
        raise HardshipNotFound
    await identity.require_decider(tx, case.user_id, case.business_id, missing=HardshipNotFound())
    plan = next((plan for plan in await store.plans_of(tx, case_id) if plan.id == plan_id), None)
    if plan is None:
        raise PlanNotFound
    agreed = case.agreed(plan, await business_date.current(tx))
    await cancel_alone(tx, case.loan_id)
    await store.save_case(tx, agreed)
    await _promise(tx, agreed, plan)
    await audit.record(tx, "hardship.agreed", f"hardship:{case.id}", plan_id=plan.id, loan_id=case.loan_id)
    await outbox.add(
        tx,
        HardshipAgreed(
            case_id=case.id,
            plan_id=plan.id,
            loan_id=case.loan_id,
            user_id=case.user_id,
            payments=len(plan.payments),
            first_on=plan.payments[0].on,
            first_amount=Money.of(plan.payments[0].amount_minor, case.currency),
            last_on=plan.payments[-1].on,
            total=Money.of(plan.covers_minor, case.currency),
        ),
    )
    return await case_out(tx, vault, agreed)


async def _promise(tx: Tx, case: Case, plan: Plan) -> None:
    today = await business_date.current(tx)
    promises = [
        Promise(
            id=new_id(),
            loan_id=case.loan_id,
            user_id=case.user_id,
            case_id=case.id,
            currency=case.currency,
            on=payment.on,
            amount_minor=payment.amount_minor,
            made_on=today,
            made_at=tx.now,
        )
        for payment in plan.payments
    ]
    stored = await store.add_promises(tx, promises)
    assert stored, "promises of a plan are new"
