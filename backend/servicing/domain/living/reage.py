"""Re-ageing: what is owed is spread over new instalments, and the loan is no longer late."""

from datetime import date

from msgspec.structs import replace

from backend.servicing.domain.living import change
from backend.servicing.domain.living import charges as charging
from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.foresight import open_interest_on
from backend.servicing.domain.living.happenings import Paused, ReAged
from backend.servicing.domain.living.plan import Plan
from backend.servicing.domain.living.reage_parts import spread_by_plan, spread_by_rows
from backend.servicing.domain.living.reage_plan import level_anew, tell_paid
from backend.servicing.domain.living.rows import INTEREST, PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run
from backend.servicing.domain.living.spans import later, period_ends
from shared.terms import InterestKind


def re_age(run: Run, posting: Posting, event: ReAged) -> None:
    """Spreads what is owed over `event.count` new instalments, by a new level or in equal parts.

    Flat interest was agreed on as one sum and does not grow with time, so it only comes in equal parts.
    """
    if run.contract.interest is InterestKind.FLAT:
        spread_by_rows(run, posting, event)
    elif run.contract.bears_interest and not event.equal_parts:
        _by_new_level(run, posting, event)
    elif run.contract.bears_interest and run.contract.recalculates:
        spread_by_plan(run, posting, event)
    else:
        spread_by_rows(run, posting, event)
    posting.void = not posting.amount


def _by_new_level(run: Run, posting: Posting, event: ReAged) -> None:
    """What is owed becomes a loan of its own at the loan's rate, paid by a level instalment."""
    day, plan = posting.on, run.plan
    if not run.recalculating:
        tell_paid(plan, run.rows, by=day)
    interest = open_interest_on(plan, day)
    raised = sum(segment.raised for stage in plan.stages for segment in stage.segments)
    principal = max(raised - sum(stage.paid_principal for stage in plan.stages), 0)
    start = _first_start(run, event)
    own = _own_plan(run.contract, event, start, principal)
    level_anew(plan, day, event, own)
    _rows_by_plan(run, posting, start)
    posting.becomes([0, 0, interest, principal])
    run.renumber()


def _first_start(run: Run, event: ReAged) -> date:
    """One period before the first new due date, or that date itself where the loan begins on it."""
    if event.first_due_on == run.disbursed_on:
        return event.first_due_on
    return later(event.first_due_on, event.unit, -event.every)


def _own_plan(contract: Contract, event: ReAged, start: date, principal: int) -> Plan:
    terms = replace(
        contract,
        unit=event.unit,
        every=event.every,
        instalments=event.count,
        grace_principal=0,
        grace_interest=0,
        step_minor=0,
        daily_interest=True,
        full_term_tranches=False,
        fixed_days=None,
        submitted_on=event.first_due_on,
    )
    ends = [event.first_due_on]
    seeded = period_ends(replace(terms), event.first_due_on, event.count)
    ends += seeded[: event.count - 1]
    plan = Plan.over(terms, zip([start, *ends[:-1]], ends, strict=True))
    change.draw(plan, start, principal)
    plan.settle()
    return plan


def _rows_by_plan(run: Run, posting: Posting, start: date) -> None:
    day, plan = posting.on, run.plan
    plan.settle()
    holder = next((stage for stage in plan.stages if stage.holder), None)
    ended = [row for row in run.rows if not row.due_on < day]
    lifted = [charge for row in ended for charge in charging.of_row(run.charges, row, first=row.number == 1)]
    moved = None if holder is None else _paid_row(run, day, holder.start, holder.end)
    if moved is not None and holder is not None:
        moved.charged[PRINCIPAL], moved.charged[INTEREST] = holder.due_principal, holder.due_interest
        moved.paid[PRINCIPAL] = min(holder.paid_principal, holder.due_principal)
        moved.paid[INTEREST] = min(holder.paid_interest, holder.due_interest)
        moved.credited[PRINCIPAL] = holder.credited_principal
        moved.recheck(day)
    run.rows = [row for row in run.rows if row.down_payment or row.due_on < day]
    normal = [row for row in run.rows if row.is_normal]
    for index, stage in enumerate(plan.stages):
        if index < len(normal):
            row = normal[index]
            if not row.met or row.starts_on >= start:
                row.starts_on, row.due_on = stage.start, stage.end
                row.charged[PRINCIPAL] = stage.due_principal if stage.level else 0
                row.charged[INTEREST] = stage.due_interest if stage.level else 0
                row.re_aged = row.re_aged or row.starts_on >= start
                row.additional = False
                row.credited[PRINCIPAL] = stage.credited_principal
                row.recheck(day)
        elif stage.holder and moved is not None:
            run.rows.append(moved)
        else:
            row = Row(index + 1, stage.start, stage.end)
            row.re_aged = True
            row.charged[PRINCIPAL], row.charged[INTEREST] = stage.due_principal, stage.due_interest
            row.credited[PRINCIPAL] = stage.credited_principal
            row.recheck(day)
            run.rows.append(row)
    for number, row in enumerate(run.rows, start=1):
        row.number = number
    lent = sum(each.amount for each in run.posted if each.kind == "disbursement")
    for charge in dict.fromkeys(lifted):
        charging.lay(charge, run.rows, run.disbursed_on, lent)
    _pause_again(run, start)


def _paid_row(run: Run, day: date, start: date, end: date) -> Row:
    """A row for what was already paid of the rows that re-ageing takes away."""
    row = Row(0, start, end)
    row.re_aged = True
    for old in run.rows:
        if old.is_normal and old.due_on >= day:
            row.early += old.early
            row.late += old.late
            old.reset()
    return row


def _pause_again(run: Run, start: date) -> None:
    """Pauses of interest hold for the new instalments too."""
    aged = [row for row in run.rows if row.re_aged]
    if not aged:
        return
    end = aged[-1].due_on
    for event in run.events:
        if isinstance(event, Paused):
            over = event.on <= start <= event.to
            if over or start < event.on < end:
                change.pause(run.plan, event.on, event.to)
                update_from(run, event.on)


def update_from(run: Run, day: date) -> None:
    """Copies the plan into the open rows that end on or after `day`."""
    run.plan.settle()
    for row in run.rows:
        if not row.met and day <= row.due_on:
            for stage in run.plan.stages:
                if (stage.start, stage.end) == (row.starts_on, row.due_on):
                    row.charged[PRINCIPAL], row.charged[INTEREST] = stage.due_principal, stage.due_interest
