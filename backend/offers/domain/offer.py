"""An offer and its life: open until it is accepted, lapses, expires or is withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from shared.api.offers import OfferStatus
from shared.money import Money
from shared.terms import LoanTerms


class Offer(Struct, frozen=True, kw_only=True):
    """What one lender offers on one application. Amounts are minor units of the terms' currency."""

    id: UUID
    application_id: UUID
    round_no: int
    lender: str
    lender_name: str
    status: OfferStatus
    terms: LoanTerms
    receive_minor: int
    instalment_minor: int
    total_repayable_minor: int
    total_interest_minor: int
    total_fees_minor: int
    total_cost_minor: int
    apr_pct: Decimal
    effective_apr_pct: Decimal | None
    first_due_on: date
    last_due_on: date
    credit_limit_minor: int | None
    priced_on: date
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None

    @property
    def credit_limit(self) -> Money | None:
        """How much may be drawn in all, where this is a line of credit."""
        return None if self.credit_limit_minor is None else Money.of(self.credit_limit_minor, self.terms.currency)

    def status_at(self, now: datetime) -> OfferStatus:
        """The status that counts at `now`: an open offer ends with its time, whether or not anyone noted it yet."""
        if self.status is OfferStatus.OPEN and now >= self.expires_at:
            return OfferStatus.EXPIRED
        return self.status


def cheapest_first(offers: Iterable[Offer]) -> list[Offer]:
    """The order in which borrowers see offers: by total cost, then rate, then lender's code. Nothing else counts."""
    return sorted(offers, key=lambda offer: (offer.total_cost_minor, offer.apr_pct, offer.lender))
