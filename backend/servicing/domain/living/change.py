"""What happens to a plan: draws, capitalised income, rate changes, pauses, payments, credits."""

from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.cuts import change_balance, cut, find_stage, stage_of
from backend.servicing.domain.living.level import (
    close_last_unpaid,
    defer_unrecognised,
    set_levels,
    smooth,
)
from backend.servicing.domain.living.plan import Plan, Stage
from backend.servicing.domain.living.spans import later, next_due
from shared.terms import InterestKind

ONE_DAY = timedelta(days=1)


def draw(plan: Plan, day: date, amount: int) -> None:
    """Money is paid out on `day`."""
    contract = plan.contract
    if not contract.daily_interest and not contract.partial_periods:
        day = next((stage.start for stage in plan.stages if stage.end > day), day)
    if contract.full_term_tranches:
        _draw_full_term(plan, day, amount)
        return
    for stage in plan.stages:
        if day <= stage.start:
            stage.drawn_before += amount
    changed = change_balance(plan, day, drawn=amount)
    if changed is not None:
        _relevel(plan, _effective_end(plan, changed, day), on_copy=True)


def _draw_full_term(plan: Plan, day: date, amount: int) -> None:
    """A later draw that is repaid over the whole number of instalments: its own schedule is laid over the plan."""
    contract = plan.contract
    for stage in plan.stages:
        if day <= stage.start:
            stage.drawn_before += amount
    first = next((stage.start for stage in plan.stages if stage.start <= day < stage.end), plan.maturity)
    ends: list[date] = []
    at = first
    for _ in range(contract.instalments):
        at = next_due(at, contract.unit, contract.every, first)
        ends.append(at)
    own = Plan.over(_single_draw(contract), zip([first, *ends[:-1]], ends, strict=True))
    change = change_balance(own, day, drawn=amount)
    if change is not None:
        for stage in own.stages:
            if day <= stage.start:
                stage.drawn_before += amount
        _relevel(own, _effective_end(own, change, day), on_copy=True)
    own.settle()
    change_balance(plan, day, drawn=amount)
    for index, new in enumerate(own.stages):
        level = new.due_principal + new.due_interest
        old = next((stage for stage in plan.stages if stage.start == new.start and stage.end == new.end), None)
        if old is not None:
            old.level += level
            old.original_level = old.level
            plan.refactor([old])
        else:
            last = plan.stages[-1]
            added = Stage(last.end if index == 0 else new.start, new.end, level)
            added.drawn_before = last.drawn_before
            plan.stages.append(added)
            plan.refactor([added])
    plan.rebalance()
    close_last_unpaid(plan, day)


def _single_draw(contract: Contract) -> Contract:
    """The contract of one tranche by itself: its days are counted, and it knows no grace and no multiples."""
    return replace(
        contract, full_term_tranches=False, step_minor=0, grace_principal=0, grace_interest=0, daily_interest=True
    )


def capitalise(plan: Plan, day: date, amount: int) -> None:
    """Income is added to the principal on `day`."""
    for stage in plan.stages:
        if day <= stage.start:
            stage.capitalised_before += amount
    changed = change_balance(plan, day, capitalised=amount)
    if changed is not None:
        _relevel(plan, _effective_end(plan, changed, day), on_copy=True)


def change_rate(plan: Plan, since: date, rate: Decimal) -> None:
    """A new annual rate holds from `since`; the instalments after it are levelled again."""
    day = since - ONE_DAY
    plan.set_rate(day, rate)
    stage = change_balance(plan, day)
    if stage is not None:
        _relevel(plan, _effective_end(plan, stage, day), on_copy=False)


def add_periods(plan: Plan, since: date, count: int, *, seed: date, existing: int) -> None:
    """`count` more periods at the end, spaced from `seed`; what is open from `since` on is levelled over all."""
    unit, every = plan.contract.unit, plan.contract.every
    last = plan.stages[-1]
    for number in range(existing, existing + count):
        stage = Stage(later(seed, unit, number * every), later(seed, unit, (number + 1) * every))
        stage.drawn_before, stage.capitalised_before = last.drawn_before, last.capitalised_before
        plan.stages.append(stage)
    day = since - ONE_DAY
    changed = change_balance(plan, day)
    if changed is not None:
        _relevel(plan, _effective_end(plan, changed, day), on_copy=False)


def _effective_end(plan: Plan, stage: Stage, day: date) -> date:
    """A change on a due date counts from the next period on, where there is one."""
    if stage.end == day:
        index = plan.stages.index(stage)
        if index + 1 < len(plan.stages):
            return plan.stages[index + 1].end
    return stage.end


def _relevel(plan: Plan, since: date, *, on_copy: bool) -> None:
    """Levels the periods that end on or after `since` again.

    After a draw the level is found on a copy without payments, as if all had gone to plan, and then taken over.
    """
    related = [stage for stage in plan.stages if stage.end >= since]
    for stage in plan.stages[: plan.contract.grace_interest]:
        stage.interest_grace = True
    plan.refactor(related)
    if plan.contract.interest is InterestKind.FLAT:
        if related:
            set_levels(plan, related)
            _grace_principal(plan, related)
        return
    plan.rebalance()
    direct = plan.is_empty or plan.is_copy or not on_copy
    if direct:
        set_levels(plan, related)
    elif related:
        _level_on_copy(plan, since, related)
    _grace_principal(plan, related)
    plan.rebalance()
    close_last_unpaid(plan, since)
    if direct and related:
        smooth(plan, related)


def _level_on_copy(plan: Plan, since: date, related: list[Stage]) -> None:
    twin = plan.copy(is_copy=True)
    for stage in twin.stages:
        stage.paid_principal = stage.deferred = 0
        if stage.moved_down:
            stage.fixed_interest = stage.paid_interest
        stage.paid_interest = 0
        for segment in stage.segments:
            segment.correction = 0
    _relevel(twin, since, on_copy=True)
    _relevel(twin, since, on_copy=True)
    first = related[0].end
    for stage, other in zip(plan.stages, twin.stages, strict=True):
        if stage.end >= first:
            stage.level, stage.original_level = other.level, other.original_level
    plan.stale = True


def _grace_principal(plan: Plan, related: list[Stage]) -> None:
    """While principal is in grace, an instalment is its interest."""
    grace = min(plan.contract.grace_principal, len(related))
    if not grace:
        return
    plan.settle()
    for stage in related[:grace]:
        plan.settle()
        stage.level = stage.original_level = stage.due_interest
        plan.stale = True
    if grace < len(related):
        plan.rebalance()
        set_levels(plan, related[grace:])


def correct(plan: Plan, day: date, amount: int) -> None:
    """The balance is higher (lower, if negative) by `amount` from `day` on than the plan said."""
    stage = change_balance(plan, day, correction=amount)
    if stage is not None:
        _follow(plan, stage, day)


def correct_overdue(plan: Plan, day: date, amount: int) -> None:
    """As `correct`, for principal that is overdue; remembered, so that it can be taken back."""
    stage = change_balance(plan, day, correction=amount)
    if stage is not None:
        plan.corrections.append((day, amount, stage.end))
        _follow(plan, stage, day)


def _follow(plan: Plan, stage: Stage, day: date) -> None:
    plan.refactor([stage])
    plan.rebalance()
    close_last_unpaid(plan, day)


def credit(plan: Plan, day: date, *, principal: int = 0, interest: int = 0) -> None:
    """Principal or interest that was paid is owed again from `day` on."""
    stage = change_balance(plan, day, correction=principal)
    if stage is None:
        return
    for index, other in enumerate(plan.stages):
        last = index == len(plan.stages) - 1
        if other.start <= day and (day <= other.end if last else day < other.end):
            begun = [segment for segment in other.segments if segment.start == day]
            if begun:
                begun[-1].credited_principal += principal
                begun[-1].credited_interest += interest
            break
    _follow(plan, stage, day)


def pay_interest(plan: Plan, start: date, end: date, day: date, amount: int) -> None:
    """Interest of the period `start`..`end` is paid on `day`."""
    if not amount:
        return
    stage = stage_of(plan, start, end)
    unpaid = [each for each in plan.stages if not each.settled]
    if stage is not None:
        if unpaid and stage is unpaid[-1] and day >= stage.end:
            defer_unrecognised(plan, stage, day)
        stage.paid_interest += amount
    plan.stale = True
    plan.rebalance()
    close_last_unpaid(plan, day)


def pay_principal(plan: Plan, start: date, end: date, day: date, amount: int) -> None:
    """Principal of the period `start`..`end` is paid on `day`; a period paid ahead keeps what was paid as its level."""
    if not amount:
        return
    stage = stage_of(plan, start, end)
    if stage is not None:
        stage.paid_principal += amount
    counted_on = min(end, day)
    correct(plan, counted_on, -amount)
    if plan.fixed_levels or stage is None:
        return
    several = sum(1 for each in plan.stages if not each.settled) > 1
    if several and day < stage.start:
        ahead = stage.paid > stage.room or stage.paid == stage.original_level + stage.credited
        if ahead:
            stage.level = stage.paid - stage.credited
            plan.stale = True
            close_last_unpaid(plan, counted_on)


def pause(plan: Plan, start: date, end: date) -> None:
    """No interest is earned from `start` to `end`, both included."""
    affected = [stage for stage in plan.stages if stage.start < end and stage.end >= start]
    for stage in affected:
        begin, finish = max(start - ONE_DAY, stage.start), min(end, stage.end)
        if all(segment.start != begin for segment in stage.segments):
            cut(stage, begin)
        if all(segment.end != finish for segment in stage.segments):
            cut(stage, finish)
        for segment in stage.segments:
            if segment.start >= begin and segment.end <= finish:
                segment.paused = True
    if affected:
        plan.refactor(stage for stage in plan.stages if stage.end >= affected[0].start)
        plan.rebalance()
        close_last_unpaid(plan, affected[0].start)


def move_due(plan: Plan, due: date, new_due: date) -> None:
    """The period that ends on `due` ends on `new_due`; all later ones follow it."""
    target = find_stage(plan, due)
    if target is None:
        return
    contract = plan.contract
    moved = (new_due - due).days
    target.end = target.segments[-1].end = new_due
    at, seed = new_due, new_due
    following = plan.stages[plan.stages.index(target) + 1 :]
    for stage in following:
        stage.start = stage.segments[0].start = at
        at = next_due(at, contract.unit, contract.every, seed)
        if stage is following[-1] and contract.fixed_days is not None:
            at = later(plan.start, contract.unit, contract.fixed_days + moved)
        stage.end = stage.segments[-1].end = at
    plan.refactor(stage for stage in plan.stages if stage.end >= due)
    plan.rebalance()
    close_last_unpaid(plan, due)
