"""Where a payment goes in a loan with an order of its own: past due, due, ahead of time; row by row or leg by leg.

While interest follows what was really paid, each step ahead of its time first asks the plan what the row is worth on
that day, and each payment of principal or interest moves the plan, which in turn moves the rows.
"""

from collections.abc import Callable
from datetime import date
from itertools import groupby

from backend.servicing.domain.living import change, charges
from backend.servicing.domain.living.contract import Direction, Order, Spread, Target, Timing
from backend.servicing.domain.living.cuts import within
from backend.servicing.domain.living.foresight import DueOn, counts_to_period_end, due_on
from backend.servicing.domain.living.rounds import divided
from backend.servicing.domain.living.rows import FEE, INTEREST, LEG_OF, PENALTY, PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run

Wanted = Callable[[Row], bool]


def allocate(run: Run, posting: Posting, amount: int, order: Order) -> int:
    """Spends `amount` on the rows and returns what nobody asked for."""
    if run.contract.direction is Direction.VERTICAL:
        return _vertically(run, posting, amount, order)
    for _, targets in groupby(order.targets, key=lambda target: target.timing):
        amount = _horizontally(run, posting, amount, list(targets), order.spread)
    return amount


def _horizontally(run: Run, posting: Posting, amount: int, targets: list[Target], spread: Spread) -> int:
    if amount <= 0:
        return amount
    run.skipped.clear()
    run.due_memo.clear()
    timing, day = targets[0].timing, posting.on
    for _ in range(len(run.rows) * 100):
        if timing is Timing.IN_ADVANCE:
            rows = _ahead(run, day, spread, lambda row: not row.met, _may_take(run))
        else:
            rows = _standing(run, day, timing)
        if not rows:
            break
        for target in targets:
            amount -= _on_rows(run, posting, amount, target, rows, evenly=True)[0]
        if amount <= 0 or all(row.met for row in run.rows):
            break
    return amount


def _may_take(run: Run) -> Wanted:
    """Rows that the last-instalment rule may pay: open ones, and empty ones not yet seen to be empty on the day."""
    if not run.recalculating:
        return lambda row: not row.met
    return lambda row: not row.met or (row.total == 0 and id(row) not in run.skipped)


def _standing(run: Run, day: date, timing: Timing, wanted: Wanted | None = None) -> list[Row]:
    """The oldest open row that is past due, or due."""
    for row in sorted(run.rows, key=lambda each: each.number):
        stands = row.due_on < day if timing is Timing.PAST_DUE else row.due_on == day
        if stands and (wanted(row) if wanted else not row.met):
            return [row]
    return []


def _ahead(run: Run, day: date, spread: Spread, is_open: Wanted, may_take: Wanted) -> list[Row]:
    """The rows to come that a payment ahead of its time pays."""
    if spread is Spread.LAST:
        return _last([row for row in run.rows if row.due_on > day and may_take(row)])
    rows = [row for row in run.rows if row.due_on > day and is_open(row)]
    if spread is Spread.ALL:
        return rows
    if spread is Spread.NEXT:
        return sorted(rows, key=lambda row: row.number)[:1]
    current = [row for row in rows if row.starts_on <= day]
    return current or _last([row for row in run.rows if row.due_on > day and may_take(row)])


def _last(rows: list[Row]) -> list[Row]:
    return [max(rows, key=lambda row: row.number)] if rows else []


def _on_rows(
    run: Run, posting: Posting, amount: int, target: Target, rows: list[Row], *, evenly: bool
) -> tuple[int, int]:
    """Pays one leg of `rows`, each its even part; returns all that was paid, and the last part that was not nothing."""
    each = divided(amount, len(rows))
    if each + amount - each * len(rows) < 0:
        each = amount // len(rows)
    rest = amount - each * len(rows)
    paid = last = 0
    for row in rows:
        part = each + (rest if row is rows[-1] else 0)
        taken = _on_row(run, posting, part if evenly else amount - paid, target, row)
        paid += taken
        last = taken or last
    return paid, last


def _on_row(run: Run, posting: Posting, amount: int, target: Target, row: Row) -> int:
    leg, day = LEG_OF[target.part], posting.on
    if not run.recalculating or row.down_payment or row.due_on > run.plan.maturity:
        if run.recalculating:
            run.skipped.add(id(row))
        return _settle(run, posting, amount, leg, row)
    pays_on = _ask_plan(run, row, leg, day) if target.timing is Timing.IN_ADVANCE else day
    paid = _settle(run, posting, amount, leg, row)
    if paid:
        run.due_memo.clear()
    if leg == PRINCIPAL:
        change.pay_principal(run.plan, row.starts_on, row.due_on, pays_on, paid)
        run.sync_rows(day)
    elif leg == INTEREST:
        change.pay_interest(run.plan, row.starts_on, row.due_on, pays_on, paid)
        run.sync_rows(day)
    return paid


def _ask_plan(run: Run, row: Row, leg: int, day: date) -> date:
    """Lets the row ask for what it is worth ahead of its time, and returns the day from which its payment counts."""
    to_end = counts_to_period_end(run.contract, paying_off=run.paying_off)
    pays_on = row.due_on if to_end and within(day, row.starts_on, row.due_on, first=False) else day
    due = _due_on(run, row, pays_on)
    if not due.interest and not due.principal:
        run.skipped.add(id(row))
    if leg == INTEREST:
        row.charged[INTEREST] = due.interest
    elif leg == PRINCIPAL:
        row.charged[PRINCIPAL] = due.principal
    return pays_on


def _has_earned(run: Run, row: Row, day: date) -> bool:
    """Whether a row that shows no interest, as its principal was paid ahead, has earned some by `day` nonetheless."""
    if not run.recalculating or row.down_payment or not within(day, row.starts_on, row.due_on, first=False):
        return False
    return _due_on(run, row, day).interest > row.paid[INTEREST]


def _due_on(run: Run, row: Row, day: date) -> DueOn:
    key = (row.starts_on, row.due_on, day)
    due = run.due_memo.get(key)
    if due is None:
        due = run.due_memo[key] = due_on(run.plan, *key)
    return due


def _settle(run: Run, posting: Posting, amount: int, leg: int, row: Row) -> int:
    paid = row.pay(leg, posting.on, amount)
    posting.take(row, leg, paid)
    if paid and leg in {FEE, PENALTY}:
        first = row.number == first_number(run.rows)
        held = charges.of_row(run.charges, row, first=first)
        charges.pay([charge for charge in held if charge.leg == leg], paid, row)
    row.check(posting.on)
    return paid


def first_number(rows: list[Row]) -> int:
    """The number of the first row that is no down payment."""
    return min(row.number for row in rows if not row.down_payment)


def _vertically(run: Run, posting: Posting, amount: int, order: Order) -> int:
    for target in order.targets:
        run.skipped.clear()
        run.due_memo.clear()
        leg = LEG_OF[target.part]
        for _ in range(len(run.rows) * 100):
            if amount <= 0:
                return amount

            def is_owed(row: Row, leg: int = leg) -> bool:
                return row.open(leg) > 0

            def owes(row: Row, leg: int = leg) -> bool:
                owed = row.open(leg) > 0 or (leg == INTEREST and _has_earned(run, row, posting.on))
                return owed and id(row) not in run.skipped

            if target.timing is Timing.IN_ADVANCE:
                rows = _ahead(run, posting.on, order.spread, owes, owes)
            else:
                rows = _standing(run, posting.on, target.timing, is_owed)
            if not rows:
                break
            paid, last = _on_rows(run, posting, amount, target, rows, evenly=not run.recalculating)
            amount -= paid
            if last <= 0:
                break
    return amount


def give_back(run: Run, posting: Posting, amount: int, order: Order) -> int:
    """Takes back what was paid, in `order`, the latest rows first; returns what could not be taken."""
    for target in order.targets:
        leg = LEG_OF[target.part]
        for _ in range(len(run.rows) * 100):
            rows = _paid_rows(run, posting.on, target.timing, order.spread, leg)
            if amount <= 0 or not rows:
                break
            each = divided(amount, len(rows))
            rest = amount - each * len(rows)
            given = 0
            for row in rows:
                part = row.unpay(leg, posting.on, each + (rest if row is rows[-1] else 0))
                posting.take(row, leg, part)
                if part and leg in {FEE, PENALTY}:
                    first = row.number == first_number(run.rows)
                    held = charges.of_row(run.charges, row, first=first)
                    charges.unpay([charge for charge in held if charge.leg == leg], part)
                given += part
            amount -= given
            if not given:
                break
    return amount


def _paid_rows(run: Run, day: date, timing: Timing, spread: Spread, leg: int) -> list[Row]:
    paid = [row for row in run.rows if row.paid[leg] > 0]
    if timing is Timing.IN_ADVANCE:
        ahead = [row for row in paid if row.due_on > day]
        if spread is Spread.ALL:
            return ahead
        if spread is Spread.NEXT:
            return sorted(ahead, key=lambda row: row.number)[:1]
        if spread is Spread.CURRENT_THEN_LAST:
            current = [row for row in ahead if row.starts_on <= day]
            return current or _last(ahead)
        return _last(ahead)
    if timing is Timing.DUE:
        return _last([row for row in paid if row.due_on == day])
    return _last([row for row in paid if row.due_on < day])
