"""The classic orders of allocation: row after row by due date, each leg in turn, some orders shy of early money."""

from backend.servicing.domain.living import charges as charging
from backend.servicing.domain.living.contract import Strategy
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row, none
from backend.servicing.domain.living.run import Posting, Run

_S = Strategy
_WHEN_DUE: dict[Strategy, tuple[int, ...]] = {
    _S.PENALTY_FEE_INTEREST_PRINCIPAL: (PENALTY, FEE, INTEREST, PRINCIPAL),
    _S.INTEREST_PRINCIPAL_PENALTY_FEE: (INTEREST, PRINCIPAL, PENALTY, FEE),
    _S.PRINCIPAL_INTEREST_PENALTY_FEE: (PRINCIPAL, INTEREST, PENALTY, FEE),
    _S.DUE_PENALTY_FEE_INTEREST_PRINCIPAL_EARLY_PRINCIPAL: (PENALTY, FEE, INTEREST, PRINCIPAL),
    _S.DUE_PENALTY_INTEREST_PRINCIPAL_FEE: (PENALTY, INTEREST, PRINCIPAL, FEE),
    _S.BY_ORDER: (PENALTY, FEE, INTEREST, PRINCIPAL),
}
# Early money first pays charges that are due, then these legs, and only what is left pays the others.
_EARLY: dict[Strategy, tuple[int, ...]] = {
    _S.DUE_PENALTY_FEE_INTEREST_PRINCIPAL_EARLY_PRINCIPAL: (PRINCIPAL,),
    _S.DUE_PENALTY_INTEREST_PRINCIPAL_FEE: (),
}


def pay_by_strategy(run: Run, posting: Posting) -> int:
    """Spends a payment on the rows in turn and returns what nobody asked for."""
    strategy = run.contract.strategy
    posting.split, posting.rows = none(), {}
    left = posting.amount
    for row in run.rows:
        if left <= 0:
            break
        if row.met:
            continue
        if posting.on < row.due_on and strategy in _EARLY:
            left = _pay_early(run, posting, row, left, strategy)
        else:
            left = _pay_legs(posting, row, left, _WHEN_DUE[strategy])
    for leg in (FEE, PENALTY):
        charging.pay([charge for charge in run.charges if charge.leg == leg], posting.split[leg])
    return left


def _pay_legs(posting: Posting, row: Row, left: int, legs: tuple[int, ...]) -> int:
    for leg in legs:
        paid = row.pay(leg, posting.on, left)
        posting.take(row, leg, paid)
        left -= paid
    return left


def _pay_early(run: Run, posting: Posting, row: Row, left: int, strategy: Strategy) -> int:
    for leg in _WHEN_DUE[strategy]:
        if leg in {PENALTY, FEE}:
            due = sum(c.amount for c in run.charges if c.leg == leg and c.open > 0 and c.event.on <= posting.on)
            paid = row.pay(leg, posting.on, min(due, left))
        elif leg in _EARLY[strategy]:
            paid = row.pay(leg, posting.on, left)
        else:
            continue
        posting.take(row, leg, paid)
        left -= paid
    return _pay_legs(posting, row, left, _WHEN_DUE[strategy]) if left > 0 else left


def refund_rows(run: Run, posting: Posting) -> None:
    """Gives back what was paid, the last row first: principal, interest, fees, penalties."""
    posting.split, posting.rows = none(), {}
    left = posting.amount
    for row in sorted(run.rows, key=lambda each: each.due_on, reverse=True):
        if left <= 0:
            return
        if row.outstanding < row.total:
            for leg in (PRINCIPAL, INTEREST, FEE, PENALTY):
                given = row.unpay(leg, posting.on, left)
                posting.take(row, leg, given)
                left -= given
    for leg in (FEE, PENALTY):
        charging.unpay([charge for charge in run.charges if charge.leg == leg], posting.split[leg])
