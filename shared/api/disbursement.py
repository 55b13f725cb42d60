"""Disbursements: how a loan's money gets to the borrower."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from shared.money import Money


class DisbursementStatus(StrEnum):
    """Where the money stands."""

    ORDERED = "ordered"  # a payout is with the rail, or about to be
    PAID_OUT = "paid_out"
    FAILED = "failed"  # the payout did not arrive; operations try again
    CANCELLED = "cancelled"  # the agreement was cancelled before any money left, or operations gave a failed one up


class DisbursementStepOut(Struct, frozen=True, kw_only=True):
    """One step of the timeline. `reason_code` says why a payout failed."""

    at: datetime
    status: DisbursementStatus
    payout_id: UUID
    actor: str
    reason_code: str | None = None


class DisbursementOut(Struct, frozen=True, kw_only=True):
    """The disbursement of one loan. `amount` is net of the fees that are deducted."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    status: DisbursementStatus
    amount: Money
    payout_account_id: UUID
    payout_id: UUID
    attempts: int
    created_at: datetime
    updated_at: datetime
    disbursed_on: date | None = None
    reason_code: str | None = None
    timeline: list[DisbursementStepOut]


class DisbursementSummary(Struct, frozen=True, kw_only=True):
    """A disbursement in a list."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    status: DisbursementStatus
    amount: Money
    updated_at: datetime


class RetryIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another attempt, to the same account or to another one of the borrower's."""

    payout_account_id: UUID | None = None
