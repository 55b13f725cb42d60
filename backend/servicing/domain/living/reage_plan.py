"""How re-ageing and re-amortising change a plan: what is owed leaves the past and comes back in new periods."""

from datetime import date

from backend.servicing.domain.living import change
from backend.servicing.domain.living.cuts import find_stage, stage_of
from backend.servicing.domain.living.happenings import ReAged
from backend.servicing.domain.living.level import close_last_unpaid, set_levels, smooth
from backend.servicing.domain.living.parts import equal_parts
from backend.servicing.domain.living.plan import Plan, Stage
from backend.servicing.domain.living.rows import INTEREST, PRINCIPAL, Row
from backend.servicing.domain.living.spans import later


def tell_paid(plan: Plan, rows: list[Row], *, by: date = date.max) -> None:
    """Tells a plan that payments did not move what was paid of each period: there when it fell due, or on the day `by`.

    It may not take back what was paid, nor earn interest on it any more.
    """
    for row in rows:
        stage = stage_for(plan, row)
        if stage is None:
            continue
        untold = row.paid[PRINCIPAL] - stage.paid_principal
        stage.paid_interest = max(stage.paid_interest, row.paid[INTEREST])
        if untold > 0:
            stage.paid_principal += untold
            change.correct(plan, min(stage.end, by), -untold)


def stage_for(plan: Plan, row: Row) -> Stage | None:
    """The period that a row stands for; a down payment stands for none."""
    return None if row.down_payment else stage_of(plan, row.starts_on, row.due_on)


def level_anew(plan: Plan, day: date, event: ReAged, own: Plan) -> None:
    """Ends the plan on `day` and lays `own`, the plan of what is owed, behind it."""
    future = _future_credits(plan, day)
    principal, interest = paid_from(plan, day)
    end_on(plan, day)
    change.credit(plan, day, principal=future)
    empty_past(plan, day)
    merge_stubs(plan)
    lent = plan.stages[0].drawn_before
    if principal or interest:
        hold_paid(plan, principal, interest, re_aged=False)
    own.settle()
    for index, new in enumerate(own.stages):
        level = new.due_principal + new.due_interest
        if index == 0 and event.first_due_on == plan.start:
            first = plan.stages[0]
            first.end = first.segments[-1].end = new.end
            first.level = level
            plan.refactor([first])
            continue
        stage = Stage(plan.stages[-1].end if index == 0 else new.start, new.end, level)
        stage.drawn_before = lent
        plan.stages.append(stage)
        plan.refactor([stage])
    first_due = event.first_due_on
    aged = [s for s in plan.stages if (s.start == day and s.end == first_due) or s.start >= first_due]
    plan.rebalance()
    close_last_unpaid(plan, day)
    smooth(plan, aged)
    close_last_unpaid(plan, day)


def _future_credits(plan: Plan, day: date) -> int:
    return sum(stage.credited_principal for stage in plan.stages if stage.start >= day and stage.end > day)


def paid_from(plan: Plan, day: date) -> tuple[int, int]:
    """Principal and interest already paid of the periods that end on or after `day`."""
    stages = [stage for stage in plan.stages if stage.end >= day]
    return sum(stage.paid_principal for stage in stages), sum(stage.paid_interest for stage in stages)


def end_on(plan: Plan, day: date) -> None:
    """Lets the period that holds `day` end there; later ones go."""
    stage = find_stage(plan, day)
    if stage is None:
        return
    stage.holder = True
    if stage.end != day:
        stage.end = stage.segments[-1].end = day
        plan.refactor([stage])
    if stage is not plan.stages[-1]:
        plan.stages = [each for each in plan.stages if each.end <= day]
    plan.stale = True


def empty_past(plan: Plan, day: date) -> None:
    """What was not paid of the periods begun by `day` no longer falls due in them."""
    plan.settle()
    for stage in [each for each in plan.stages if each.start <= day and not each.settled]:
        for segment in stage.segments:
            if segment.end == day:
                segment.correction = 0
        last = stage.segments[-1]
        if last.correction:
            plan.stale = True
            plan.settle()
            last.correction -= max(stage.due_principal - stage.paid_principal, 0)
        move_away(stage)
        plan.stale = True


def move_away(stage: Stage) -> None:
    """The period keeps only what was paid of it."""
    stage.level = stage.paid
    stage.moved_credit = stage.credited_principal + stage.credited_interest


def merge_stubs(plan: Plan) -> None:
    """Periods that earlier re-ageings left empty become one."""
    plan.settle()

    def is_stub(stage: Stage) -> bool:
        return stage.holder and not stage.level and not stage.due_principal and not stage.due_interest

    index = 0
    while index < len(plan.stages):
        current = plan.stages[index]
        if is_stub(current):
            while index + 1 < len(plan.stages) and is_stub(plan.stages[index + 1]):
                removed = plan.stages.pop(index + 1)
                current.end = current.segments[-1].end = removed.end
                plan.refactor([current])
                plan.settle()
        index += 1
    plan.stale = True


def hold_paid(plan: Plan, principal: int, interest: int, *, re_aged: bool) -> None:
    """The last period takes all that was already paid ahead."""
    stage = plan.stages[-1]
    stage.paid_interest, stage.paid_principal = interest, principal
    stage.level = stage.paid
    stage.re_aged = stage.re_aged or re_aged
    stage.holder = True
    plan.refactor([stage])


def add_equal(plan: Plan, event: ReAged) -> list[Stage]:
    """New periods without interest of their own."""
    added: list[Stage] = []
    end = event.first_due_on
    for _ in range(event.count):
        last = plan.stages[-1]
        stage = Stage(last.end, end)
        stage.capitalised_before, stage.drawn_before = last.capitalised_before, last.drawn_before
        stage.re_aged = True
        plan.stages.append(stage)
        added.append(stage)
        end = later(end, event.unit, event.every)
    plan.stale = True
    return added


def re_amortise_plan(plan: Plan, day: date) -> None:
    """What is overdue moves into the periods to come, levelled again."""
    empty_past(plan, day)
    coming = [stage for stage in plan.stages if stage.end > day]
    _relevel(plan, coming, day)


def _relevel(plan: Plan, coming: list[Stage], day: date) -> None:
    set_levels(plan, coming, principal=_yet_to_fall_due(plan, coming))
    for stage in coming:
        stage.relevelled = not stage.settled
    plan.rebalance()
    close_last_unpaid(plan, day)
    smooth(plan, coming)


def _yet_to_fall_due(plan: Plan, coming: list[Stage]) -> int:
    """What was lent and falls due in no earlier period; what was paid of it ahead is in it."""
    plan.settle()
    before = plan.stages[: plan.stages.index(coming[0])]
    lent = sum(segment.raised for stage in [*before, coming[0]] for segment in stage.segments)
    return lent - sum(stage.due_principal for stage in before)


def re_amortise_split(plan: Plan, day: date) -> None:
    """As `re_amortise_plan`, but overdue interest is spread in equal parts and earns nothing."""
    plan.settle()
    past = [stage for stage in plan.stages if stage.end <= day and not stage.settled]
    coming = [stage for stage in plan.stages if stage.end > day]
    interest = sum(stage.due_interest - stage.paid_interest for stage in past)
    _earn_as_scheduled(plan, past, coming, day)
    for stage in past:
        move_away(stage)
        stage.moved_down = True
    plan.refactor(coming)
    parts = equal_parts(interest, len(coming))
    for index, stage in enumerate(coming):
        stage.fixed_interest += parts.at(index)
    plan.stale = True
    _relevel(plan, coming, day)


def _earn_as_scheduled(plan: Plan, past: list[Stage], coming: list[Stage], day: date) -> None:
    """Lets what was paid by `day` lower the balance where it fell due; ahead of that only while interest follows it."""
    settled = [stage.settled for stage in plan.stages]
    for stage in plan.stages:
        for segment in stage.segments:
            segment.correction = 0
    for index, stage in enumerate(plan.stages):
        if settled[index] and stage.end <= day:
            back = plan.stages[index + 1].credited_principal if index + 1 < len(plan.stages) else 0
            stage.segments[-1].correction -= max(stage.paid_principal - back, 0)
    for stage in past:
        stage.segments[-1].correction -= stage.paid_principal
    for stage in coming:
        earlier = plan.stages[plan.stages.index(coming[0]) - 1] if plan.contract.recalculates else stage
        earlier.segments[-1].correction -= stage.paid_principal
