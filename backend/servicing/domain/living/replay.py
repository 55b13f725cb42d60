"""Replays a loan: its events in the order of their dates, from the contract to where the loan stands.

The order of entry decides only between events of one day. So a payment entered late, an event undone or a rate changed
in the past lead to the same loan as if all had been known in time.
"""

from datetime import date
from decimal import localcontext

from backend.servicing.domain.living import change, charges, steps
from backend.servicing.domain.living.contract import Build, Contract
from backend.servicing.domain.living.cumulative import run_cumulative
from backend.servicing.domain.living.growth import CONTEXT
from backend.servicing.domain.living.happenings import (
    BESIDE_BALANCE,
    AnyEvent,
    Charged,
    ChargeTime,
    DueMoved,
    Extended,
    Kind,
    Moved,
    Paused,
    RateChanged,
    ReAged,
    ReAmortised,
    Undone,
)
from backend.servicing.domain.living.plan import Plan
from backend.servicing.domain.living.reage import update_from
from backend.servicing.domain.living.rows import PRINCIPAL, Row
from backend.servicing.domain.living.run import Posting, Run, Verbs
from backend.servicing.domain.living.spans import period_ends
from backend.servicing.domain.living.state import LoanState, state_of

_BEFORE_ALL = -1
_TERMS_CHANGED = (RateChanged, Paused, Extended, DueMoved)


def replay(contract: Contract, events: tuple[AnyEvent, ...], as_of: date) -> LoanState:
    """Where the loan stands at the end of `as_of`, which is also how far overdue principal has earned interest."""
    with localcontext(CONTEXT):
        return state_of(run_through(contract, events, as_of))


def run_through(contract: Contract, events: tuple[AnyEvent, ...], as_of: date) -> Run:
    """The replay itself, for those who ask the plan more than a state says."""
    live = in_order(events)
    run = _begin(contract, live)
    if contract.build is Build.CUMULATIVE:
        run_cumulative(run)
    else:
        for event in live:
            _apply(run, event)
    if contract.build is Build.PROGRESSIVE and run.posted:
        steps.earn_on_overdue(run, as_of)
    close_rows(run)
    carry_balances(run)
    return run


def in_order(events: tuple[AnyEvent, ...]) -> tuple[AnyEvent, ...]:
    """The events that hold, by the day they count from, then as they were entered; a change of terms comes first."""
    undone = {event.of for event in events if isinstance(event, Undone)}
    live = [event for event in events if not isinstance(event, Undone) and event.seq not in undone]
    return tuple(sorted(live, key=_rank))


def _rank(event: AnyEvent) -> tuple[date, date, int]:
    if isinstance(event, _TERMS_CHANGED):
        return event.on, event.on, _BEFORE_ALL
    if isinstance(event, Charged):
        backdated = event.time is ChargeTime.ON_DATE and event.on < event.entered_on
        return (event.on if backdated else event.entered_on), event.entered_on, event.seq
    return event.on, event.entered_on, event.seq


def _begin(contract: Contract, live: tuple[AnyEvent, ...]) -> Run:
    draws = [event for event in live if isinstance(event, Moved) and event.kind is Kind.DISBURSEMENT]
    start = draws[0].on if draws and not contract.counts_from_submission else contract.submitted_on
    ends = period_ends(contract, start, contract.instalments)
    spans = list(zip([start, *ends[:-1]], ends, strict=True))
    rows = [Row(0, begin, end) for begin, end in spans]
    if contract.down_payment_pct is not None:
        for draw in draws:
            row = Row(0, draw.on, draw.on)
            row.down_payment = True
            rows.append(row)
    rows.sort(key=lambda row: (row.due_on, row.starts_on))
    for number, row in enumerate(rows, start=1):
        row.number = number
        row.recheck(start)
    return Run(contract, Plan.over(contract, spans), rows, live, Verbs(steps.repeat, run_through))


def _apply(run: Run, event: AnyEvent) -> None:
    if isinstance(event, Moved):
        steps.post(run, Posting(event, event.kind, event.on, event.amount_minor))
    elif isinstance(event, ReAged):
        steps.post(run, Posting(event, Kind.RE_AGE, event.on, 0))
    elif isinstance(event, ReAmortised):
        steps.post(run, Posting(event, Kind.RE_AMORTISE, event.on, 0))
    elif isinstance(event, Charged):
        _charge(run, event)
    elif isinstance(event, RateChanged):
        change.change_rate(run.plan, event.on, event.rate_pct)
        update_from(run, event.on)
    elif isinstance(event, Paused):
        change.pause(run.plan, event.on, event.to)
        update_from(run, event.on)
    elif isinstance(event, Extended):
        _extend(run, event)
    elif isinstance(event, DueMoved):
        _move_due(run, event)


def _charge(run: Run, event: Charged) -> None:
    charge = charges.Charge(event)
    run.charges.append(charge)
    lent = 0
    if run.contract.multi_draw:
        draws = [each for each in run.events if isinstance(each, Moved) and each.kind is Kind.DISBURSEMENT]
        lent = sum(draw.amount_minor for draw in draws if draw.on <= event.on)
    start = run.disbursed_on if run.posted else run.rows[0].starts_on
    charges.lay(charge, run.rows, start, lent)
    charges.waive(charge, run.rows, run.events)
    if charge.open > 0 and run.credit > 0:
        steps.overpaid_again(run)


def _extend(run: Run, event: Extended) -> None:
    aged = next((each.event for each in run.posted if isinstance(each.event, ReAged)), None)
    seed = aged.first_due_on if aged else run.plan.start
    existing = aged.count - 1 if aged else len(run.plan.stages)
    change.add_periods(run.plan, event.on, event.count, seed=seed, existing=existing)
    run.plan.settle()
    for stage in run.plan.stages:
        if all((row.starts_on, row.due_on) != (stage.start, stage.end) for row in run.rows):
            row = Row(len(run.rows) + 1, stage.start, stage.end, [0, 0, stage.due_interest, stage.due_principal])
            run.rows.append(row)
    update_from(run, event.on)
    run.renumber()


def _move_due(run: Run, event: DueMoved) -> None:
    change.move_due(run.plan, event.on, event.to)
    run.plan.settle()
    normal = [row for row in run.rows if row.is_normal]
    at = next((index for index, row in enumerate(normal) if row.due_on == event.on), None)
    if at is not None:
        for row, stage in zip(normal[at:], run.plan.stages[at:], strict=False):
            if not row.met:
                row.starts_on, row.due_on = stage.start, stage.end
                row.charged = [row.charged[0], row.charged[1], stage.due_interest, stage.due_principal]
    last = next((row for row in reversed(run.rows) if row.is_normal and not row.re_aged), None)
    for extra in [row for row in run.rows if row.additional and row.due_on < run.plan.maturity]:
        if last is not None:
            for leg in (0, 1):
                last.charged[leg] += extra.charged[leg]
        run.rows.remove(extra)
    run.rows.sort(key=lambda row: row.due_on)
    for number, row in enumerate(run.rows, start=1):
        row.number = number


def close_rows(run: Run) -> None:
    """Drops an addition behind maturity that asks for nothing, and opens rows that are owed on again."""
    last = run.rows[-1]
    if last.additional and not last.total:
        run.rows.remove(last)
    waivers = [
        e.on for e in run.events if isinstance(e, Moved) and e.kind is Kind.CHARGE_WAIVER and e.on > last.starts_on
    ]
    if waivers and run.posted:
        never = not last.met and last.met_on is None
        at_start = last.met and last.met_on == run.disbursed_on
        if (never or at_start) and (never or (last.met_on is not None and last.met_on < max(waivers))):
            last.met, last.met_on = True, max(waivers)
    for row in run.rows:
        if row.outstanding > 0:
            row.met, row.met_on = False, None


def carry_balances(run: Run) -> None:
    """The principal that is out after each posting."""
    balance = 0
    for posting in run.posted:
        if posting.void or posting.kind in BESIDE_BALANCE:
            continue
        if posting.kind in {Kind.DISBURSEMENT, Kind.CAPITALISED_INCOME}:
            balance += posting.amount - posting.over
        elif posting.kind in {Kind.CHARGEBACK, Kind.CREDIT_REFUND}:
            balance += _owed_again(run, posting)
        else:
            balance -= posting.split[PRINCIPAL]
        posting.balance = max(balance, 0)


def _owed_again(run: Run, posting: Posting) -> int:
    owed = posting.split[PRINCIPAL]
    if posting.over > 0:
        if run.contract.credit_order:
            owed -= sum(split[PRINCIPAL] for _, split in posting.rows.values())
        else:
            owed = posting.amount - posting.over
    return max(owed, 0)
