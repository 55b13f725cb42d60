"""Whatever happens and in whatever order, an order ends at most once and money is never sent twice."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.payments.domain.errors import StateForbids
from backend.payments.domain.machine import Machine
from backend.payments.domain.mandates import MANDATES, MandateEvent, MandateState
from backend.payments.domain.orders import ORDERS, OrderEvent, OrderState, ask_again_after
from backend.payments.domain.receipts import RECEIPTS, ReceiptEvent, ReceiptState

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def walk(machine: Machine[S, E], events: list[E]) -> list[tuple[S, E, S]]:
    """The steps taken; events that the state forbids change nothing."""
    state, steps = machine.start, list[tuple[S, E, S]]()
    for event in events:
        try:
            following = machine.after(state, event)
        except StateForbids:
            continue
        steps.append((state, event, following))
        state = following
    return steps


@given(st.lists(st.sampled_from(OrderEvent), max_size=40))
def test_an_order_is_sent_at_most_once(events: list[OrderEvent]) -> None:
    assert [event for _, event, _ in walk(ORDERS, events)].count(OrderEvent.SEND) <= 1


@given(st.lists(st.sampled_from(OrderEvent), max_size=40))
def test_an_order_ends_at_most_once_and_then_stays(events: list[OrderEvent]) -> None:
    steps = walk(ORDERS, events)

    ends = [step for step in steps if ORDERS.is_final(step[2])]
    assert len(ends) <= 1
    assert not ends or steps[-1] == ends[0]


@given(st.lists(st.sampled_from(ReceiptEvent), max_size=40))
def test_money_is_given_to_a_loan_or_back_but_never_both(events: list[ReceiptEvent]) -> None:
    reached = [following for _, _, following in walk(RECEIPTS, events)]

    final = {ReceiptState.MATCHED, ReceiptState.ASSIGNED, ReceiptState.REFUNDED}
    assert len([state for state in reached if state in final]) <= 1


def test_the_states_that_nothing_leaves_are_the_ends() -> None:
    assert {s for s in OrderState if ORDERS.is_final(s)} == {
        OrderState.SETTLED,
        OrderState.FAILED,
        OrderState.CANCELLED,
    }
    assert {s for s in ReceiptState if RECEIPTS.is_final(s)} == {
        ReceiptState.MATCHED,
        ReceiptState.ASSIGNED,
        ReceiptState.REFUNDED,
    }
    assert {s for s in MandateState if MANDATES.is_final(s)} == {
        MandateState.REJECTED,
        MandateState.CANCELLED,
        MandateState.EXPIRED,
    }


@pytest.mark.parametrize("machine", [ORDERS, RECEIPTS, MANDATES])
def test_every_state_can_be_reached_from_the_start(machine: Machine[Any, Any]) -> None:
    reached = {machine.start}
    for _ in machine.table:
        reached |= {to for (source, _), to in machine.table.items() if source in reached}

    states: type[StrEnum] = type(machine.start)
    assert reached == set(states)


@pytest.mark.parametrize("event", [OrderEvent.CANCEL, OrderEvent.SEND, OrderEvent.GIVE_UP])
def test_an_order_under_way_is_neither_cancelled_nor_sent_again_nor_given_up(event: OrderEvent) -> None:
    with pytest.raises(StateForbids):
        ORDERS.after(OrderState.SENT, event)


def test_only_an_active_mandate_expires() -> None:
    assert [s for s in MandateState if MANDATES.allows(s, MandateEvent.EXPIRE)] == [MandateState.ACTIVE]


def test_questions_about_an_unknown_order_grow_apart_up_to_a_limit() -> None:
    waits = [ask_again_after(asked) for asked in range(60)]

    assert waits[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=10)
