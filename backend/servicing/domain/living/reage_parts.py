"""Re-ageing in equal parts: by the plan where interest is recomputed, else row by row."""

from datetime import date
from decimal import Decimal

from backend.servicing.domain.living import change
from backend.servicing.domain.living import charges as charging
from backend.servicing.domain.living.foresight import outstanding_on
from backend.servicing.domain.living.happenings import ReAged
from backend.servicing.domain.living.level import close_last_unpaid
from backend.servicing.domain.living.parts import Parts, equal_parts, rest_of_parts
from backend.servicing.domain.living.reage_plan import (
    add_equal,
    end_on,
    hold_paid,
    merge_stubs,
    move_away,
    paid_from,
)
from backend.servicing.domain.living.rows import FEE, INTEREST, LEGS, PENALTY, PRINCIPAL, Row, none
from backend.servicing.domain.living.run import Posting, Run
from backend.servicing.domain.living.spans import later


class _Lifted:
    """What re-ageing takes out of the old rows."""

    def __init__(self) -> None:
        self.split = none()
        self.charges: list[charging.Charge] = []


def _lift(run: Run, day: date, event: ReAged) -> _Lifted:
    """Takes what is owed out of all rows: interest, fees and penalties too where they are re-aged in equal parts."""
    lifted = _Lifted()
    whole = event.equal_parts
    for row in run.rows:
        if whole and row.down_payment:
            continue
        principal, interest = row.open(PRINCIPAL), row.open(INTEREST)
        if principal > 0:
            lifted.split[PRINCIPAL] += principal
            row.charged[PRINCIPAL] -= principal
        if whole and interest > 0:
            lifted.split[INTEREST] += interest
            row.charged[INTEREST] -= interest
        if whole:
            held = charging.of_row(run.charges, row, first=row.number == 1)
            lifted.charges += [charge for charge in held if charge.open > 0]
            for leg in (FEE, PENALTY):
                lifted.split[leg] += row.open(leg)
                row.charged[leg] = row.paid[leg]
        row.recheck(day)
    if whole and event.earned_interest_only:
        lifted.split[INTEREST] = outstanding_on(run.plan, day).interest
    return lifted


def _hand_out(row: Row, charges: list[charging.Charge], count: int, index: int) -> None:
    for charge in charges:
        part = equal_parts(charge.open, count).at(index)
        row.fees_of[charge.event.seq] = row.fees_of.get(charge.event.seq, 0) + part


def spread_by_plan(run: Run, posting: Posting, event: ReAged) -> None:
    """Equal parts on a plan: its past is emptied, new periods without interest of their own take what is owed."""
    plan, day, count = run.plan, posting.on, event.count
    maturity = plan.maturity
    owed = outstanding_on(plan, day if event.earned_interest_only else maturity)
    lifted = _lift(run, day, event)
    charges = lifted.split[FEE] + lifted.split[PENALTY]
    posting.becomes([lifted.split[PENALTY], lifted.split[FEE], owed.interest, owed.principal])
    parts = [equal_parts(lifted.split[leg], count) for leg in (PENALTY, FEE)]
    early = _lift_paid(run, day)
    held = parts[0].plus(parts[1]) if charges else equal_parts(0, count)
    _empty_plan(run, day, maturity)
    added = add_equal(plan, event)
    interest = equal_parts(owed.interest, count)
    total = owed.principal + owed.interest + charges
    level = rest_of_parts(owed.principal, total, interest.each + held.each, count).plus(interest)
    for index, stage in enumerate(added):
        stage.fixed_interest = interest.at(index)
        stage.level = stage.original_level = level.at(index)
    plan.rebalance()
    plan.set_rate(min(day, maturity), Decimal(0))
    close_last_unpaid(plan, day)
    _rows_of_parts(run, day, parts, early, lifted.charges)


def _empty_plan(run: Run, day: date, maturity: date) -> None:
    plan = run.plan
    principal, interest = paid_from(plan, day)
    future = sum(stage.credited_principal for stage in plan.stages if stage.start >= day and stage.end > day)
    end_on(plan, day)
    change.credit(plan, day, principal=future)
    for stage in plan.stages:
        plan.settle()
        owed = max(stage.due_interest - stage.paid_interest, 0)
        stage.segments[-1].credited_interest -= min(owed, stage.credited_interest)
        move_away(stage)
        stage.moved_down = True
        plan.stale = True
    if maturity >= day:
        hold_paid(plan, principal, interest, re_aged=True)
    merge_stubs(plan)


def _lift_paid(run: Run, day: date) -> Row:
    """What was paid ahead on the rows that go."""
    early = Row(0, day, day)
    for row in run.rows:
        if row.is_normal and row.due_on >= day:
            for leg in range(LEGS):
                early.paid[leg] += row.paid[leg]
            early.early += row.early
            row.reset()
    return early


def _rows_of_parts(run: Run, day: date, parts: list[Parts], early: Row, charges: list[charging.Charge]) -> None:
    plan = run.plan
    plan.settle()
    run.rows = [
        row
        for row in run.rows
        if row.down_payment
        or (row.additional and row.due_on > plan.maturity)
        or (not row.additional and row.due_on < day)
    ]
    for row in run.rows:
        if row.additional:
            row.starts_on = plan.maturity
    kept: list[Row] = []
    index = 0
    for number, stage in enumerate(plan.stages, start=1):
        if stage.end < day:
            row = next(row for row in run.rows if (row.starts_on, row.due_on) == (stage.start, stage.end))
            row.charged[INTEREST], row.charged[PRINCIPAL] = row.paid[INTEREST], row.paid[PRINCIPAL]
            row.credited[PRINCIPAL] = stage.credited_principal
            row.number = number
            row.recheck(day)
        else:
            row = Row(number, stage.start, stage.end)
            row.re_aged = True
            row.charged[INTEREST], row.charged[PRINCIPAL] = stage.due_interest, stage.due_principal
            if stage.holder:
                row.paid[PRINCIPAL], row.paid[INTEREST] = stage.paid_principal, stage.paid_interest
                for leg in (FEE, PENALTY):
                    row.charged[leg] = row.paid[leg] = early.paid[leg]
                row.early = early.early
            else:
                row.charged[PENALTY], row.charged[FEE] = parts[0].at(index), parts[1].at(index)
                _hand_out(row, charges, parts[0].count, index)
                index += 1
            row.credited[PRINCIPAL] = stage.credited_principal
            row.recheck(day)
        kept.append(row)
    run.rows = [row for row in run.rows if not row.is_normal] + kept
    run.renumber()


def spread_by_rows(run: Run, posting: Posting, event: ReAged) -> None:
    """Equal parts without a plan: rows to come are replaced, rows gone by keep only what was paid."""
    day, count = posting.on, event.count
    maturity = max(row.due_on for row in run.rows if row.is_normal)
    lifted = _lift(run, day, event)
    posting.becomes(lifted.split)
    if not posting.amount:
        return
    split = lifted.split
    parts = [equal_parts(split[leg], count) for leg in (PENALTY, FEE, INTEREST)]
    others = sum(part.each for part in parts)
    parts.append(rest_of_parts(split[PRINCIPAL], sum(split), others, count, run.contract.step_minor))
    number, start = _first_new(run, min(event.first_due_on, day))
    balances = _move_paid(run, day)
    if day <= maturity:
        number, start = _stub(run, number, start)
        stub = Row(number, start, day)
        stub.re_aged = True
        stub.charged, stub.paid = list(balances.paid), list(balances.paid)
        stub.early = balances.early
        stub.recheck(day)
        for row in run.rows:
            if row.number >= number:
                row.number += 1
        run.rows.append(stub)
        number, start = number + 1, day
    due = event.first_due_on
    for index in range(count):
        row = Row(number + index, start, due, [part.at(index) for part in parts])
        row.re_aged = True
        row = _insert_or_merge(run, row, day)
        _hand_out(row, lifted.charges, count, index)
        start, due = row.due_on, later(row.due_on, event.unit, event.every)
    last = number + count - 1
    run.rows = [row for row in run.rows if row.additional or row.number <= last or any(row.paid)]
    run.renumber()


def _first_new(run: Run, day: date) -> tuple[int, date]:
    past = [row for row in run.rows if not row.down_payment and row.due_on < day]
    if past:
        last = max(past, key=lambda row: row.due_on)
        return last.number + 1, last.due_on
    first = min((row for row in run.rows if not row.down_payment), key=lambda row: row.due_on)
    return first.number, first.starts_on


def _move_paid(run: Run, day: date) -> Row:
    moved = Row(0, day, day)
    for row in run.rows:
        if row.is_normal and row.due_on >= day:
            for leg in range(LEGS):
                moved.paid[leg] += row.paid[leg]
                row.charged[leg] -= row.paid[leg]
            row.paid = none()
            moved.early += row.early
            row.early = 0
    return moved


def _stub(run: Run, number: int, start: date) -> tuple[int, date]:
    """An empty row that an earlier re-ageing left just before is taken over."""
    before = next((row for row in run.rows if row.number == number - 1), None)
    if before is not None and before.re_aged and not before.outstanding and not any(before.paid):
        run.rows.remove(before)
        return before.number, before.starts_on
    return number, start


def _insert_or_merge(run: Run, new: Row, day: date) -> Row:
    target = next((row for row in run.rows if row.number == new.number), None)
    if target is not None and target.additional and target.due_on > new.due_on:
        for row in run.rows:
            if row.number >= new.number:
                row.number += 1
        target = None
    if target is None:
        run.rows.append(new)
        new.recheck(day)
        return new
    target.additional, target.re_aged = False, True
    target.starts_on, target.due_on = new.starts_on, new.due_on
    target.charged[PRINCIPAL] = new.charged[PRINCIPAL] + target.paid[PRINCIPAL]
    target.charged[INTEREST] = new.charged[INTEREST] + target.paid[INTEREST]
    for leg in (FEE, PENALTY):
        target.charged[leg] += new.charged[leg]
    target.recheck(day)
    return target
