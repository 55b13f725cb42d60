"""What must hold of every loan that the engine can compute."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.servicing.domain.accrual import accrued_minor, interest_of_day_minor
from backend.servicing.domain.allocation import Due, allocate
from backend.servicing.domain.events import BY_HAND, WAIVES, WRITES_OFF, EventKind, LoanEvent
from backend.servicing.domain.journals import books, journal
from backend.servicing.domain.loan import replay
from backend.servicing.domain.schedule import build_schedule
from shared.api.servicing import LoanStatus
from shared.loss_policy import LossBucket, LossPolicy
from shared.terms import (
    DayCount,
    Fee,
    FeeWhen,
    Frequency,
    InAdvance,
    InterestKind,
    LoanTerms,
    Part,
    RepaymentMethod,
)

START = date(2024, 1, 31)
LADDER = (
    LossBucket(code="performing", from_days=0, provision_bps=100),
    LossBucket(code="watch", from_days=31, provision_bps=333),
    LossBucket(code="lost", from_days=181, provision_bps=10_000),
)
POLICIES = (
    None,
    LossPolicy(buckets=LADDER, non_accrual_after_days=90),
    LossPolicy(buckets=LADDER, non_accrual_after_days=5, probation_days=20, grace_days=3),
    LossPolicy(buckets=LADDER[1:]),
)


@st.composite
def loan_terms(draw: st.DrawFn) -> LoanTerms:
    method = draw(st.sampled_from(RepaymentMethod))
    instalments = draw(st.integers(1, 20))
    down_payment = instalments > 1 and method is not RepaymentMethod.BULLET and draw(st.booleans())
    rate = 0 if method is RepaymentMethod.PAY_IN_N else draw(st.integers(0, 30_000))
    return LoanTerms(
        currency="NGN",
        principal_minor=draw(st.integers(1_000, 10**12)),
        annual_rate_pct=Decimal(rate) / 100,
        instalments=instalments,
        frequency=draw(st.sampled_from(Frequency)),
        every=draw(st.integers(1, 3)),
        method=method,
        interest=draw(st.sampled_from(InterestKind)),
        day_count=draw(st.sampled_from(DayCount)),
        fees=draw(st.sampled_from([(), (Fee(code="a", when=FeeWhen.INSTALMENT, fixed_minor=25, rate_bps=10),)])),
        allocation=tuple(draw(st.permutations(list(Part)))),
        penalty_rate_pct=Decimal(draw(st.sampled_from([0, 12, 40]))),
        grace_days=draw(st.integers(0, 10)),
        down_payment=down_payment,
        instalment_step_minor=draw(st.sampled_from([1, 1, 100])),
        in_advance=draw(st.sampled_from(InAdvance)),
        loss_policy=draw(st.sampled_from(POLICIES)),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[LoanTerms, list[LoanEvent], date]:
    terms = draw(loan_terms())
    events = [_event(1, EventKind.DISBURSED, START, terms.principal_minor)]
    kinds = [EventKind.PAYMENT, EventKind.PAYMENT, EventKind.PAYMENT, EventKind.FEE_CHARGED, EventKind.PENALTY_CHARGED]
    kinds += [EventKind.GOODWILL_CREDITED, *WAIVES, *WRITES_OFF]
    for number in range(2, 2 + draw(st.integers(0, 6))):
        day = START + timedelta(days=draw(st.integers(0, 900)))
        kind = draw(st.sampled_from(kinds))
        top = terms.principal_minor if kind in {EventKind.PAYMENT, EventKind.GOODWILL_CREDITED} else 5_000
        events.append(_event(number, kind, day, draw(st.integers(1, top))))
    payments = [event for event in events if event.kind is EventKind.PAYMENT]
    bounces: bool = draw(st.booleans())
    if payments and bounces:
        target = draw(st.sampled_from(payments))
        day = target.effective_on + timedelta(days=draw(st.integers(0, 30)))
        events.append(_event(99, EventKind.REVERSAL, day, 0, target.id))
    return terms, events, START + timedelta(days=draw(st.integers(0, 1_000)))


def _event(number: int, kind: EventKind, on: date, amount: int, target: UUID | None = None) -> LoanEvent:
    return LoanEvent(id=UUID(int=number), kind=kind, effective_on=on, amount_minor=amount, target=target)


@given(loan_terms())
def test_rows_repay_exactly_what_was_lent(terms: LoanTerms) -> None:
    schedule = build_schedule(terms, START)

    assert sum(row.principal_minor for row in schedule.rows) == terms.principal_minor
    assert schedule.rows[-1].balance_minor == 0
    assert schedule.total_minor == terms.principal_minor + schedule.interest_minor + schedule.fee_minor
    assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in schedule.rows)
    assert [row.due_on for row in schedule.rows] == sorted(row.due_on for row in schedule.rows)


@given(loan_terms())
def test_interest_of_the_days_adds_up_to_the_row(terms: LoanTerms) -> None:
    row = build_schedule(terms, START).rows[-1]
    days = min((row.ends_on - row.starts_on).days, 400)
    last = row.starts_on + timedelta(days=days)

    parts = [
        interest_of_day_minor(
            row.interest_minor,
            row.starts_on,
            row.ends_on,
            on=row.starts_on + timedelta(days=day),
            day_count=terms.day_count,
        )
        for day in range(1, days + 1)
    ]

    reached = accrued_minor(row.interest_minor, row.starts_on, row.ends_on, on=last, day_count=terms.day_count)
    assert sum(parts) == reached
    assert min(parts, default=0) >= 0
    if last == row.ends_on:
        assert reached == row.interest_minor


amounts = st.integers(0, 10**9)
dues = st.builds(
    Due,
    number=st.integers(1, 50),
    due_on=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    penalty_minor=amounts,
    fee_minor=amounts,
    interest_minor=amounts,
    principal_minor=amounts,
)


@given(
    amounts,
    st.lists(dues, max_size=12, unique_by=lambda due: due.number),
    st.permutations(list(Part)),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.sampled_from(InAdvance),
)
def test_an_allocation_adds_up_to_the_payment(
    amount: int, open_dues: list[Due], order: list[Part], on: date, in_advance: InAdvance
) -> None:
    result = allocate(amount, open_dues, order, on, in_advance)

    assert sum(line.amount_minor for line in result.lines) + result.credit_minor == amount
    by_number = {due.number: due for due in open_dues}
    assert all(0 < line.amount_minor <= by_number[line.number].of(line.part) for line in result.lines)


@given(histories(), st.integers(0, 1000))
def test_the_order_of_entry_does_not_matter(history: tuple[LoanTerms, list[LoanEvent], date], seed: int) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)
    shuffled = list(events)
    Random(seed).shuffle(shuffled)

    assert replay(terms, schedule, shuffled, as_of) == replay(terms, schedule, events, as_of)


@given(histories())
def test_every_payment_is_accounted_for(history: tuple[LoanTerms, list[LoanEvent], date]) -> None:
    terms, events, as_of = history

    state = replay(terms, build_schedule(terms, START), events, as_of)

    kinds = {event.id: event.kind for event in events}
    for used in state.applied:
        went = sum(line.amount_minor for line in used.lines)
        if kinds[used.event_id] in WAIVES:
            assert (0 <= went <= used.amount_minor, used.credit_minor) == (True, 0)
        elif kinds[used.event_id] not in WRITES_OFF:
            assert went + used.credit_minor + used.recovered_minor == used.amount_minor
    paid = sum(row.paid_minor for row in state.rows)
    assert paid + state.credit_minor + state.recovered_minor == state.paid_in_minor + state.goodwill_minor
    assert state.recovered_minor <= state.written_off_minor


@given(histories())
def test_what_is_due_is_paid_waived_written_off_or_outstanding_at_every_moment(
    history: tuple[LoanTerms, list[LoanEvent], date],
) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)

    for moment in sorted({as_of, *(event.effective_on for event in events)}):
        state = replay(terms, schedule, events, moment)
        for row in state.rows:
            assert row.due_minor == row.paid_minor + row.waived_minor + row.written_off_minor + row.open_minor
            assert min(row.open_minor, row.waived_minor, row.written_off_minor, *(row.due().of(p) for p in Part)) >= 0
        assert sum(row.principal_minor for row in state.rows) == terms.principal_minor
        if state.status in {LoanStatus.CLOSED, LoanStatus.WRITTEN_OFF}:
            assert state.outstanding_minor == 0


@given(histories(), st.integers(0, 900))
def test_an_event_taken_back_leaves_the_loan_as_it_was(
    history: tuple[LoanTerms, list[LoanEvent], date], days: int
) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)
    day = START + timedelta(days=days)

    for number, kind in enumerate((EventKind.PAYMENT, *sorted(BY_HAND)), start=500):
        extra = _event(number, kind, min(day, as_of), 777)
        undone = _event(600 + number, EventKind.REVERSAL, as_of, 0, extra.id)
        after = replay(terms, schedule, [*events, extra, undone], as_of)
        assert after == replay(terms, schedule, events, as_of)


@given(histories())
def test_postings_of_single_days_and_events_add_up_to_the_books(
    history: tuple[LoanTerms, list[LoanEvent], date],
) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)

    state = replay(terms, schedule, events[:1], START)
    legs = list(journal(None, state))
    for count in range(2, len(events) + 1):
        after = replay(terms, schedule, events[:count], START)
        legs += journal(state, after)
        state = after
    for days in range(7, (as_of - START).days + 1, 7):
        after = replay(terms, schedule, events, START + timedelta(days=days))
        legs += journal(state, after)
        state = after

    totals = dict.fromkeys(books(state), 0)
    for leg in legs:
        totals[leg.account] += leg.debit_minor
    assert totals == books(state)


@given(histories())
@settings(max_examples=60)
def test_paying_the_payoff_closes_the_loan_exactly(history: tuple[LoanTerms, list[LoanEvent], date]) -> None:
    terms, events, as_of = history
    schedule = build_schedule(terms, START)
    before = replay(terms, schedule, [event for event in events if event.effective_on <= as_of], as_of)
    owed = before.payoff(terms).total_minor
    if before.status not in {LoanStatus.ACTIVE, LoanStatus.OVERDUE} or owed == 0:
        return

    past = [event for event in events if event.effective_on <= as_of]
    after = replay(terms, schedule, [*past, _event(1000, EventKind.PAYMENT, as_of, owed)], as_of)

    assert after.status is (LoanStatus.WRITTEN_OFF if before.is_written_off else LoanStatus.CLOSED)
    assert after.principal_outstanding_minor == 0
    assert after.credit_minor == 0
