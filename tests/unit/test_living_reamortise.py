"""What is overdue is spread over the instalments to come: figures worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backend.servicing.domain.living.contract import Contract, Spread
from backend.servicing.domain.living.happenings import AnyEvent, Kind, ReAmortised
from backend.servicing.domain.living.parts import equal_parts
from backend.servicing.domain.living.replay import replay
from backend.servicing.domain.living.rows import FEE, INTEREST, PRINCIPAL
from backend.servicing.domain.living.state import LoanState
from tests.builders.living import LENT_ON, contract, fee, legs, moved

FIRST, SECOND = date(2024, 2, 29), date(2024, 3, 31)


def re_amortised(terms: Contract, on: date, *before: AnyEvent, split: bool = False) -> LoanState:
    """The loan on the day that it is spread anew, after what happened `before`."""
    lent = moved(1, Kind.DISBURSEMENT, LENT_ON, terms.principal_minor)
    event = ReAmortised(seq=80, on=on, entered_on=on, split_interest=split)
    return replay(terms, (lent, *before, event), on)


@pytest.mark.parametrize("recalculates", [False, True])
def test_what_was_paid_when_due_bears_no_interest_any_more(*, recalculates: bool) -> None:
    paid = moved(2, Kind.REPAYMENT, FIRST, 25_628)

    state = re_amortised(contract(recalculates=recalculates), SECOND, paid)

    assert legs(state, INTEREST) == [1000, 0, 754 + 754, 382]
    assert legs(state, PRINCIPAL) == [24_628, 0, 37_123, 38_249]


@pytest.mark.parametrize(
    ("recalculates", "split", "interest"),
    [
        (False, False, [0, 1000 + 1000, 677, 340]),
        (False, True, [0, 333 + 1000, 333 + 670, 334 + 337]),
        (True, False, [0, 803 + 700, 375, 83]),  # 1,000.00 for 10 days of February, 700.00 for the other 20
        (True, True, [0, 268 + 700, 268 + 370, 267 + 80]),
    ],
)
def test_what_was_paid_of_the_last_instalments_counts_among_the_new_level(
    *, recalculates: bool, split: bool, interest: list[int]
) -> None:
    terms = contract(spread=Spread.LAST, recalculates=recalculates)

    state = re_amortised(terms, FIRST, moved(2, Kind.REPAYMENT, date(2024, 2, 10), 30_000), split=split)

    assert legs(state, INTEREST) == interest
    assert sum(legs(state, PRINCIPAL)) == 100_000
    totals = [row.due for row in state.rows[1:]]
    assert max(totals) - min(totals) <= 2


def test_what_was_paid_of_every_instalment_takes_no_overdue_interest_away() -> None:
    terms = contract(spread=Spread.ALL, recalculates=True)
    terms = replace(terms, instalments=12, every=2, annual_rate_pct=Decimal(19))

    state = re_amortised(terms, date(2024, 7, 31), moved(2, Kind.REPAYMENT, date(2024, 2, 1), 120))

    coming = [row for row in state.rows if row.due_on > date(2024, 7, 31)]
    assert all(row.charged[INTEREST] > 0 and row.paid[PRINCIPAL] > 0 for row in coming)
    assert sum(legs(state, PRINCIPAL)) == 100_000
    assert (
        max(row.due for row in coming) - min(row.due for row in coming) <= 100
    )  # a smoother level is not sought for less


def test_a_down_payment_is_no_instalment_of_the_plan() -> None:
    terms = contract(rate="0.01", down_payment="25", spread=Spread.LAST)

    state = re_amortised(terms, FIRST, moved(2, Kind.REPAYMENT, LENT_ON, 75_010))

    assert state.rows[0].down_payment
    assert state.rows[0].paid[PRINCIPAL] == 25_000
    assert legs(state, PRINCIPAL)[0] == 0
    assert sum(legs(state, PRINCIPAL)) == 75_000
    assert max(legs(state, PRINCIPAL)[1:]) - min(legs(state, PRINCIPAL)[1:]) <= 2


def test_small_fees_are_spread_without_asking_more_or_less_than_nothing() -> None:
    state = re_amortised(contract(), FIRST, fee(2, LENT_ON, 2), split=True)

    assert legs(state, FEE) == [0, 1, 1, 0]


def test_fees_stay_where_nothing_else_is_overdue() -> None:
    paid = moved(2, Kind.REPAYMENT, FIRST, 25_628)

    state = re_amortised(contract(), FIRST, paid, fee(3, FIRST, 500), split=True)

    assert legs(state, FEE) == [500, 0, 0, 0]


@pytest.mark.parametrize(("total", "count"), [(9, 6), (4, 6), (1, 3), (100, 7), (0, 2), (5, 1)])
def test_equal_parts_add_up(total: int, count: int) -> None:
    parts = [equal_parts(total, count).at(index) for index in range(count)]

    assert sum(parts) == total
    assert min(parts) >= 0
