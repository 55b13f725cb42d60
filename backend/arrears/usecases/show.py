"""Cases, plans and promises as the API shows them."""

from backend import identity
from backend.arrears import store
from backend.arrears.domain.hardship import Case, Plan
from backend.arrears.domain.promise import Promise
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from shared.api.arrears import HardshipOut, PlannedPaymentOut, PlanOut, PromiseOut
from shared.money import Money
from shared.roles import Role

# Circumstances may be about illness or grief: for those who help, not for every desk.
_MAY_READ = (Role.SUPPORT_AGENT, Role.OPERATIONS)


async def case_out(tx: ReadTx, vault: Vault, case: Case) -> HardshipOut:
    """One case with its plans and promises."""
    caller = identity.caller(tx)
    helps = not caller.is_staff or caller.has(*_MAY_READ)
    told = await store.told(tx, vault, case) if helps else None
    promises = [each for each in await store.promises_of(tx, case.loan_id) if each.case_id == case.id]
    return HardshipOut(
        id=case.id,
        loan_id=case.loan_id,
        user_id=case.user_id,
        kind=case.kind,
        status=case.status,
        needs_person=case.needs_person,
        circumstances=told.circumstances if told else None,
        plans=[plan_out(plan, case.currency) for plan in await store.plans_of(tx, case.id)],
        agreed_plan_id=case.agreed_plan_id,
        promises=[promise_out(promise) for promise in promises],
        close_reason=case.close_reason,
        review_on=case.review_on,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
    )


def plan_out(plan: Plan, currency: str) -> PlanOut:
    """One plan."""
    return PlanOut(
        id=plan.id,
        kind=plan.kind,
        payments=[
            PlannedPaymentOut(on=each.on, amount=Money.of(each.amount_minor, currency)) for each in plan.payments
        ],
        covers=Money.of(plan.covers_minor, currency),
        total_to_pay=Money.of(plan.total_to_pay_minor, currency),
        extra_cost=Money.of(plan.extra_cost_minor, currency),
        reported_late=plan.reported_late,
        by_staff=plan.by_staff,
    )


def promise_out(promise: Promise) -> PromiseOut:
    """One promise."""
    return PromiseOut(
        id=promise.id,
        loan_id=promise.loan_id,
        case_id=promise.case_id,
        on=promise.on,
        amount=Money.of(promise.amount_minor, promise.currency),
        paid=Money.of(promise.paid_minor, promise.currency),
        status=promise.status,
        made_at=promise.made_at,
    )
