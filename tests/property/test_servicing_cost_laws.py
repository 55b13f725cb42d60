"""Paying is never punished: whatever is paid more or sooner, a loan costs its borrower no more for it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.loan import replay
from backend.servicing.domain.schedule import Schedule, build_schedule
from shared.terms import InAdvance, LoanTerms
from tests.property.test_servicing_engine import START, _event, loan_terms

DAYS = 900


@st.composite
def paid_loans(draw: st.DrawFn) -> tuple[LoanTerms, list[LoanEvent]]:
    """A loan with payments and charges, and no relief: what is waived and what is paid can't both be."""
    terms = draw(loan_terms())
    events = [_event(1, EventKind.DISBURSED, START, terms.principal_minor)]
    kinds = [EventKind.PAYMENT, EventKind.PAYMENT, EventKind.FEE_CHARGED, EventKind.PENALTY_CHARGED]
    for number in range(2, 2 + draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(kinds))
        most = terms.principal_minor if kind is EventKind.PAYMENT else 5_000
        day = START + timedelta(days=draw(st.integers(0, DAYS)))
        events.append(_event(number, kind, day, draw(st.integers(1, most))))
    return terms, events


def cost_minor(terms: LoanTerms, schedule: Schedule, events: list[LoanEvent], on: date) -> int:
    """What the borrower has paid by `on`, and what closing the loan that day asks for, or gives back."""
    state = replay(terms, schedule, events, on)
    payoff = state.payoff(terms)
    owed = payoff.principal_minor + payoff.interest_minor + payoff.fee_minor + payoff.penalty_minor
    return state.paid_in_minor + owed - payoff.credit_minor


@given(paid_loans(), st.integers(0, DAYS), st.integers(1, 10**12), st.integers(0, DAYS))
@settings(max_examples=150)
def test_more_paid_never_costs_more(
    loan: tuple[LoanTerms, list[LoanEvent]], paid_after: int, amount: int, later: int
) -> None:
    terms, events = loan
    schedule = build_schedule(terms, START)
    on = START + timedelta(days=max(paid_after, later))
    extra = _event(900, EventKind.PAYMENT, START + timedelta(days=paid_after), amount % terms.principal_minor + 1)

    assert cost_minor(terms, schedule, [*events, extra], on) <= cost_minor(terms, schedule, events, on)


@given(paid_loans(), st.integers(0, DAYS), st.integers(0, DAYS))
@settings(max_examples=150)
def test_paid_sooner_never_costs_more(loan: tuple[LoanTerms, list[LoanEvent]], sooner: int, later: int) -> None:
    terms, events = loan
    if terms.in_advance is InAdvance.LAST_INSTALMENT:
        return  # a day before its due date money pays the last instalment instead, and the next one may then be late
    schedule = build_schedule(terms, START)
    on = START + timedelta(days=max(DAYS, later))
    payments = [event for event in events if event.kind is EventKind.PAYMENT]
    if not payments:
        return
    moved = payments[0]
    day = max(moved.effective_on - timedelta(days=sooner), START)
    earlier = [event for event in events if event is not moved] + [replace(moved, effective_on=day)]

    assert cost_minor(terms, schedule, earlier, on) <= cost_minor(terms, schedule, events, on)
