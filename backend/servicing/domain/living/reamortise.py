"""Re-amortising: what is overdue is spread over the instalments to come."""

from backend.servicing.domain.living.foresight import open_interest_on
from backend.servicing.domain.living.happenings import ReAmortised
from backend.servicing.domain.living.parts import equal_parts
from backend.servicing.domain.living.reage_plan import re_amortise_plan, re_amortise_split, stage_for, tell_paid
from backend.servicing.domain.living.rows import FEE, PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run


def re_amortise(run: Run, posting: Posting, event: ReAmortised) -> None:
    """Spreads overdue principal and interest; nothing where none is overdue, or no row is open to take it."""
    past = [row for row in run.rows if row.due_on <= posting.on]
    coming = [row for row in run.rows if row.due_on > posting.on and row.is_normal and not row.re_aged and not row.met]
    if not past or not coming:
        posting.void = True
    elif not run.contract.bears_interest:
        _without_interest(run, posting, past, coming)
    else:
        tell_paid(run.plan, run.rows)
        if event.split_interest:
            _with_split_interest(run, posting, past, coming)
        else:
            _with_new_level(run, posting, past)


def _with_new_level(run: Run, posting: Posting, past: list[Row]) -> None:
    principal = sum(row.open(PRINCIPAL) for row in past)
    interest = open_interest_on(run.plan, past[-1].due_on)
    posting.becomes([0, 0, interest, principal])
    if not posting.amount:
        posting.void = True
        return
    re_amortise_plan(run.plan, posting.on)
    run.sync_rows(posting.on)


def _with_split_interest(run: Run, posting: Posting, past: list[Row], coming: list[Row]) -> None:
    run.plan.settle()
    overdue = [stage for row in past if (stage := stage_for(run.plan, row)) is not None]
    principal = sum(max(stage.due_principal - stage.paid_principal, 0) for stage in overdue)
    posting.becomes([0, 0, open_interest_on(run.plan, past[-1].due_on), principal])
    if not posting.amount:
        posting.void = True
        return
    fees = _move_away(past, FEE)
    re_amortise_split(run.plan, posting.on)
    run.sync_rows(posting.on)
    parts = equal_parts(fees, len(coming))
    for index, row in enumerate(coming):
        row.charged[FEE] += parts.at(index)


def _without_interest(run: Run, posting: Posting, past: list[Row], coming: list[Row]) -> None:
    overdue = _move_away(past, PRINCIPAL)
    posting.becomes([0, 0, 0, overdue])
    if not overdue:
        posting.void = True
        return
    for row in past:
        row.recheck(posting.on)
    parts = equal_parts(overdue, len(coming), run.contract.step_minor)
    for index, row in enumerate(coming):
        row.charged[PRINCIPAL] += parts.at(index)
        row.check(posting.on)


def _move_away(rows: list[Row], leg: int) -> int:
    """Takes what is open on one leg out of `rows`."""
    moved = 0
    for row in rows:
        moved += row.open(leg)
        row.charged[leg] -= row.open(leg)
    return moved
