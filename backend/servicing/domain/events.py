"""What can happen to a loan. A loan is these events in order; everything else about it is computed from them."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from backend.servicing.domain.errors import NothingToReverse
from shared.terms import Part


class EventKind(StrEnum):
    """Kinds, in the order in which those of one day take effect."""

    DISBURSED = "disbursed"
    FEE_CHARGED = "fee_charged"
    PENALTY_CHARGED = "penalty_charged"
    INTEREST_WAIVED = "interest_waived"
    FEE_WAIVED = "fee_waived"
    PENALTY_WAIVED = "penalty_waived"
    GOODWILL_CREDITED = "goodwill_credited"  # used like a payment, and paid by the lender
    PAYMENT = "payment"
    WRITTEN_OFF = "written_off"  # all that is owed is given up; what still comes in is recovered
    LOST_TO_FRAUD = "lost_to_fraud"  # written off as well, on another account
    CREDIT_REFUNDED = "credit_refunded"
    REVERSAL = "reversal"  # of `target`, which is then as if it had never been
    CANCELLED = "cancelled"


WAIVES = {
    EventKind.INTEREST_WAIVED: Part.INTEREST,
    EventKind.FEE_WAIVED: Part.FEE,
    EventKind.PENALTY_WAIVED: Part.PENALTY,
}
WRITES_OFF = frozenset({EventKind.WRITTEN_OFF, EventKind.LOST_TO_FRAUD})
# What staff enter by hand, and can take back.
BY_HAND = frozenset(
    {EventKind.FEE_CHARGED, EventKind.PENALTY_CHARGED, EventKind.GOODWILL_CREDITED, *WAIVES, *WRITES_OFF}
)
_RANK = {kind: rank for rank, kind in enumerate(EventKind)}


class LoanEvent(Struct, frozen=True, kw_only=True):
    """One fact about a loan. `effective_on` is the day it counts from, whenever it was entered."""

    id: UUID
    kind: EventKind
    effective_on: date
    amount_minor: int = 0
    target: UUID | None = None


def in_effect(events: Iterable[LoanEvent], as_of: date) -> list[LoanEvent]:
    """The events that count on `as_of`, in the one order that replay uses, without those reversed by then.

    Raises NothingToReverse where a reversal names no event among them.
    """
    known = sorted(
        (event for event in events if event.effective_on <= as_of),
        key=lambda event: (event.effective_on, _RANK[event.kind], event.id.int),
    )
    reversed_ids = {event.target for event in known if event.kind is EventKind.REVERSAL}
    if missing := reversed_ids - {event.id for event in known}:
        raise NothingToReverse(target=next(iter(missing)))
    return [event for event in known if event.kind is not EventKind.REVERSAL and event.id not in reversed_ids]
