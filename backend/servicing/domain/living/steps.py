"""What each event does to a loan that lives by a plan, in one table."""

from collections.abc import Callable
from datetime import date

from backend.servicing.domain.living import charges, endings, lend, reage, reamortise, refunds
from backend.servicing.domain.living import credits as giving_back
from backend.servicing.domain.living.allocate import allocate, give_back
from backend.servicing.domain.living.contract import Order, Spread
from backend.servicing.domain.living.foresight import charge_overdue, outstanding_on
from backend.servicing.domain.living.happenings import PAYMENTS, Kind, ReAged, ReAmortised
from backend.servicing.domain.living.rows import FEE, INTEREST, none
from backend.servicing.domain.living.run import Posting, Run

_RESHAPING = frozenset({Kind.DISBURSEMENT, Kind.CHARGE_OFF, Kind.TERMINATION})


def post(run: Run, posting: Posting) -> None:
    """Applies one posting: overdue principal first earns interest up to its day, then its kind decides."""
    if posting.kind in PAYMENTS:
        run.paying_off = _pays_off(run, posting)
    earn_on_overdue(run, posting.on)
    repeat(run, posting)
    run.posted.append(posting)
    if posting.kind in _RESHAPING and not run.contract.recalculates_interest:
        charges.recompute(run.charges, run.rows, posting.seq)
        if posting.kind is not Kind.DISBURSEMENT:
            posting.becomes(run.open_split())
    if posting.kind is Kind.DISBURSEMENT:
        keep_fees(run, posting)


def keep_fees(run: Run, draw: Posting) -> None:
    """Charges due with a draw are kept out of it: a payment on the day of the draw."""
    first = sum(1 for each in run.posted if each.kind is Kind.DISBURSEMENT) == 1
    interest = sum(row.charged[INTEREST] for row in run.rows)
    fees = charges.at_draw(run.charges, draw.on, draw.amount, interest, first=first)
    if fees:
        kept = Posting(draw.event, Kind.REPAYMENT_AT_DISBURSEMENT, draw.on, fees)
        kept.split[FEE] = fees
        run.posted.append(kept)


def earn_on_overdue(run: Run, day: date) -> None:
    """Lets overdue principal earn interest up to `day`."""
    earns = run.recalculating and run.contract.past_due_bears_interest
    if earns and charge_overdue(run.plan, day, paying_off=run.paying_off):
        run.sync_amounts()


def _pays_off(run: Run, posting: Posting) -> bool:
    """Whether a payment covers all that is owed to the end of its period."""
    if not run.contract.recalculates or not run.contract.payoff_to_period_end:
        return False
    row = endings.row_on(run, posting.on)
    if row is None:
        return False
    due = outstanding_on(run.plan, row.due_on)
    return posting.amount >= due.principal + due.interest


def repeat(run: Run, posting: Posting) -> None:
    """Applies a posting as its kind says, from scratch."""
    kind, event = posting.kind, posting.event
    if kind in PAYMENTS or kind is Kind.RECOVERY:
        if kind is Kind.INTEREST_REFUND:
            refunds.set_amount(run, posting)
        pay(run, posting)
    elif isinstance(event, ReAged):
        reage.re_age(run, posting, event)
    elif isinstance(event, ReAmortised):
        reamortise.re_amortise(run, posting, event)
    elif kind is Kind.CHARGE_WAIVER or kind in {Kind.BUY_DOWN_FEE, Kind.BUY_DOWN_FEE_ADJUSTMENT}:
        return
    else:
        _OTHERS[kind](run, posting)


def pay(run: Run, posting: Posting) -> None:
    """Allocates a payment; what nobody asked for becomes the borrower's credit."""
    posting.split, posting.rows, posting.over = none(), {}, 0
    if run.paying_off and run.contract.payoff_to_period_end:
        _claim_current_period(run, posting)
    left = allocate(run, posting, posting.amount, run.contract.order_for(posting.kind))
    if left > 0:
        run.credit += left
        posting.over = left
    else:
        run.credit = 0


def _claim_current_period(run: Run, posting: Posting) -> None:
    """Paying off costs the whole current period, also where its instalment was paid before."""
    stage = next((each for each in run.plan.stages if each.start <= posting.on < each.end), None)
    run.plan.settle()
    if stage is not None and stage.settled:
        interest = outstanding_on(run.plan, stage.end).interest
        if interest > 0:
            stage.deferred = interest
            run.plan.stale = True


def refund(run: Run, posting: Posting) -> None:
    """Gives a part of what was paid back while the loan lives: by default in the reverse order of allocation."""
    order = run.contract.orders.get(posting.kind)
    if order is None:
        default = run.contract.order_for("default")
        order = Order(tuple(reversed(default.targets)), Spread.LAST)
    posting.split, posting.rows = none(), {}
    give_back(run, posting, posting.amount, order)


def overpaid_again(run: Run) -> None:
    """A charge came up while the borrower has credit: the payments that were too much pay it, oldest first."""
    for posting in run.posted:
        if posting.over <= 0 or posting.kind not in PAYMENTS or posting.void:
            continue
        usable = min(run.credit, posting.over)
        if usable <= 0:
            continue
        posting.over -= usable
        run.credit -= usable
        left = allocate(run, posting, usable, run.contract.order_for(posting.kind))
        posting.over += left
        run.credit += left


_OTHERS: dict[Kind, Callable[[Run, Posting], None]] = {
    Kind.DISBURSEMENT: lend.disburse,
    Kind.CAPITALISED_INCOME: lend.capitalise,
    Kind.CREDIT_REFUND: giving_back.refund_credit,
    Kind.CHARGEBACK: giving_back.charge_back,
    Kind.WRITE_OFF: endings.write_off,
    Kind.CHARGE_OFF: endings.charge_off,
    Kind.TERMINATION: endings.terminate,
    Kind.REFUND: refund,
}
