"""Re-amortising: what is overdue is spread over the instalments to come."""

from decimal import Decimal

from backend.servicing.domain.living.cuts import stage_of
from backend.servicing.domain.living.foresight import open_interest_on
from backend.servicing.domain.living.happenings import ReAmortised
from backend.servicing.domain.living.reage_plan import re_amortise_plan, re_amortise_split
from backend.servicing.domain.living.rounds import divided
from backend.servicing.domain.living.rows import FEE, INTEREST, PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run
from shared.rounding import to_minor


def re_amortise(run: Run, posting: Posting, event: ReAmortised) -> None:
    """Spreads overdue principal and interest; nothing where none is overdue, or no row is open to take it."""
    past = [row for row in run.rows if row.due_on <= posting.on]
    coming = [row for row in run.rows if row.due_on > posting.on and row.is_normal and not row.re_aged and not row.met]
    _tell_what_was_paid(run)
    if not past or not coming:
        posting.void = True
    elif not run.contract.bears_interest:
        _without_interest(run, posting, past, coming)
    elif event.split_interest:
        _with_split_interest(run, posting, past, coming)
    else:
        _with_new_level(run, posting, past)


def _tell_what_was_paid(run: Run) -> None:
    """A plan that earns no interest on payments has not heard of them; now it may not take back what was paid."""
    for row in run.rows:
        stage = stage_of(run.plan, row.starts_on, row.due_on)
        if stage is not None:
            stage.paid_principal = max(stage.paid_principal, row.paid[PRINCIPAL])
            stage.paid_interest = max(stage.paid_interest, row.paid[INTEREST])
    run.plan.stale = True


def _with_new_level(run: Run, posting: Posting, past: list[Row]) -> None:
    principal = sum(row.charged[PRINCIPAL] - row.paid[PRINCIPAL] for row in past)
    interest = open_interest_on(run.plan, past[-1].due_on)
    posting.becomes([0, 0, interest, principal])
    if not posting.amount:
        posting.void = True
        return
    re_amortise_plan(run.plan, posting.on)
    run.sync_rows(posting.on)


def _with_split_interest(run: Run, posting: Posting, past: list[Row], coming: list[Row]) -> None:
    run.plan.settle()
    principal = fees = 0
    for row in past:
        stage = stage_of(run.plan, row.starts_on, row.due_on)
        if stage is not None:
            principal += max(stage.due_principal - stage.paid_principal, 0)
        fees += row.open(FEE)
        row.charged[FEE] = row.paid[FEE]
    interest = open_interest_on(run.plan, past[-1].due_on)
    posting.becomes([0, 0, interest, principal])
    if not posting.amount:
        posting.void = True
        return
    re_amortise_split(run.plan, posting.on)
    run.sync_rows(posting.on)
    if fees and coming:
        each = divided(fees, len(coming))
        last = max(coming, key=lambda row: row.due_on)
        for row in coming:
            row.charged[FEE] += fees - each * (len(coming) - 1) if row is last else each


def _without_interest(run: Run, posting: Posting, past: list[Row], coming: list[Row]) -> None:
    overdue = 0
    for row in past:
        overdue += row.charged[PRINCIPAL] - row.paid[PRINCIPAL]
        row.charged[PRINCIPAL] = row.paid[PRINCIPAL]
        row.recheck(posting.on)
    posting.becomes([0, 0, 0, overdue])
    if not overdue:
        posting.void = True
        return
    each, step = divided(overdue, len(coming)), run.contract.step_minor
    if step:
        each = to_minor(Decimal(each), step=step)
    last = max(coming, key=lambda row: row.due_on)
    for row in coming:
        if row is last:
            row.charged[PRINCIPAL] += overdue
        else:
            row.charged[PRINCIPAL] += each
            overdue -= each
        row.check(posting.on)
