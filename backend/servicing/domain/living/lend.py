"""Money that goes out, and income that is added to the principal: how a draw changes the rows."""

from datetime import date
from decimal import Decimal

from backend.servicing.domain.living import change
from backend.servicing.domain.living.allocate import allocate
from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.happenings import Kind
from backend.servicing.domain.living.rounds import divided, percent_of
from backend.servicing.domain.living.rows import INTEREST, PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run
from shared.rounding import to_minor


def down_payment_of(contract: Contract, amount: int) -> int:
    """The part of a draw that is paid back on the same day."""
    if contract.down_payment_pct is None:
        return 0
    part = percent_of(amount, contract.down_payment_pct)
    return to_minor(Decimal(part), step=contract.step_minor) if contract.step_minor else part


def disburse(run: Run, posting: Posting) -> None:
    """Pays out; the down payment falls due at once, the rest is levelled over the rows to come."""
    down = down_payment_of(run.contract, posting.amount)
    if run.contract.down_payment_pct is not None:
        row = next(row for row in run.rows if row.down_payment and not row.charged[PRINCIPAL])
        row.charged[PRINCIPAL] += down
        row.check(posting.on)
    lent = posting.amount - down
    if _within_plan(run, posting.on):
        change.draw(run.plan, posting.on, lent)
        if not any(row.due_on >= posting.on and row.is_normal for row in run.rows):
            _add_row(run, posting.on, lent)
        _relevel(run, posting.on, lent)
    else:
        _spread_evenly(run, posting.on, lent)
    use_credit(run, posting)


def capitalise(run: Run, posting: Posting) -> None:
    """Adds income to the principal; nothing is paid out."""
    posting.split[PRINCIPAL] = posting.amount
    if _within_plan(run, posting.on):
        change.capitalise(run.plan, posting.on, posting.amount)
        _relevel(run, posting.on, posting.amount)
    else:
        _spread_evenly(run, posting.on, posting.amount)
    use_credit(run, posting)


def use_credit(run: Run, posting: Posting) -> None:
    """What the borrower has in credit pays what now is owed; it counts as that part of the new amount."""
    if run.credit > 0:
        posting.over = min(posting.amount, run.credit)
        split = list(posting.split)
        run.credit = allocate(run, posting, run.credit, run.contract.order_for("default"))
        posting.split = split


def _within_plan(run: Run, day: date) -> bool:
    """Whether the plan still says how a draw is repaid."""
    changed = any(each.kind in {Kind.RE_AGE, Kind.RE_AMORTISE} and not each.void for each in run.posted)
    if not run.contract.bears_interest and changed:
        return False
    return day <= run.plan.maturity


def _add_row(run: Run, day: date, principal: int) -> None:
    row = Row(len(run.rows) + 1, day, day)
    row.charged[PRINCIPAL] = principal
    row.additional = row.recalculated = True
    run.rows.append(row)


def _relevel(run: Run, day: date, amount: int) -> None:
    """Copies the newly levelled plan into the rows from `day` on; periods the plan gained become rows."""
    if amount <= 0:
        return
    run.plan.settle()
    normal = [row for row in run.rows if row.is_normal]
    if all(row.due_on < day for row in normal):
        extra = next((row for row in run.rows if row.additional), None)
        if extra is not None and not extra.charged[PRINCIPAL]:
            extra.charged[PRINCIPAL] = amount
    added: list[Row] = []
    for index, stage in enumerate(run.plan.stages):
        row = normal[index] if index < len(normal) else None
        if row is not None and row.due_on == stage.end and row.due_on >= day:
            row.charged[PRINCIPAL], row.charged[INTEREST] = stage.due_principal, stage.due_interest
            row.recheck(day)
        elif run.contract.full_term_tranches and stage.end >= day:
            new = Row(0, stage.start, stage.end)
            new.charged[PRINCIPAL], new.charged[INTEREST] = stage.due_principal, stage.due_interest
            new.recheck(day)
            added.append(new)
    if added:
        _insert(run, added)


def _insert(run: Run, added: list[Row]) -> None:
    extras = [row for row in run.rows if row.additional]
    run.rows.extend(added)
    for extra in extras:
        if extra.due_on <= run.plan.maturity:
            target = next((row for row in added if row.starts_on < extra.due_on <= row.due_on), added[0])
            for leg in range(2):
                target.charged[leg] += extra.charged[leg]
                target.paid[leg] += extra.paid[leg]
            run.rows.remove(extra)
        else:
            extra.starts_on = run.plan.maturity
    run.rows.sort(key=lambda row: (row.due_on, row.starts_on))
    for number, row in enumerate(run.rows, start=1):
        row.number = number


def _spread_evenly(run: Run, day: date, amount: int) -> None:
    """Without a plan to follow: the same part more on every row to come, the rest on the last."""
    rows = [row for row in run.rows if row.due_on > day and row.is_normal]
    if not rows:
        extra = next((row for row in run.rows if row.additional), None)
        if extra is None:
            extra = Row(len(run.rows) + 1, day, day)
            extra.additional = True
            run.rows.append(extra)
        else:
            extra.due_on = day
        rows = [extra]
    if amount <= 0:
        return
    each, left, step = divided(amount, len(rows)), amount, run.contract.step_minor
    for row in rows:
        before = row.charged[PRINCIPAL]
        after = before + each
        if step:
            after = to_minor(Decimal(after), step=step)
        row.charged[PRINCIPAL] = after
        left -= after - before
        row.recheck(day)
    rows[-1].charged[PRINCIPAL] += left
    rows[-1].check(day)
