"""Interest refunds: goods came back, so the interest that their price has cost comes back too.

The refund is the interest of the loan as it stands, less the interest of the same loan had the refunded goods never
been financed: the refunds repay the draws on the days of the draws.
"""

from msgspec.structs import replace

from backend.servicing.domain.living.contract import ChargeOffRule
from backend.servicing.domain.living.foresight import interest_due_on, interest_till
from backend.servicing.domain.living.happenings import AnyEvent, Kind, Moved
from backend.servicing.domain.living.rows import INTEREST
from backend.servicing.domain.living.run import Posting, Run


def set_amount(run: Run, posting: Posting) -> None:
    """Sets what an interest refund comes to; one that was given by hand keeps its amount."""
    event = posting.event
    assert isinstance(event, Moved)
    if run.charged_off:
        posting.amount = _interest_at_charge_off(run)
    elif event.of is not None:
        before = interest_due_on(run.plan, posting.on)
        posting.amount = before - run.refunded_interest - _interest_without_refunds(run, posting)
    posting.void = not posting.amount
    run.refunded_interest += posting.amount


def _interest_at_charge_off(run: Run) -> int:
    if run.contract.charge_off is ChargeOffRule.KEEP:
        return sum(row.charged[INTEREST] for row in run.rows)
    day = next(each.on for each in run.posted if each.kind is Kind.CHARGE_OFF)
    total = 0
    for row in run.rows:
        if row.additional:
            continue
        if row.due_on <= day:
            total += row.charged[INTEREST] - row.credited[INTEREST]
        elif row.starts_on <= day and run.contract.recalculates_interest:
            total += interest_till(run.plan, row.starts_on, row.due_on, day, with_credits=True, fixed_by_day=False)
        elif row.starts_on <= day:
            total += row.open(INTEREST)
    return total


def _interest_without_refunds(run: Run, posting: Posting) -> int:
    refunds = run.contract.refunds_interest
    left = sum(each.amount for each in run.posted if each.kind in refunds and not each.void)
    events: list[AnyEvent] = [event for event in run.events if not isinstance(event, Moved) and event.on <= posting.on]
    for each in run.posted:
        event = each.event
        if each.kind in refunds or each.kind is Kind.INTEREST_REFUND or each.void:
            continue
        if not isinstance(event, Moved):
            continue
        events.append(replace(event, amount_minor=each.amount))
        if each.kind is Kind.DISBURSEMENT and left > 0:
            part = min(each.amount, left)
            left -= part
            events.append(replace(event, kind=Kind.REPAYMENT, amount_minor=part))
    other = run.verbs.replay(run.contract, tuple(events), posting.on)
    return interest_due_on(other.plan, posting.on)
