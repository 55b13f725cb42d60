"""Where a status may go. Events may come in any order, so a status moves by rank, and only forward."""

from types import MappingProxyType

from shared.api.applications import ApplicationStatus as Status

RANK: MappingProxyType[Status, int] = MappingProxyType(
    {
        Status.DRAFT: 0,
        Status.SUBMITTED: 10,
        Status.REFERRED: 20,
        Status.MORE_INFO: 21,
        Status.DECLINED: 30,
        Status.APPROVED: 31,
        Status.NO_OFFERS: 40,
        Status.OFFERED: 41,
        Status.ACCEPTED: 50,
        Status.AGREEMENT_READY: 60,
        Status.EXPIRED: 65,
        Status.WITHDRAWN: 66,
        Status.SIGNED: 70,
        Status.DISBURSEMENT_FAILED: 75,
        Status.DISBURSED: 80,
        Status.CLOSED: 90,
        Status.CANCELLED: 100,
    }
)
EDITABLE = frozenset({Status.DRAFT, Status.MORE_INFO})
_SIDE_EXITS = frozenset({Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN, Status.CANCELLED, Status.CLOSED})


def advanced(current: Status, to: Status) -> Status:
    """`to` where it lies ahead of `current`, otherwise `current`.

    A signature outranks a withdrawal or an expiry: once there is a contract, it is what counts. A referral moves on
    when a person decides; so does an application without offers that gets some.
    """
    return to if RANK[to] > RANK[current] else current


def can_withdraw(current: Status) -> bool:
    """Whether the applicant may still take the application back: until the agreement is signed."""
    return RANK[current] < RANK[Status.EXPIRED] and current is not Status.DECLINED


def is_open(current: Status) -> bool:
    """Whether the application can still become a loan."""
    return current not in _SIDE_EXITS
