"""Laws of revolving lines and of financed invoices: no money appears or is lost."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.servicing.domain.errors import DrawBeyondLimit, TermsNotServiceable
from backend.servicing.domain.invoice_finance import InvoicePosition, InvoiceStatus, InvoiceTerms, position
from backend.servicing.domain.recast import Paid
from backend.servicing.domain.revolving import Movement, RevolvingTerms, Statement, statements
from shared.terms import DayCount

OPENED = date(2026, 1, 10)
LINE = RevolvingTerms(
    currency="NGN",
    limit_minor=10_000_00,
    annual_rate_pct=Decimal("36.5"),
    minimum_floor_minor=100_00,
    late_fee_minor=50_00,
)
INVOICE = InvoiceTerms(
    currency="NGN",
    invoice_minor=100_000_00,
    discount_rate_pct=Decimal(18),
    late_rate_pct=Decimal(6),
    factoring_fee_bps=150,
)
FUNDED, DUE = date(2026, 1, 1), date(2026, 3, 2)

lines = st.builds(
    RevolvingTerms,
    currency=st.just("NGN"),
    limit_minor=st.just(10**9),
    annual_rate_pct=st.decimals(0, 100, places=2),
    statement_day=st.integers(1, 31),
    due_days=st.integers(1, 27),
    minimum_share_bps=st.integers(100, 10_000),
    minimum_floor_minor=st.integers(0, 10**6),
    utilisation_fee_bps=st.integers(0, 500),
    late_fee_minor=st.integers(0, 10**5),
    day_count=st.sampled_from([DayCount.ACTUAL_365, DayCount.ACTUAL_360, DayCount.ACTUAL_ACTUAL_ISDA]),
)
moves = st.lists(
    st.builds(
        Movement,
        st.integers(0, 500).map(lambda days: OPENED + timedelta(days=days)),
        st.integers(-(10**7), 10**7).filter(bool),
    ),
    max_size=12,
)


def of(*movements: tuple[date, int], through: date = date(2026, 4, 30), **changes: object) -> tuple[Statement, ...]:
    terms = RevolvingTerms(**{name: getattr(LINE, name) for name in LINE.__struct_fields__} | changes)
    return statements(terms, OPENED, [Movement(on, amount) for on, amount in movements], through)


def test_interest_is_that_of_the_daily_balance() -> None:
    january, february, *_ = of((date(2026, 1, 11), 5_000_00), (date(2026, 2, 10), -2_000_00))

    assert (january.interest_minor, january.closing_minor) == (100_00, 5_100_00)  # 20 days at 5.00
    assert february.interest_minor == 51_00 + 55_80  # ten days at 5.10, eighteen at 3.10
    assert february.opening_minor == january.closing_minor


def test_the_minimum_is_what_the_cycle_cost_and_a_share_of_the_rest() -> None:
    january, *_ = of((date(2026, 1, 11), 5_000_00))

    assert january.minimum_minor == 100_00 + 250_00
    assert january.due_on == date(2026, 2, 21)


def test_a_minimum_not_paid_in_time_costs_a_fee_and_is_asked_for_again() -> None:
    _, february, march, _ = of((date(2026, 1, 11), 5_000_00), (date(2026, 2, 22), -350_00))

    assert (february.late_fee_minor, february.past_due_minor) == (50_00, 0)
    assert (march.late_fee_minor, march.past_due_minor) == (50_00, february.minimum_minor)


def test_what_is_not_drawn_can_cost_something_too() -> None:
    (january, *_) = of(commitment_fee_bps=365, through=date(2026, 1, 31))

    assert (january.fee_minor, january.interest_minor) == (21_00, 0)


def test_no_draw_goes_beyond_the_limit_and_payments_make_room() -> None:
    with pytest.raises(DrawBeyondLimit, match="10000 minor units were left"):
        of((date(2026, 1, 11), 9_900_00), (date(2026, 1, 12), 100_01))

    assert of((date(2026, 1, 11), 9_900_00), (date(2026, 1, 12), -500_00), (date(2026, 1, 13), 600_00))


def test_a_line_does_not_move_before_it_is_opened() -> None:
    with pytest.raises(TermsNotServiceable, match="when it is opened"):
        of((date(2026, 1, 9), 1))


@given(lines, moves)
def test_each_statement_adds_up_and_begins_where_the_last_one_ended(
    terms: RevolvingTerms, made: list[Movement]
) -> None:
    found = statements(terms, OPENED, made, date(2027, 6, 30))

    for before, after in zip((None, *found), found, strict=False):
        assert after.opening_minor == (before.closing_minor if before else 0)
        charged = after.interest_minor + after.fee_minor + after.late_fee_minor
        assert after.closing_minor == after.opening_minor + after.drawn_minor - after.paid_minor + charged
        assert 0 <= after.minimum_minor <= max(after.closing_minor, 0)
        assert after.ends_on < after.due_on
    inside = [each for each in made if each.on <= found[-1].ends_on]
    assert sum(each.drawn_minor - each.paid_minor for each in found) == sum(each.amount_minor for each in inside)


@given(lines, st.integers(10**4, 10**8))
def test_who_pays_the_minimum_in_time_owes_less_each_time(terms: RevolvingTerms, drawn: int) -> None:
    made = [Movement(OPENED, drawn)]
    for _ in range(6):
        last = statements(terms, OPENED, made, OPENED + timedelta(days=32 * (len(made) + 1)))[len(made) - 1]
        made.append(Movement(last.ends_on + timedelta(days=1), -last.minimum_minor))

    closings = [
        each.closing_minor - each.interest_minor - each.fee_minor
        for each in statements(terms, OPENED, made, made[-1].on + timedelta(days=31))
    ]

    assert all(after <= before for before, after in pairwise(closings))


def invoice(*receipts: tuple[date, int], as_of: date, recourse: bool = True) -> InvoicePosition:
    terms = InvoiceTerms(
        **{name: getattr(INVOICE, name) for name in INVOICE.__struct_fields__} | {"recourse": recourse}
    )
    return position(terms, FUNDED, DUE, [Paid(on, amount) for on, amount in receipts], as_of)


def test_a_debtor_who_pays_in_time_releases_what_was_held_back() -> None:
    found = invoice((DUE, 100_000_00), as_of=DUE)

    assert (found.status, found.advance_minor, found.fee_minor) == (InvoiceStatus.SETTLED, 85_000_00, 1_500_00)
    assert found.discount_minor == 2_550_00  # 60 days of 18 % on 85,000.00
    assert found.released_minor == 10_950_00


def test_a_debtor_who_pays_late_leaves_the_seller_less() -> None:
    late = DUE + timedelta(days=30)

    found = invoice((late, 100_000_00), as_of=late)

    assert found.discount_minor == 2_550_00 + 1_700_00
    assert found.released_minor == 9_250_00
    assert invoice(as_of=late).status is InvoiceStatus.LATE


@pytest.mark.parametrize(("recourse", "status"), [(True, InvoiceStatus.RECOURSED), (False, InvoiceStatus.LOST)])
def test_a_debtor_who_never_pays_costs_the_seller_or_the_financier(*, recourse: bool, status: InvoiceStatus) -> None:
    found = invoice((DUE, 20_000_00), as_of=DUE + timedelta(days=400), recourse=recourse)

    owed = found.advance_minor + found.discount_minor + found.fee_minor - 20_000_00
    assert found.status is status
    assert (found.seller_owes_minor, found.lost_minor) == ((owed, 0) if recourse else (0, owed))
    assert found.ends_on == DUE + timedelta(days=90)


def test_money_before_the_advance_or_an_invoice_already_due_is_refused() -> None:
    with pytest.raises(TermsNotServiceable, match="financed on"):
        invoice((FUNDED - timedelta(days=1), 1), as_of=DUE)
    with pytest.raises(TermsNotServiceable, match="financed on"):
        position(INVOICE, DUE, DUE, [], DUE)


@given(
    paid=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60_000_00)), max_size=6),
    days=st.integers(0, 400),
    recourse=st.booleans(),
)
def test_every_unit_of_an_invoice_is_somewhere(*, paid: list[tuple[int, int]], days: int, recourse: bool) -> None:
    receipts = [(FUNDED + timedelta(days=after), amount) for after, amount in paid]

    found = invoice(*receipts, as_of=FUNDED + timedelta(days=days), recourse=recourse)

    due = found.advance_minor + found.discount_minor + found.fee_minor
    covered = found.collected_minor + found.outstanding_minor + found.seller_owes_minor + found.lost_minor
    assert covered == due + found.released_minor
    assert min(found.outstanding_minor, found.released_minor, found.seller_owes_minor, found.lost_minor) >= 0


@given(st.integers(0, 80), st.integers(1, 40))
def test_paying_sooner_never_costs_more(days: int, later: int) -> None:
    soon, late = FUNDED + timedelta(days=days), FUNDED + timedelta(days=days + later)

    sooner, after = (invoice((on, 100_000_00), as_of=late) for on in (soon, late))

    assert sooner.discount_minor <= after.discount_minor
    assert sooner.released_minor >= after.released_minor
