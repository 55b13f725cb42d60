"""What must hold of every living loan, whatever happens to it and in whatever order it is entered."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from hypothesis import assume, example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.servicing.domain.living.contract import (
    Build,
    ChargeOffRule,
    Contract,
    Direction,
    Order,
    Rest,
    Spread,
    Strategy,
    Unit,
)
from backend.servicing.domain.living.happenings import (
    AnyEvent,
    Kind,
    ReAged,
    ReAmortised,
    Undone,
)
from backend.servicing.domain.living.payoff import payoff_minor
from backend.servicing.domain.living.replay import replay
from backend.servicing.domain.living.reposting import reposting
from backend.servicing.domain.living.rows import PRINCIPAL
from backend.servicing.domain.living.state import LoanState, Standing
from shared.terms import InterestKind
from tests.builders.living import LENT_ON, USUAL, contract, fee, moved

LENT = frozenset({Kind.DISBURSEMENT, Kind.CAPITALISED_INCOME})


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    build = draw(st.sampled_from(Build))
    progressive = build is Build.PROGRESSIVE
    return Contract(
        build=build,
        submitted_on=LENT_ON,
        principal_minor=draw(st.integers(10_000, 10**9)),
        annual_rate_pct=Decimal(draw(st.integers(0, 4_000))) / 100,
        interest=draw(st.sampled_from([InterestKind.DECLINING, InterestKind.DECLINING, InterestKind.FLAT])),
        year_days=draw(st.sampled_from([None, 360, 365])),
        month_days=draw(st.sampled_from([None, 30])),
        every=draw(st.integers(1, 2)),
        unit=draw(st.sampled_from([Unit.MONTHS, Unit.WEEKS])),
        instalments=draw(st.integers(1, 12)),
        recalculates=progressive and draw(st.booleans()),
        rest=draw(st.sampled_from(Rest)),
        down_payment_pct=draw(st.sampled_from([None, None, Decimal(25)])) if progressive else None,
        direction=draw(st.sampled_from(Direction)),
        strategy=Strategy.BY_ORDER if progressive else Strategy.PENALTY_FEE_INTEREST_PRINCIPAL,
        orders={"default": Order(USUAL, draw(st.sampled_from(Spread)))},
        charge_off=draw(st.sampled_from(ChargeOffRule)),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Contract, tuple[AnyEvent, ...], date]:
    contract = draw(contracts())
    events: list[AnyEvent] = [moved(1, Kind.DISBURSEMENT, LENT_ON, contract.principal_minor)]
    day = LENT_ON
    for seq in range(2, 2 + draw(st.integers(0, 6))):
        day += timedelta(days=draw(st.integers(0, 60)))
        amount = draw(st.integers(1, contract.principal_minor))
        choice = draw(st.sampled_from(["pay", "pay", "pay", "charge", "goodwill", "undo"]))
        if choice == "charge":
            events.append(fee(seq, day, amount % 5_000 + 1, penalty=draw(st.booleans())))
        elif choice == "undo" and seq > 2:
            of = draw(st.integers(2, seq - 1))
            events.append(Undone(seq=seq, on=day, entered_on=day, of=of))
        else:
            kind = Kind.GOODWILL if choice == "goodwill" else Kind.REPAYMENT
            events.append(moved(seq, kind, day, amount))
    return contract, tuple(events), day + timedelta(days=draw(st.integers(0, 100)))


def _holds_together(state: LoanState) -> None:
    for row in state.rows:
        for leg, charged in enumerate(row.charged):
            assert charged >= row.paid[leg] >= 0
            assert charged - row.paid[leg] - row.waived[leg] - row.written_off[leg] >= 0
        assert row.due == sum(row.paid) + sum(row.waived) + sum(row.written_off) + row.outstanding
    lent = sum(each.amount for each in state.postings if each.kind in LENT)
    assert sum(row.charged[PRINCIPAL] - row.credited[PRINCIPAL] for row in state.rows) == lent
    for before, after in pairwise(row for row in state.rows if not row.down_payment):
        assert before.due_on <= after.due_on


_LITTLE_LEFT = (
    replace(
        contract(recalculates=True, rate="0.35"),
        principal_minor=50_923,
        year_days=None,
        instalments=2,
        direction=Direction.VERTICAL,
    ),
    (
        moved(1, Kind.DISBURSEMENT, LENT_ON, 50_923),
        moved(2, Kind.REPAYMENT, LENT_ON + timedelta(days=1), 25_747),
        moved(3, Kind.REPAYMENT, LENT_ON + timedelta(days=5), 25_181),
    ),
    LENT_ON + timedelta(days=5),
)


@given(histories())
@example(_LITTLE_LEFT)
def test_rows_add_up_to_what_was_lent_and_each_row_to_what_became_of_it(
    history: tuple[Contract, tuple[AnyEvent, ...], date],
) -> None:
    contract, events, as_of = history
    state = replay(contract, events, as_of)

    _holds_together(state)
    paid = sum(sum(row.paid) for row in state.rows)
    taken = sum(sum(each.split) + each.over for each in state.postings if each.kind not in LENT)
    assert paid + state.credit == taken


@given(histories(), st.randoms())
def test_the_order_of_the_list_of_events_is_nothing(
    history: tuple[Contract, tuple[AnyEvent, ...], date], random: Random
) -> None:
    contract, events, as_of = history
    shuffled = list(events)
    random.shuffle(shuffled)

    assert replay(contract, tuple(shuffled), as_of) == replay(contract, events, as_of)


@given(histories())
def test_an_event_that_was_undone_never_was(history: tuple[Contract, tuple[AnyEvent, ...], date]) -> None:
    contract, events, as_of = history
    payment = moved(90, Kind.REPAYMENT, LENT_ON + timedelta(days=20), 777)
    undone = Undone(seq=91, on=as_of, entered_on=as_of, of=90)

    assert replay(contract, (*events, payment, undone), as_of) == replay(contract, events, as_of)


@given(contracts(), st.integers(0, 400))
def test_paying_what_the_payoff_says_closes_the_loan(contract: Contract, days: int) -> None:
    contract = replace(contract, orders={"default": Order(USUAL, Spread.NEXT)})
    day = LENT_ON + timedelta(days=days)
    drawn = (moved(1, Kind.DISBURSEMENT, LENT_ON, contract.principal_minor),)
    amount = payoff_minor(contract, drawn, day, day)

    state = replay(contract, (*drawn, moved(2, Kind.REPAYMENT, day, amount)), day)

    assert state.outstanding == 0
    assert state.credit == 0
    assert state.standing is Standing.CLOSED
    assert state.postings[-1].balance == 0


@given(contracts(), st.integers(1, 100), st.integers(0, 200))
def test_more_paid_never_costs_more(contract: Contract, share: int, days: int) -> None:
    contract = replace(contract, recalculates=True) if contract.build is Build.PROGRESSIVE else contract
    day = LENT_ON + timedelta(days=days)
    later = day + timedelta(days=400)
    amount = contract.principal_minor * share // 200
    drawn = moved(1, Kind.DISBURSEMENT, LENT_ON, contract.principal_minor)

    less = replay(contract, (drawn, moved(2, Kind.REPAYMENT, day, amount)), later)
    more = replay(contract, (drawn, moved(2, Kind.REPAYMENT, day, amount + amount // 2)), later)

    cost = {id(state): sum(row.due for row in state.rows) for state in (less, more)}
    assert cost[id(more)] <= cost[id(less)] + len(less.rows)


@given(histories(), st.integers(2, 12))
def test_re_ageing_moves_what_is_owed_and_owes_the_principal_once(
    history: tuple[Contract, tuple[AnyEvent, ...], date], count: int
) -> None:
    contract, events, as_of = history
    contract = replace(contract, build=Build.PROGRESSIVE, strategy=Strategy.BY_ORDER)
    first = as_of + timedelta(days=30)
    owed = sum(row.outstanding for row in replay(contract, events, as_of).rows)
    assume(owed * 20 >= contract.principal_minor)
    event = ReAged(seq=80, on=as_of, entered_on=as_of, first_due_on=first, count=count, every=1, unit=Unit.MONTHS)

    _holds_together(replay(contract, (*events, event), as_of))


@given(history=histories(), split=st.booleans())
def test_re_amortising_spreads_what_is_overdue_and_owes_the_principal_once(
    *, history: tuple[Contract, tuple[AnyEvent, ...], date], split: bool
) -> None:
    contract, events, as_of = history
    contract = replace(contract, build=Build.PROGRESSIVE, strategy=Strategy.BY_ORDER)
    event = ReAmortised(seq=80, on=as_of, entered_on=as_of, split_interest=split)
    _holds_together(replay(contract, (*events, event), as_of))


@given(histories())
def test_writing_off_leaves_nothing_owed(history: tuple[Contract, tuple[AnyEvent, ...], date]) -> None:
    contract, events, as_of = history
    state = replay(contract, (*events, moved(80, Kind.WRITE_OFF, as_of, 0)), as_of)

    assert state.outstanding == 0
    assert all(row.outstanding == 0 for row in state.rows)


@given(history=histories(), days=st.integers(0, 200), undoes=st.booleans())
def test_a_late_entry_says_which_journals_it_takes_back_and_posts_anew(
    *, history: tuple[Contract, tuple[AnyEvent, ...], date], days: int, undoes: bool
) -> None:
    contract, events, as_of = history
    payment = moved(90, Kind.REPAYMENT, min(LENT_ON + timedelta(days=days), as_of), 777)
    without, with_it = replay(contract, events, as_of), replay(contract, (*events, payment), as_of)
    before, after = (with_it, without) if undoes else (without, with_it)

    again = reposting(before, after)

    for leg in range(4):
        known = sum(each.split[leg] for each in before.postings if not each.void)
        back, anew = (sum(each.split[leg] for each in part) for part in (again.reversed, again.posted))
        assert known - back + anew == sum(each.split[leg] for each in after.postings if not each.void)
    assert set(again.reversed) <= set(before.postings)
    assert set(again.posted) <= set(after.postings)
    assert (90 in {each.seq for each in (again.reversed if undoes else again.posted)}) is True
    assert all(each.on >= payment.on for each in again.reversed)
    assert reposting(after, after).reversed == reposting(after, after).posted == ()
