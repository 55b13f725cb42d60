"""What agreements publishes: documents to sign, signatures, and ends without one."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money
from shared.terms import LoanTerms


class AgreementReady(Event, frozen=True, kw_only=True):
    """The documents are rendered and can be read and signed. `loan_id` is the loan that a signature will create."""

    topic: ClassVar[str] = "agreements.agreement_ready"

    agreement_id: UUID
    application_id: UUID
    loan_id: UUID
    user_id: UUID | None = None  # the borrower


class AgreementSigned(Event, frozen=True, kw_only=True):
    """The borrower signed: the loan exists and its money may be paid out."""

    topic: ClassVar[str] = "agreements.agreement_signed"

    agreement_id: UUID
    application_id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    product_kind: str
    lender: str
    terms: LoanTerms
    credit_limit: Money | None = None
    payout_account_id: UUID
    signed_at: datetime
    cooling_off_until: date  # the last day on which the borrower may cancel


class AgreementCancelled(Event, frozen=True, kw_only=True):
    """The borrower cancelled after signing and before the payout was known to have arrived. `reason` is a stable code.

    A payout that is on its way all the same makes the loan active, and the borrower pays it off.
    """

    topic: ClassVar[str] = "agreements.agreement_cancelled"

    agreement_id: UUID
    application_id: UUID
    loan_id: UUID
    on: date
    reason: str


class AgreementExpired(Event, frozen=True, kw_only=True):
    """It ended unsigned: its time ran out, or the borrower declined. Nothing is owed. `reason` is a stable code."""

    topic: ClassVar[str] = "agreements.agreement_expired"

    agreement_id: UUID
    application_id: UUID
    loan_id: UUID
    reason: str = "ran_out"
