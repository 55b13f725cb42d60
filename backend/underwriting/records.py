"""Rows of underwriting's tables, as the use cases see them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.kernel.crypto import Field
from shared.api.credit_policies import PolicyState, RuleSet, Scorecard
from shared.api.underwriting import PersonOutcome, ReferralState
from shared.events.underwriting import DecisionOutcome

INPUTS = Field("credit_decision", "sealed_inputs")
ANSWER = Field("credit_decision", "sealed_answer")
DECISION_NOTE = Field("credit_decision", "sealed_note")
VERDICT_NOTE = Field("referral", "sealed_note")
ANY_PRODUCT = "any"


class Policy(Struct, frozen=True, kw_only=True):
    """One version of the policy for a kind of product, or for ANY_PRODUCT."""

    id: UUID
    applies_to: str
    version: int
    state: PolicyState
    rule_set: RuleSet
    scorecard: Scorecard | None
    note: str
    created_by: str
    created_at: datetime
    activated_by: str | None = None
    activated_at: datetime | None = None


class DecisionRecord(Struct, frozen=True, kw_only=True):
    """A decision as it is stored; what went into it is sealed."""

    id: UUID
    application_id: UUID
    revision: int
    user_id: UUID
    business_id: UUID | None
    by_person: bool
    made_by: str
    made_at: datetime
    outcome: DecisionOutcome
    limit_minor: int
    currency: str
    reasons: tuple[str, ...]
    score: int | None
    score_band: str
    policy_id: UUID
    policy_version: int
    engine: int
    inputs_sha256: str
    sealed_inputs: bytes | None = None
    sealed_answer: bytes | None = None
    follows_id: UUID | None = None
    sealed_note: bytes | None = None


class Referral(Struct, frozen=True, kw_only=True):
    """An application that waits for a person, and what officers have said about it."""

    id: UUID
    application_id: UUID
    decision_id: UUID
    user_id: UUID
    business_id: UUID | None
    state: ReferralState
    currency: str
    requested_minor: int
    possible_limit_minor: int
    second_above_minor: int | None
    opened_at: datetime
    verdict_by: str | None = None
    verdict_at: datetime | None = None
    verdict_outcome: PersonOutcome | None = None
    verdict_limit_minor: int | None = None
    verdict_reasons: tuple[str, ...] | None = None
    sealed_note: bytes | None = None
    confirmed_by: str | None = None
    decided_at: datetime | None = None


class TrackRecord(Struct, frozen=True, kw_only=True):
    """How a borrower did with this lender before."""

    open_loan_ids: tuple[UUID, ...]
    closed_loans: int
    missed_repayments: int
