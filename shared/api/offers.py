"""Offers, as the API gives them: the same rows for every lender, so that they can be compared."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from shared.money import Money
from shared.terms import LoanTerms


class RoundStatus(StrEnum):
    """Where the search for offers stands."""

    ASKING = "asking"
    READY = "ready"  # every lender has answered or run out of time
    ACCEPTED = "accepted"
    LAPSED = "lapsed"  # no offer is open any more; ask again
    WITHDRAWN = "withdrawn"  # with the application


class OfferStatus(StrEnum):
    """Where one offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"  # another one was accepted, or newer ones took its place
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class LenderOutcome(StrEnum):
    """What became of the question to one lender."""

    QUOTED = "quoted"
    DECLINED = "declined"
    NOT_ELIGIBLE = "not_eligible"  # it quoted, but outside what the product allows
    NO_ANSWER = "no_answer"


class LenderAnswerOut(Struct, frozen=True, kw_only=True):
    """One lender's answer. `reason` is a stable code where there is no offer."""

    lender: str
    lender_name: str
    outcome: LenderOutcome
    reason: str | None = None


class OfferOut(Struct, frozen=True, kw_only=True):
    """What one lender offers. Amounts assume a payout on `priced_on` and every payment on its day.

    `is_lowest_cost` marks the open offer with the lowest total cost; no lender can buy the mark.
    """

    id: UUID
    application_id: UUID
    lender: str
    lender_name: str
    status: OfferStatus
    amount: Money
    receive: Money
    instalment: Money
    instalments: int
    total_repayable: Money
    total_interest: Money
    total_fees: Money
    total_cost: Money
    apr_pct: Decimal
    effective_apr_pct: Decimal | None
    first_due_on: date
    last_due_on: date
    terms: LoanTerms
    credit_limit: Money | None
    priced_on: date
    expires_at: datetime
    is_lowest_cost: bool
    accepted_at: datetime | None = None


class OffersOut(Struct, frozen=True, kw_only=True):
    """The offers for an application, the lowest total cost first, and what each lender answered."""

    application_id: UUID
    status: RoundStatus
    asked_at: datetime
    ready_at: datetime | None
    answers: list[LenderAnswerOut]
    offers: list[OfferOut]


class LenderOut(Struct, frozen=True, kw_only=True):
    """A lender that the platform asks."""

    code: str
    name: str
    licence: str
    address: str
