"""How a loan ends before its time: written off, charged off, its contract terminated."""

from datetime import date

from backend.servicing.domain.living.change import correct
from backend.servicing.domain.living.contract import ChargeOffRule
from backend.servicing.domain.living.foresight import interest_till
from backend.servicing.domain.living.happenings import ChargeTime, Kind, ReAged
from backend.servicing.domain.living.rounds import share_of
from backend.servicing.domain.living.rows import FEE, INTEREST, LEGS, PENALTY, PRINCIPAL, Row, none
from backend.servicing.domain.living.run import Posting, Run


def write_off(run: Run, posting: Posting) -> None:
    """Gives up everything that is owed."""
    run.sync_amounts()
    run.charged_off = True
    split = none()
    for row in run.rows:
        if not row.met:
            for leg in range(LEGS):
                due = row.open(leg)
                row.off[leg] = due
                split[leg] += due
            row.check(posting.on)
    posting.becomes(split)
    run.written_off = True


def charge_off(run: Run, posting: Posting) -> None:
    """Takes the loan out of the books as a loss; the borrower still owes it."""
    if any(not row.met for row in run.rows):
        rule = run.contract.charge_off
        if rule is ChargeOffRule.NO_INTEREST:
            _drop_interest(run, posting)
        elif rule is ChargeOffRule.ACCELERATE:
            accelerate(run, posting)
        posting.becomes(run.open_split())
    else:
        posting.becomes(none())
    run.charged_off = posting.amount > 0
    posting.void = not posting.amount


def terminate(run: Run, posting: Posting) -> None:
    """Ends the contract: everything falls due on the day."""
    if any(not row.met for row in run.rows):
        accelerate(run, posting)
        posting.becomes(run.open_split())
    else:
        posting.becomes(none())
    run.terminated = posting.amount > 0
    posting.void = not posting.amount


def _drop_interest(run: Run, posting: Posting) -> None:
    """Interest stops on the day; what later rows asked for as interest they ask for as principal, then the rows end."""
    day = posting.on
    for row in run.rows:
        if row.starts_on <= day < row.due_on:
            if run.contract.recalculates_interest:
                earned = interest_till(run.plan, row.starts_on, row.due_on, day, with_credits=True, fixed_by_day=False)
                if row.open(INTEREST) <= 0 and earned <= 0:
                    continue
                removed = row.charged[INTEREST] - earned
            else:
                due = row.open(INTEREST)
                if due <= 0:
                    continue
                earned = share_of(due, (day - row.starts_on).days, (row.due_on - row.starts_on).days)
                removed = due - earned
            row.charged[PRINCIPAL] += removed
            row.charged[INTEREST] = earned
    if run.contract.recalculates_interest:
        run.charged_off = True
    kept = any(isinstance(each.event, ReAged) and each.event.equal_parts and each.on <= day for each in run.posted)
    for row in run.rows:
        if row.starts_on > day and not row.met and not (row.re_aged and kept):
            due = row.open(INTEREST)
            if due > 0:
                row.charged[PRINCIPAL] += due
                row.charged[INTEREST] -= due
    _fit_principal(run, day)


def _fit_principal(run: Run, day: date) -> None:
    """Rows must ask for exactly the principal that was lent: the last ones give way."""
    normal = [row for row in run.rows if not row.additional]
    lent = sum(each.amount for each in run.posted if each.kind in {Kind.DISBURSEMENT, Kind.CAPITALISED_INCOME})
    lent += sum(row.credited[PRINCIPAL] for row in normal)
    left = lent - sum(row.charged[PRINCIPAL] for row in normal)
    for row in reversed(run.rows[1:]):
        if not left:
            return
        if row.additional or row.met:
            continue
        before = row.charged[PRINCIPAL]
        row.charged[PRINCIPAL] = max(before + left, 0)
        if not row.met:
            row.check(day)
        if abs(left) <= before:
            left = 0
        else:
            left += before if left < 0 else -before


def accelerate(run: Run, posting: Posting) -> None:
    """Everything falls due on the day: the row it lies in takes the principal of all later ones, interest stops."""
    day = posting.on
    maturity = max(row.due_on for row in run.rows if row.is_normal)
    current = row_on(run, day)
    if day >= maturity or current is None:
        return
    on_plan = run.contract.recalculates_interest
    if not current.met or current.re_aged:
        _stop_interest(run, current, day, on_plan=on_plan)
    later = [row for row in run.rows if row.due_on > day and row is not current]
    current.due_on = day
    current.charged[PRINCIPAL] += sum(row.charged[PRINCIPAL] for row in later)
    if current.met:
        current.paid[PRINCIPAL] = current.charged[PRINCIPAL] - sum(row.open(PRINCIPAL) for row in later)
        current.early += sum(row.early for row in later)
    kept = [row for row in run.rows if row not in later]
    moved = _charges_row(run, later, current, len(kept))
    again = [
        each
        for each in run.posted
        if each.on < day and any(row.starts_on > day and row in later for row, _ in each.rows.values())
    ]
    touched = {id(row) for each in again for row, _ in each.rows.values()}
    for row in run.rows:
        if row.starts_on < day and not row.met and id(row) in touched:
            row.reset()
    run.rows = kept + moved
    if on_plan:
        _shorten_plan(run, day, again)
    else:
        for each in again:
            run.verbs.repeat(run, each)
    current.recheck(day)


def row_on(run: Run, day: date) -> Row | None:
    """The row that `day` lies in."""
    normal = [row for row in run.rows if not row.down_payment]
    for index, row in enumerate(normal):
        if (row.starts_on < day or (index == 0 and row.starts_on == day)) and day <= row.due_on:
            return row
    return None


def _stop_interest(run: Run, row: Row, day: date, *, on_plan: bool) -> None:
    if not on_plan:
        due = row.open(INTEREST)
        if due > 0:
            row.charged[INTEREST] = share_of(due, (day - row.starts_on).days, (row.due_on - row.starts_on).days)
        return
    earned = interest_till(run.plan, row.starts_on, row.due_on, day, with_credits=True, fixed_by_day=False)
    fixed = sum(stage.fixed_interest for stage in run.plan.stages if stage.re_aged and stage.start >= day)
    if row.open(INTEREST) > 0 or earned + fixed > 0:
        row.charged[INTEREST] = earned + fixed


def _charges_row(run: Run, later: list[Row], current: Row, count: int) -> list[Row]:
    """Fees and penalties of later rows keep the day on which the last of them is due."""
    fees, penalties = (sum(row.charged[leg] for row in later) for leg in (FEE, PENALTY))
    dated = [c.event.on for c in run.charges if c.event.time is ChargeTime.ON_DATE and c.open > 0]
    if not (fees or penalties) or not dated:
        return []
    row = Row(count + 1, current.due_on, max(dated))
    row.charged[FEE], row.charged[PENALTY] = fees, penalties
    row.additional = True
    return [row]


def _shorten_plan(run: Run, day: date, again: list[Posting]) -> None:
    plan = run.plan
    kept = [stage for stage in plan.stages if stage.start < day]
    if not kept:
        return
    removed = [stage for stage in plan.stages if stage.start >= day]
    plan.settle()
    principal = sum(stage.due_principal for stage in removed)
    fixed = sum(stage.fixed_interest for stage in removed if stage.re_aged)
    last = kept[-1]
    last.end = day
    last.segments = [segment for segment in last.segments if segment.start < day]
    plan.stages = kept
    plan.stale = True
    earned = interest_till(plan, last.start, last.end, day, with_credits=False, fixed_by_day=False)
    last.fixed_interest += fixed
    plan.stale = True
    plan.settle()
    last.level = last.due_principal + principal + earned + fixed
    plan.refactor([last])
    plan.fixed_levels = True
    starts = {row.starts_on for each in again for row, _ in each.rows.values()}
    for each in again:
        for stage in plan.stages:
            if stage.start < day and stage.start in starts:
                stage.paid_principal = stage.paid_interest = 0
        plan.stale = True
        row = row_on(run, each.on)
        if row is None or not row.met:
            correct(plan, each.on, each.split[PRINCIPAL])
            run.verbs.repeat(run, each)
