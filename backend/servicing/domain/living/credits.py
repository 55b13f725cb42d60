"""Money that goes back to the borrower: refunds of credit, and payments charged back by the payer's bank."""

from datetime import date

from backend.servicing.domain.living import change
from backend.servicing.domain.living.happenings import Kind, Moved
from backend.servicing.domain.living.lend import use_credit
from backend.servicing.domain.living.rows import FEE, INTEREST, LEG_OF, LEGS, PENALTY, PRINCIPAL, Row, none
from backend.servicing.domain.living.run import Posting, Run


def refund_credit(run: Run, posting: Posting) -> None:
    """Pays credit out; what was refunded beyond the credit is owed again."""
    owe_again(run, posting, on_plan=run.contract.recalculates)


def charge_back(run: Run, posting: Posting) -> None:
    """A payment bounced: what it paid is owed again, principal alone unless the contract names an order."""
    if run.contract.recalculates:
        _charge_back_on_plan(run, posting)
    elif not run.contract.credit_order:
        owe_again(run, posting, on_plan=False)
    else:
        posting.over = max(min(posting.amount, run.credit), 0)
        posting.split = split_of_chargeback(run, posting)
        _add(_row_for(run, posting.on), posting, whole=True)
        use_credit_after(run, posting)


def owe_again(run: Run, posting: Posting, *, on_plan: bool) -> None:
    """Uses credit first; the rest is owed as principal from the next due date on, or behind maturity."""
    day, amount = posting.on, posting.amount
    owed = max(amount - run.credit, 0)
    covered = amount - owed
    posting.over = covered
    run.credit -= covered
    posting.split = none()
    posting.split[PRINCIPAL] = owed
    if owed <= 0:
        return
    rows = sorted((row for row in run.rows if not row.down_payment), key=lambda row: row.due_on)
    row = next((row for row in rows if row.additional or row.due_on > day), None)
    if row is None and rows[-1].due_on == day:
        row = rows[-1]
    if row is not None and not row.additional and on_plan:
        change.credit(run.plan, day, principal=amount)
        run.sync_rows(day)
        if covered:
            change.pay_principal(run.plan, row.starts_on, row.due_on, day, covered)
            run.sync_rows(day)
    else:
        if row is None:
            row = _new_row(run, rows[-1].due_on, day)
        elif row.additional and row.due_on < day:
            row.due_on = day
        row.credited[PRINCIPAL] += amount
        row.charged[PRINCIPAL] += amount
        row.check(day)
    if covered:
        row.pay(PRINCIPAL, day, covered)
        posting.share_of(row)[PRINCIPAL] += covered


def _new_row(run: Run, start: date, day: date) -> Row:
    row = Row(len(run.rows) + 1, start, day)
    row.additional = True
    run.rows.append(row)
    return row


def _row_for(run: Run, day: date) -> Row:
    """The row that a credit on `day` falls into."""
    rows = sorted(run.rows, key=lambda row: row.due_on)
    for row in rows:
        if not row.additional and row.due_on > day:
            return row
        if row.additional:
            row.due_on = max(row.due_on, day)
            return row
    return rows[-1] if rows[-1].due_on == day else _new_row(run, rows[-1].due_on, day)


def _charge_back_on_plan(run: Run, posting: Posting) -> None:
    day = posting.on
    posting.over = run.credit
    if run.contract.credit_order:
        posting.split = split_of_chargeback(run, posting)
    else:
        posting.split = none()
        posting.split[PRINCIPAL] = posting.amount
    maturity = run.plan.maturity
    if day <= maturity:
        if posting.split[PRINCIPAL]:
            change.credit(run.plan, day, principal=posting.split[PRINCIPAL])
        if posting.split[INTEREST]:
            change.credit(run.plan, day, interest=posting.split[INTEREST])
        run.sync_rows(day)
        if day == maturity:
            row = next((row for row in run.rows if row.due_on == day), None)
        else:
            row = next((row for row in run.rows if row.starts_on <= day < row.due_on), None)
        if row is not None:
            _add(row, posting, whole=False)
    else:
        row = next((row for row in run.rows if row.additional), None) or _new_row(run, maturity, day)
        _add(row, posting, whole=True)
        row.due_on = max(row.due_on, day)
    use_credit_after(run, posting)


def use_credit_after(run: Run, posting: Posting) -> None:
    """Credit pays what is owed again; how much of it counts as too much is what the charge-back took of it."""
    if run.credit > 0:
        use_credit(run, posting)
        for _, split in posting.rows.values():
            posting.settled = [paid + part for paid, part in zip(posting.settled, split, strict=True)]


def _add(row: Row, posting: Posting, *, whole: bool) -> None:
    """Adds what is owed again to `row`; principal and interest only where no plan brings them."""
    for leg in range(LEGS):
        amount = posting.split[leg]
        if amount > 0 and (whole or leg in {FEE, PENALTY}):
            row.credited[leg] += amount
            row.charged[leg] += amount
    row.check(posting.on)


def split_of_chargeback(run: Run, posting: Posting) -> list[int]:
    """The legs that the bounced payment had paid, in the contract's order, less what bounced before."""
    assert isinstance(posting.event, Moved)
    original = run.posting_of(posting.event.of)
    assert original is not None, "a charge-back names a payment made before"
    left = list(original.split)
    for other in run.posted:
        answers = isinstance(other.event, Moved) and other.event.of == posting.event.of
        if other.kind is Kind.CHARGEBACK and answers and other is not posting:
            taken = _in_order(run, left, other.amount)
            left = [amount - part for amount, part in zip(left, taken, strict=True)]
    return _in_order(run, left, posting.amount)


def _in_order(run: Run, left: list[int], amount: int) -> list[int]:
    split = none()
    for part in run.contract.credit_order:
        leg = LEG_OF[part]
        split[leg] = max(min(amount, left[leg]), 0)
        amount -= split[leg]
    return split
