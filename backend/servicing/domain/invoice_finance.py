"""Invoice financing: an advance on an invoice, discount by the day until the debtor pays, and what then is whose.

The debtor's money first repays the advance with its discount and the factoring fee; the rest is the seller's. Where it
isn't enough in time, the seller makes up for it (with recourse) or the financier bears it (without).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Meta, Struct

from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.periods import PRECISION, exact
from backend.servicing.domain.recast import Paid
from shared.money import MAX_MINOR, CurrencyCode
from shared.rounding import Rounding, to_minor
from shared.terms import Bps, DayCount, RatePct


class InvoiceTerms(Struct, frozen=True, kw_only=True):
    """What financing one invoice costs. Amounts are minor units."""

    currency: CurrencyCode
    invoice_minor: Annotated[int, Meta(ge=1, le=MAX_MINOR)]
    advance_bps: Annotated[int, Meta(ge=1, le=10_000)] = 8_500  # of the invoice
    discount_rate_pct: RatePct  # a year, on what of the advance the debtor hasn't repaid
    late_rate_pct: RatePct = Decimal(0)  # a year more, from the due date on
    factoring_fee_bps: Bps = 0  # of the invoice, once
    recourse: bool = True
    recourse_days: Annotated[int, Meta(ge=0, le=720)] = 90  # after the due date, when the debtor is given up
    day_count: DayCount = DayCount.ACTUAL_360
    rounding: Rounding = Rounding.HALF_EVEN


class InvoiceStatus(StrEnum):
    """Where a financed invoice stands."""

    OPEN = "open"
    LATE = "late"
    SETTLED = "settled"  # the debtor's money covered everything
    RECOURSED = "recoursed"  # the seller owes what the debtor didn't pay
    LOST = "lost"  # the financier bears it


class InvoicePosition(Struct, frozen=True, kw_only=True):
    """Where the money is. collected + seller_owes + lost = advance + discount + fee + released, once it has ended."""

    status: InvoiceStatus
    advance_minor: int
    collected_minor: int
    discount_minor: int  # earned so far
    fee_minor: int
    outstanding_minor: int  # of the advance, its discount and the fee
    released_minor: int  # to the seller, of what was held back
    seller_owes_minor: int
    lost_minor: int
    ends_on: date | None  # when the last of it was settled, or the debtor given up


def advance_minor(terms: InvoiceTerms) -> int:
    """What the seller gets at once; the rest of the invoice is held back."""
    return to_minor(Decimal(terms.invoice_minor) * terms.advance_bps / 10_000, Rounding.DOWN)


def position(
    terms: InvoiceTerms, funded_on: date, due_on: date, receipts: Sequence[Paid], as_of: date
) -> InvoicePosition:
    """The invoice at the end of `as_of`, with the debtor's `receipts` by then.

    Discount runs from the advance to each receipt, dearer from the due date on, and stops when the debtor is given up.
    Raises TermsNotServiceable for dates that contradict each other.
    """
    if due_on <= funded_on or as_of < funded_on or any(paid.on < funded_on for paid in receipts):
        raise TermsNotServiceable(
            reason=f"an invoice is financed on {funded_on}, before it is due and before it is paid"
        )
    given_up_on = due_on + timedelta(days=terms.recourse_days)
    by_then = sorted((paid for paid in receipts if paid.on <= as_of), key=lambda paid: paid.on)
    with localcontext(prec=PRECISION):
        return _Book(terms, funded_on, due_on, given_up_on).at(by_then, as_of)


class _Book:
    def __init__(self, terms: InvoiceTerms, funded_on: date, due_on: date, given_up_on: date) -> None:
        self.terms, self.due_on, self.given_up_on = terms, due_on, given_up_on
        self.advance = advance_minor(terms)
        self.fee = to_minor(Decimal(terms.invoice_minor) * terms.factoring_fee_bps / 10_000, terms.rounding)
        self.principal, self.since = self.advance, funded_on
        self.earned = Fraction(0)
        self.collected = self.released = 0
        self.ended_on: date | None = None

    def at(self, receipts: Sequence[Paid], as_of: date) -> InvoicePosition:
        for paid in receipts:
            self._earn(paid.on)
            self._collect(paid)
        self._earn(as_of)
        owed = self._owed()
        given_up = owed > 0 and as_of >= self.given_up_on
        ended_on = self.given_up_on if given_up else self.ended_on
        return InvoicePosition(
            status=self._status(owed, as_of, given_up=given_up),
            advance_minor=self.advance,
            collected_minor=self.collected,
            discount_minor=self._discount(),
            fee_minor=self.fee,
            outstanding_minor=0 if given_up else owed,
            released_minor=self.released,
            seller_owes_minor=owed if given_up and self.terms.recourse else 0,
            lost_minor=owed if given_up and not self.terms.recourse else 0,
            ends_on=ended_on,
        )

    def _earn(self, until: date) -> None:
        """Discount on what of the advance is open, up to `until`; none once the debtor is given up."""
        until = min(until, self.given_up_on)
        for end, extra in ((min(until, self.due_on), Decimal(0)), (until, self.terms.late_rate_pct)):
            if end > self.since and self.principal:
                years = year_fraction(self.terms.day_count, self.since, end)
                self.earned += self.principal * years * Fraction(self.terms.discount_rate_pct + extra) / 100
            self.since = max(self.since, end)

    def _discount(self) -> int:
        return to_minor(exact(self.earned), self.terms.rounding)

    def _owed(self) -> int:
        return max(self.advance + self._discount() + self.fee - self.collected + self.released, 0)

    def _collect(self, paid: Paid) -> None:
        """Discount and fee first, then the advance; what is over is the seller's."""
        owed = self._owed()
        self.collected += paid.amount_minor
        over = max(paid.amount_minor - owed, 0)
        self.released += over
        self.principal = min(self.principal, owed - min(paid.amount_minor, owed))
        if self.ended_on is None and self._owed() == 0:
            self.ended_on = paid.on

    def _status(self, owed: int, as_of: date, *, given_up: bool) -> InvoiceStatus:
        if given_up:
            return InvoiceStatus.RECOURSED if self.terms.recourse else InvoiceStatus.LOST
        if owed == 0:
            return InvoiceStatus.SETTLED
        return InvoiceStatus.LATE if as_of > self.due_on else InvoiceStatus.OPEN
