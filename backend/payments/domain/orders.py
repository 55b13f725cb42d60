"""Orders to a rail, out (payouts) and in (debits under a mandate): one machine, because both may end up unknown.

An order is marked `sending` and committed before the rail hears of it. From then on it is never sent again: whatever
happens to the call, the rail is asked for our reference until it says what became of it.
"""

from datetime import timedelta
from enum import StrEnum

from backend.payments.domain.machine import Machine


class OrderState(StrEnum):
    """How far an order has come."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    SEND = "send"  # a worker takes it up; the rail has not heard of it before
    ACCEPT = "accept"  # the rail has it and works on it
    SETTLE = "settle"  # the money has arrived
    REFUSE = "refuse"  # the rail says that no money moved, now or later
    LOSE_SIGHT = "lose_sight"  # no usable answer: a time-out, a broken connection, a crash of ours
    GIVE_UP = "give_up"  # long after losing sight of it, the rail still says that it never had our reference
    CANCEL = "cancel"  # withdrawn before it was taken up


_S, _E = OrderState, OrderEvent

ORDERS: Machine[OrderState, OrderEvent] = Machine(
    "order",
    OrderState.CREATED,
    {
        (_S.CREATED, _E.SEND): _S.SENDING,
        (_S.CREATED, _E.CANCEL): _S.CANCELLED,
        (_S.SENDING, _E.ACCEPT): _S.SENT,
        (_S.SENDING, _E.SETTLE): _S.SETTLED,
        (_S.SENDING, _E.REFUSE): _S.FAILED,
        (_S.SENDING, _E.LOSE_SIGHT): _S.UNKNOWN,
        (_S.UNKNOWN, _E.ACCEPT): _S.SENT,
        (_S.UNKNOWN, _E.SETTLE): _S.SETTLED,
        (_S.UNKNOWN, _E.REFUSE): _S.FAILED,
        (_S.UNKNOWN, _E.GIVE_UP): _S.FAILED,
        (_S.SENT, _E.SETTLE): _S.SETTLED,
        (_S.SENT, _E.REFUSE): _S.FAILED,
    },
)

# An order that a worker took up and did not report on for so long belongs to a worker that died.
LOST_AFTER = timedelta(seconds=20)
_ASK_FIRST_AFTER = timedelta(seconds=2)
_ASK_AT_LEAST_EVERY = timedelta(minutes=10)


def ask_again_after(asked: int) -> timedelta:
    """How long to wait before asking the rail for a reference once more: 2 s, then 4 s, and so on up to 10 min."""
    assert asked >= 0, "questions are counted from zero"
    return min(_ASK_FIRST_AFTER * (1 << min(asked, 20)), _ASK_AT_LEAST_EVERY)
