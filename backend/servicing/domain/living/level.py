"""The level instalment of a plan: found from the factors, smoothed over the periods, and closed on the last one unpaid.

The level is P * prod(1 + f_i) / fn with fn_1 = 1 and fn_i = 1 + fn_(i-1) * (1 + f_i), the annuity for unequal periods.
"""

from datetime import date
from decimal import Decimal

from backend.servicing.domain.living.cuts import find_stage, segment_on, take_back_corrections
from backend.servicing.domain.living.growth import CONTEXT
from backend.servicing.domain.living.plan import Plan, Stage
from shared.rounding import to_minor
from shared.terms import InterestKind

_ONE = Decimal(1)
MAX_SMOOTHINGS = 3


def set_levels(plan: Plan, stages: list[Stage], *, principal: int | None = None) -> None:
    """Gives `stages` one level instalment each for `principal`, else for what is owed when they begin."""
    if not stages:
        return
    if plan.contract.interest is InterestKind.FLAT:
        _set_flat_levels(plan, stages)
        return
    if principal is None:
        principal = _owed_at_start(plan, stages[0])
    growth, divisor = _ONE, _ONE
    for index, stage in enumerate(stages):
        one = _ONE
        if not stage.interest_grace:
            for segment in stage.segments:
                one += segment.level
        growth = CONTEXT.multiply(growth, one)
        if index:
            divisor = CONTEXT.add(_ONE, CONTEXT.multiply(divisor, one))
    exact = CONTEXT.divide(CONTEXT.multiply(growth, Decimal(principal)), divisor)
    level = stepped(plan, to_minor(to_minor(exact) + _mean_fixed_interest(stages)))
    for stage in stages:
        if level >= stage.paid:
            stage.level = stage.original_level = level
    plan.stale = True


def _owed_at_start(plan: Plan, stage: Stage) -> int:
    """The balance before `stage` and all that is lent within it."""
    index = plan.stages.index(stage)
    before = plan.balance_after(plan.stages[index - 1]) if index else 0
    return before + sum(segment.drawn + segment.capitalised for segment in stage.segments)


def _mean_fixed_interest(stages: list[Stage]) -> Decimal:
    return CONTEXT.divide(Decimal(sum(stage.fixed_interest for stage in stages)), Decimal(len(stages)))


def stepped(plan: Plan, level: int) -> int:
    """`level` as a whole number of steps, one at least."""
    step = plan.contract.step_minor
    if not step:
        return level
    return to_minor(Decimal(level), step=step) or step


def _set_flat_levels(plan: Plan, stages: list[Stage]) -> None:
    """Flat interest: principal and interest in equal parts, what rounding leaves to the last; paid periods stand."""
    total = to_minor(_mean_fixed_interest(stages))
    for stage in stages:
        plan.stale = True
        plan.settle()
        total += stage.earned
        stage.level = stage.earned
    first = stages[0]
    index = plan.stages.index(first)
    plan.stale = True
    plan.settle()
    if index:
        previous = plan.stages[index - 1]
        total -= previous.principal_lent(None) - plan.balance_after(previous)
    total += first.principal_lent(first.segments[-1])
    level = stepped(plan, to_minor(CONTEXT.divide(Decimal(total), Decimal(len(stages)))))
    last, excess = stages[-1], 0
    for stage in stages:
        wanted = level + (total - level * len(stages) if stage is last else 0)
        short = stage.paid - (wanted + stage.credited + stage.deferred)
        excess += max(short, 0)
        stage.level = stage.original_level = stage.paid if short > 0 else wanted
    plan.rebalance()
    for stage in reversed(stages):
        if excess > 0 and not stage.settled:
            paid_level = stage.paid - stage.credited - stage.deferred
            wanted = max(stage.earned, stage.level - excess, 0, paid_level)
            excess -= stage.level - wanted
            stage.level = wanted
    plan.rebalance()


def close_last_unpaid(plan: Plan, till: date) -> None:
    """Lets the last unpaid period carry whatever the others leave, so that the plan repays exactly what was lent."""
    plan.settle()
    left = sum(s.raised for stage in plan.stages for s in stage.segments) - sum(s.paid_principal for s in plan.stages)
    for stage in plan.stages:
        open_principal = stage.due_principal - stage.paid_principal
        if open_principal > left:
            stage.level = max(stage.level - (open_principal - left), stage.paid)
            plan.stale = True
            plan.settle()
    last = _last_unpaid(plan)
    if last is None:
        return
    _take_back_deferral(plan, last)
    gap = 0
    for stage in plan.stages:
        gap += stage.credited_principal - stage.due_principal
        for segment in stage.segments:
            gap += segment.drawn + segment.capitalised
    level = last.level + last.due_principal + last.due_interest - last.room + gap
    if last.fixed_interest > 0:
        level = max(level, last.paid_principal + last.fixed_interest)
    if level != last.level:
        last.level = level
        plan.stale = True
    if last.level < last.paid - last.credited:
        last.level = last.paid - last.credited
        close_last_unpaid(plan, till)
    defer_unrecognised(plan, last, till)
    _balance(plan, last)


def _balance(plan: Plan, last: Stage) -> None:
    """Interest deferred to a period that was paid more than it has earned must not ask for principal instead."""
    plan.settle()
    off = _raised(plan) - sum(stage.due_principal for stage in plan.stages)
    if off and last.due_principal + off >= last.paid_principal:
        last.level += off
        plan.stale = True


def _raised(plan: Plan) -> int:
    return sum(segment.raised for stage in plan.stages for segment in stage.segments)


def _take_back_deferral(plan: Plan, last: Stage) -> None:
    if last.deferred or any(stage.moved_up for stage in plan.stages):
        last.deferred = 0
        for stage in plan.stages:
            stage.moved_up = False
        plan.stale = True
        plan.settle()


def _last_unpaid(plan: Plan) -> Stage | None:
    for stage in reversed(plan.stages):
        if not stage.settled:
            return stage
    last = plan.stages[-1]
    if not any(stage.paid_principal for stage in plan.stages) and last.segments and plan.balance_after(last) > 0:
        return last
    return None


def defer_unrecognised(plan: Plan, stage: Stage, till: date) -> None:
    """Interest earned by `till` in periods that are already paid falls due with `stage`, the last one that is open."""
    if stage is plan.stages[-1]:
        return
    twin = plan.copy()
    beyond = any(day > stage.end for _, _, day in twin.corrections)
    if not beyond and any(day == stage.end for _, _, day in twin.corrections):
        take_back_corrections(twin)
        cut_factors(twin, till)
        twin.rebalance()
    else:
        cut_factors(twin, till)
        twin.settle()
    for other in reversed(twin.stages):
        if other.unrecognised > 0 and other.end > stage.end:
            stage.deferred = other.unrecognised
            for later in plan.stages:
                if later.end > stage.end:
                    later.moved_up = True
            plan.stale = True
            return


def cut_factors(plan: Plan, till: date) -> None:
    """Stops interest on `till`: the segment that holds it ends there, later ones earn nothing."""
    stage = find_stage(plan, till)
    if stage is not None:
        segment = segment_on(plan, stage, till)
        if segment is not None:
            segment.end = till
    plan.refactor(plan.stages)
    for each in plan.stages:
        for segment in each.segments:
            if till < segment.end:
                segment.level = segment.factor = Decimal(0)
                segment.factor_key = ()
    plan.stale = True


def smooth(plan: Plan, stages: list[Stage]) -> None:
    """Moves the level of `stages` in up to three steps so that the last instalment differs least from the others."""
    twin: Plan | None = None
    for _ in range(MAX_SMOOTHINGS):
        level, gap, uncounted = _gap(stages)
        half = len(stages) // 2
        if not half or abs(gap) * 100 <= half * 10**plan.contract.exponent:
            return
        each = to_minor(CONTEXT.divide(Decimal(gap), Decimal(max(1, len(stages) - uncounted))))
        wanted = stepped(plan, level + each)
        if wanted == level:
            return
        if twin is None:
            twin = plan.copy()
        start, end = stages[0].start, stages[0].end
        related = [s for s in twin.stages if s.start >= start and s.end >= end and not s.holder]
        for stage in related:
            if wanted >= stage.paid:
                stage.level = stage.original_level = wanted
        twin.rebalance()
        close_last_unpaid(twin, end)
        if abs(_gap(twin.stages)[1]) >= abs(gap):
            return
        for stage, better in zip(stages, related, strict=False):
            stage.level = stage.original_level = better.level
        plan.rebalance()


def _gap(stages: list[Stage]) -> tuple[int, int, int]:
    """The level, how far the last open instalment is off it, and how many periods were paid beyond it."""
    for index in range(len(stages) - 1, 0, -1):
        last, before = stages[index], stages[index - 1]
        if not last.settled and not before.settled:
            return before.level, last.level - before.level, sum(1 for s in stages if before.level < s.paid)
    return stages[0].level, 0, 0
