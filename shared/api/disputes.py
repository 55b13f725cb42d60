"""Disputes, as the API takes and gives them."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.conversations import AttachmentOut
from shared.money import MAX_MINOR, Money

ANSWER_WITHIN = timedelta(days=21)  # by when an outcome is promised; told before a dispute is opened


class DisputedKind(StrEnum):
    """What is disputed."""

    TRANSACTION = "transaction"  # a payment, a refund, the payout
    CHARGE = "charge"  # a fee or a penalty
    INSTALMENT = "instalment"


class DisputeReason(StrEnum):
    """What is wrong with it."""

    PAID_ALREADY = "paid_already"
    WRONG_AMOUNT = "wrong_amount"
    CHARGED_TWICE = "charged_twice"
    NOT_MINE = "not_mine"
    NOT_AGREED = "not_agreed"
    OTHER = "other"


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    NEEDS_INFO = "needs_info"  # the borrower has to say or show more
    ESCALATED = "escalated"  # the borrower did not accept the outcome: somebody else looks again
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class DisputeOutcome(StrEnum):
    """What came of it."""

    UPHELD = "upheld"  # the borrower is right
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"


class DisputeStep(StrEnum):
    """What happened to a dispute."""

    OPENED = "opened"
    EVIDENCE_ADDED = "evidence_added"
    INFO_REQUESTED = "info_requested"
    INFO_GIVEN = "info_given"
    RESOLVED = "resolved"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"


class DisputeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is disputed and why. Transactions and charges by their id, an instalment by its number.

    `amount_minor` is the part that is disputed; the whole where none is given.
    """

    kind: DisputedKind
    transaction_id: UUID | None = None
    instalment: Annotated[int, Meta(ge=1, le=520)] | None = None
    reason: DisputeReason
    details: Annotated[str, Meta(min_length=1, max_length=2000)]
    amount_minor: Annotated[int, Meta(ge=1, le=MAX_MINOR)] | None = None


class DisputeNoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one side tells the other."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class ResolveDisputeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of it, with reasons that the borrower reads, and the amount found in their favour."""

    outcome: DisputeOutcome
    reasons: Annotated[str, Meta(min_length=10, max_length=2000)]
    amount_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] = 0


class DisputeEntryOut(Struct, frozen=True, kw_only=True):
    """One step of a dispute's timeline."""

    at: datetime
    step: DisputeStep
    by_staff: bool
    text: str | None


class DisputeOut(Struct, frozen=True, kw_only=True):
    """A dispute. While it lives nobody is reminded of the loan.

    `answer_by` is by when the borrower hears an outcome; `may_escalate_until` how long they may ask for another look.
    """

    id: UUID
    loan_id: UUID
    user_id: UUID
    number: str
    kind: DisputedKind
    transaction_id: UUID | None
    instalment: int | None
    reason: DisputeReason
    amount: Money
    status: DisputeStatus
    answer_by: date
    is_overdue: bool
    outcome: DisputeOutcome | None
    reasons: str | None
    found: Money | None
    may_escalate_until: date | None
    evidence: list[AttachmentOut]
    timeline: list[DisputeEntryOut]
    opened_at: datetime
    resolved_at: datetime | None


class DisputeSummary(Struct, frozen=True, kw_only=True):
    """A dispute at a glance."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    number: str
    kind: DisputedKind
    reason: DisputeReason
    amount: Money
    status: DisputeStatus
    outcome: DisputeOutcome | None
    answer_by: date
    is_overdue: bool
    opened_at: datetime
