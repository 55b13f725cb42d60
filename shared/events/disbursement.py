"""What becomes of the money that a loan pays out."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money


class LoanDisbursed(Event, frozen=True, kw_only=True):
    """The loan's money has arrived at the borrower: `amount` is net of the fees that were deducted."""

    topic: ClassVar[str] = "disbursement.loan_disbursed"
    loan_id: UUID
    application_id: UUID
    payout_id: UUID
    amount: Money
    disbursed_on: date
    user_id: UUID | None = None  # the borrower


class DisbursementFailed(Event, frozen=True, kw_only=True):
    """The payout did not arrive; it can be tried again, to another account if need be."""

    topic: ClassVar[str] = "disbursement.disbursement_failed"
    loan_id: UUID
    application_id: UUID
    payout_id: UUID
    reason_code: str
    user_id: UUID | None = None  # the borrower


class DisbursementCancelled(Event, frozen=True, kw_only=True):
    """Nobody tries a failed payout again: the loan is not paid out. `reason_code` says why the last attempt failed."""

    topic: ClassVar[str] = "disbursement.disbursement_cancelled"
    loan_id: UUID
    application_id: UUID
    user_id: UUID
    payout_id: UUID
    reason_code: str
