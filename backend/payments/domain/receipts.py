"""Money that came in: it is either known what for, or it waits in suspense until a person says so or sends it back."""

from enum import StrEnum

from backend.payments.domain.machine import Machine


class ReceiptState(StrEnum):
    """Where the money stands."""

    RECEIVED = "received"
    MATCHED = "matched"
    SUSPENSE = "suspense"
    ASSIGNED = "assigned"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class ReceiptEvent(StrEnum):
    """What can happen to it."""

    MATCH = "match"  # account, link, mandate or reference names one loan, in its currency
    PARK = "park"  # nothing names a loan, or what is named does not fit
    ASSIGN = "assign"  # operations name the loan
    START_REFUND = "start_refund"  # operations send it back
    FINISH_REFUND = "finish_refund"  # the refund has arrived
    FAIL_REFUND = "fail_refund"  # the refund did not leave; the money is in suspense again


_S, _E = ReceiptState, ReceiptEvent

RECEIPTS: Machine[ReceiptState, ReceiptEvent] = Machine(
    "payment",
    ReceiptState.RECEIVED,
    {
        (_S.RECEIVED, _E.MATCH): _S.MATCHED,
        (_S.RECEIVED, _E.PARK): _S.SUSPENSE,
        (_S.SUSPENSE, _E.ASSIGN): _S.ASSIGNED,
        (_S.SUSPENSE, _E.START_REFUND): _S.REFUNDING,
        (_S.REFUNDING, _E.FINISH_REFUND): _S.REFUNDED,
        (_S.REFUNDING, _E.FAIL_REFUND): _S.SUSPENSE,
    },
)
