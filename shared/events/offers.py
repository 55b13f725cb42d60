"""What offers publishes: that lenders have answered, and that a borrower has chosen."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money
from shared.terms import LoanTerms


class OffersReady(Event, frozen=True, kw_only=True):
    """Every lender has answered or run out of time. `offers` counts the quotes; it is 0 when no lender quoted."""

    topic: ClassVar[str] = "offers.offers_ready"

    application_id: UUID
    offers: int
    user_id: UUID | None = None  # the applicant


class OfferAccepted(Event, frozen=True, kw_only=True):
    """The borrower chose one offer; the others lapsed with it."""

    topic: ClassVar[str] = "offers.offer_accepted"

    application_id: UUID
    offer_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    product_id: UUID
    product_kind: str
    lender: str
    lender_name: str
    terms: LoanTerms
    credit_limit: Money | None = None
    payout_account_id: UUID


class OffersExpired(Event, frozen=True, kw_only=True):
    """No offer is open any more and none was accepted; lenders can be asked again."""

    topic: ClassVar[str] = "offers.offers_expired"

    application_id: UUID
