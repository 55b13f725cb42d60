"""Where a day lies in a plan, and how a change of balance on that day cuts a segment in two."""

from datetime import date

from backend.servicing.domain.living.plan import Plan, Stage
from backend.servicing.domain.living.segment import Segment


def within(day: date, start: date, end: date, *, first: bool) -> bool:
    """Periods hold the day they end on; the first one also holds the day it begins on."""
    return (start <= day if first else start < day) and day <= end


def find_stage(plan: Plan, day: date) -> Stage | None:
    """The period that holds `day`."""
    for index, stage in enumerate(plan.stages):
        if within(day, stage.start, stage.end, first=index == 0):
            return stage
    return None


def segment_on(plan: Plan, stage: Stage, day: date) -> Segment | None:
    """The last segment of `stage` that holds `day`."""
    found = None
    for index, segment in enumerate(stage.segments):
        first = index == 0 and stage is plan.stages[0]
        if within(day, segment.start, segment.end, first=first):
            found = segment
    return found


def stage_of(plan: Plan, start: date, end: date) -> Stage | None:
    """The period with these dates, or the first one that covers them."""
    for stage in plan.stages:
        if stage.start == start and stage.end == end:
            return stage
    for stage in plan.stages:
        if stage.start <= start and stage.end >= end:
            return stage
    return None


def change_balance(plan: Plan, day: date, *, drawn: int = 0, correction: int = 0, capitalised: int = 0) -> Stage | None:
    """Changes the balance from `day` on and returns the period; None where the plan holds no time."""
    stage = find_stage(plan, day)
    if stage is None or not stage.segments:
        return None
    segment = _ending_on(plan, stage, day) or cut(stage, day)
    segment.drawn += drawn
    segment.correction += correction
    segment.capitalised += capitalised
    plan.stale = True
    return stage


def _ending_on(plan: Plan, stage: Stage, day: date) -> Segment | None:
    if stage is plan.stages[-1] and day == stage.end:
        # On the day of maturity a change needs a segment without length behind it.
        last = stage.segments[-1]
        return last if last.days == 0 else None
    return next((segment for segment in stage.segments if segment.end == day), None)


def cut(stage: Stage, day: date) -> Segment:
    """Cuts the segment that holds `day` there and returns its first half."""
    previous = stage.segments[0]
    for segment in stage.segments:
        if segment.start < day <= segment.end:
            previous = segment
    end = previous.end
    previous.end = min(max(day, previous.start), end)
    rest = Segment(previous.end, end, paused=previous.paused)
    stage.segments.insert(stage.segments.index(previous) + 1, rest)
    return previous


def take_back_corrections(plan: Plan) -> None:
    """Undoes every overdue correction."""
    for day, amount, _ in plan.corrections:
        change_balance(plan, day, correction=-amount)
    plan.corrections.clear()
    plan.corrected_on = None
