"""What a plan says about a day: what is due, earned and outstanding on it, and what overdue principal earns."""

from datetime import date

from msgspec import Struct

from backend.servicing.domain.living.change import correct_overdue
from backend.servicing.domain.living.contract import Contract, Direction, Rest
from backend.servicing.domain.living.cuts import find_stage, segment_on, stage_of
from backend.servicing.domain.living.level import close_last_unpaid, cut_factors
from backend.servicing.domain.living.plan import Plan, Stage
from backend.servicing.domain.living.rounds import share
from backend.servicing.domain.living.segment import Segment


class DueOn(Struct, frozen=True):
    """What one period asks for on a day, in minor units."""

    principal: int
    interest: int


def till(plan: Plan, day: date) -> Plan:
    """A copy of the plan in which interest stops on `day` and later periods hold no time."""
    twin = plan.copy()
    if day < twin.start:
        for stage in twin.stages:
            stage.segments = []
        twin.stale = True
        return twin
    if day >= twin.maturity:
        return twin
    current = find_stage(twin, day)
    assert current is not None, "a day before maturity lies in a period"
    for index, stage in enumerate(twin.stages):
        if stage.end <= day:
            continue
        if stage is current:
            _stop(twin, stage, day)
        elif index and twin.stages[index - 1] is current and _gives_back(stage.segments[0]):
            stage.segments[0].end = stage.segments[0].start
            del stage.segments[1:]
        else:
            stage.segments = []
    twin.refactor(twin.stages)
    twin.rebalance()
    close_last_unpaid(twin, day)
    return twin


def _stop(plan: Plan, stage: Stage, day: date) -> None:
    segment = segment_on(plan, stage, day)
    if segment is None:
        return
    segment.end = day
    index = stage.segments.index(segment) + 1
    if index < len(stage.segments):
        segment.credited_principal += stage.segments[index].credited_principal
        segment.credited_interest += stage.segments[index].credited_interest
    del stage.segments[index:]


def _gives_back(segment: Segment) -> bool:
    return segment.credited_interest > 0 or segment.credited_principal > 0


def due_on(plan: Plan, start: date, end: date, day: date) -> DueOn:
    """What the period `start`..`end` asks for if it is paid on `day`: ahead of its time, interest only so far."""
    twin = till(plan, day)
    stage = stage_of(twin, start, end)
    assert stage is not None, "rows and periods have the same dates"
    twin.settle()
    unpaid = sum(1 for each in twin.stages if not each.settled)
    owed = max(_raised(twin) - _paid_principal(twin), 0)
    if day <= stage.start:
        if unpaid > 1:
            stage.level = stage.original_level
            twin.stale = True
            twin.settle()
            excess = max(max(stage.due_principal - stage.paid_principal, 0) - owed, 0)
            stage.level -= excess
        elif unpaid == 1 and stage.settled:
            rest = _raised(twin) - _paid_principal(twin) + stage.paid_principal + stage.due_interest
            stage.level = min(stage.original_level, rest)
        twin.stale = True
        twin.settle()
    principal = stage.due_principal
    if plan.contract.direction is Direction.VERTICAL and unpaid > 1:
        principal = stage.room
    return DueOn(min(principal, stage.paid_principal + owed), stage.due_interest)


def _raised(plan: Plan) -> int:
    return max(sum(segment.raised for stage in plan.stages for segment in stage.segments), 0)


def _paid_principal(plan: Plan) -> int:
    return sum(stage.paid_principal for stage in plan.stages)


def interest_till(plan: Plan, start: date, end: date, day: date, *, with_credits: bool, fixed_by_day: bool) -> int:
    """What the period `start`..`end` has earned by `day`."""
    twin = till(plan, day)
    stage = stage_of(twin, start, end)
    assert stage is not None, "rows and periods have the same dates"
    twin.settle()
    earned = stage.earned
    if fixed_by_day and stage.fixed_interest:
        earned = max(earned - stage.fixed_interest + _fixed_share(stage), 0)
    return earned if with_credits else earned - stage.credited_interest


def _fixed_share(stage: Stage) -> int:
    """The part of fixed interest that the days held so far have earned."""
    whole = (stage.end - stage.start).days
    if not whole or not stage.segments:
        return stage.fixed_interest
    return share(stage.fixed_interest, (stage.segments[-1].end - stage.segments[0].start).days, whole)


def outstanding_on(plan: Plan, day: date) -> DueOn:
    """Principal and interest that paying off on `day` would cost."""
    twin = plan.copy()
    cut_factors(twin, day)
    twin.rebalance()
    close_last_unpaid(twin, day)
    twin.settle()
    principal = max(_raised(twin) - _paid_principal(twin), 0)
    interest = sum(stage.due_interest for stage in twin.stages) - sum(stage.paid_interest for stage in twin.stages)
    return DueOn(principal, max(interest, 0))


def open_interest_on(plan: Plan, day: date) -> int:
    """Interest of the periods begun before `day` that is earned and unpaid."""
    twin = till(plan, day)
    twin.settle()
    return sum(max(stage.due_interest - stage.paid_interest, 0) for stage in twin.stages if stage.start < day)


def interest_due_on(plan: Plan, day: date) -> int:
    """The interest of all periods, each as it stands on `day`."""
    return sum(due_on(plan, stage.start, stage.end, day).interest for stage in plan.stages)


def counts_to_period_end(contract: Contract, *, paying_off: bool) -> bool:
    """Whether interest is computed to the end of the current period rather than to the day itself."""
    if contract.rest is Rest.DAILY:
        return paying_off and contract.payoff_to_period_end
    return contract.payoff_to_period_end


def charge_overdue(plan: Plan, day: date, *, paying_off: bool) -> bool:
    """Lets principal that fell due and was not paid earn interest up to `day`; says whether anything changed."""
    target = min(day, plan.maturity)
    overdue = [stage for stage in plan.stages if not stage.holder and stage.end < target]
    if not overdue:
        return False
    current = find_stage(plan, target) or plan.stages[-1]
    changed = False
    carried = total = 0
    for stage in overdue:
        if carried:
            changed |= _carry(plan, target, stage, carried, total, paying_off=paying_off)
        plan.settle()
        carried = max(stage.due_principal - stage.paid_principal, 0)
        total += carried
    if current is not plan.stages[-1] or target <= plan.maturity:
        changed |= _carry(plan, target, current, carried, total, paying_off=paying_off)
    if total > 0 and (plan.corrected_on is None or plan.corrected_on < target):
        plan.corrected_on = target
    return changed


def _carry(plan: Plan, day: date, stage: Stage, carried: int, total: int, *, paying_off: bool) -> bool:
    if plan.corrected_on == day or not (carried or total):
        return False
    start, end = stage.start, stage.end
    since = plan.corrected_on
    correct_overdue(plan, start if since is None or start > since else since, carried)
    if start < day <= end:
        until = end if counts_to_period_end(plan.contract, paying_off=paying_off) else day
        correct_overdue(plan, until, -total)
        plan.corrected_on = until
    return True
