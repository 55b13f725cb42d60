"""A borrower's standing permission to debit an account: granted at the bank, ended by either side."""

from enum import StrEnum

from backend.payments.domain.machine import Machine


class MandateState(StrEnum):
    """What a mandate permits: only an active one permits a debit."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class MandateEvent(StrEnum):
    """What can happen to a mandate."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S, _E = MandateState, MandateEvent

MANDATES: Machine[MandateState, MandateEvent] = Machine(
    "mandate",
    MandateState.PENDING,
    {
        (_S.PENDING, _E.APPROVE): _S.ACTIVE,
        (_S.PENDING, _E.REJECT): _S.REJECTED,
        (_S.PENDING, _E.CANCEL): _S.CANCELLED,
        (_S.ACTIVE, _E.CANCEL): _S.CANCELLED,
        (_S.ACTIVE, _E.EXPIRE): _S.EXPIRED,
    },
)
