"""Promises to pay, and how payments keep them. Amounts are minor units; days are business days of the tenant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.arrears.errors import PromiseTooFar, PromiseTooMuch
from shared.api.arrears import PromiseStatus

PROMISE_WITHIN = timedelta(days=14)
GRACE = timedelta(days=2)  # money that was sent on the day may arrive a little later

_S = PromiseStatus


class Promise(Struct, frozen=True, kw_only=True):
    """A promise to pay so much by a day; one of a plan's where there is a `case_id`."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    case_id: UUID | None = None
    currency: str
    on: date
    amount_minor: int
    made_on: date
    made_at: datetime
    paid_minor: int = 0
    status: PromiseStatus = _S.OPEN
    settled_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which a payment keeps it."""
        return self.on + GRACE


class Received(Struct, frozen=True, kw_only=True):
    """A payment that counts, by the day it counts from and when it was entered."""

    payment_id: UUID
    on: date
    amount_minor: int
    entered_at: datetime


def require_promisable(on: date, amount_minor: int, *, today: date, most_minor: int) -> None:
    """Raises PromiseTooFar, PromiseTooMuch."""
    last = today + PROMISE_WITHIN
    if not today <= on <= last:
        raise PromiseTooFar(first=today, last=last)
    if amount_minor > most_minor:
        raise PromiseTooMuch


def judged(promises: Sequence[Promise], payments: Sequence[Received], today: date) -> list[Promise]:
    """The promises of one loan as they stand on `today`, given every payment that came in since they were made.

    Payments are used in the order of their days, for the promise that is due first. A promise that was broken or taken
    back stays so; one that was kept is open again, or broken, when its payment bounced.
    """
    living = sorted((p for p in promises if p.status in (_S.OPEN, _S.KEPT)), key=lambda p: (p.on, p.id.int))
    paid = dict.fromkeys((promise.id for promise in living), 0)
    for payment in sorted(payments, key=lambda each: (each.on, each.payment_id.int)):
        left = payment.amount_minor
        for promise in living:
            if payment.entered_at < promise.made_at or payment.on > promise.last_day:
                continue
            used = min(left, promise.amount_minor - paid[promise.id])
            paid[promise.id] += used
            left -= used
    assert all(0 <= paid[promise.id] <= promise.amount_minor for promise in living), "no promise is paid twice"
    return [_standing(promise, paid[promise.id], today) for promise in living]


def _standing(promise: Promise, paid_minor: int, today: date) -> Promise:
    if paid_minor == promise.amount_minor:
        settled = promise.settled_on if promise.status is _S.KEPT else today
        return replace(promise, paid_minor=paid_minor, status=_S.KEPT, settled_on=settled)
    if today > promise.last_day:
        return replace(promise, paid_minor=paid_minor, status=_S.BROKEN, settled_on=today)
    return replace(promise, paid_minor=paid_minor, status=_S.OPEN, settled_on=None)
