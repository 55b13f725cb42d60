"""Decisions on applications, their reasons, and referrals to a person, as the API takes and gives them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.credit_policies import ReasonCode, RuleOutcome
from shared.events.underwriting import DecisionOutcome
from shared.money import MAX_MINOR, Money

Note = Annotated[str, Meta(min_length=3, max_length=2_000, pattern=r"\S", description="Why, for the file")]


class ReasonOut(Struct, frozen=True, kw_only=True):
    """Why, in plain words of the reader's language, and what can be done about it."""

    code: str
    text: str
    advice: str


class DecisionOut(Struct, frozen=True, kw_only=True):
    """A decision as its applicant sees it. `limit` is set for an approval: the most that may be lent."""

    id: UUID
    application_id: UUID
    revision: int
    outcome: DecisionOutcome
    limit: Money | None
    reasons: list[ReasonOut]
    by_person: bool
    decided_at: datetime


class FiredRuleOut(Struct, frozen=True, kw_only=True):
    """A rule that held."""

    rule_id: str
    outcome: RuleOutcome
    reason: str
    cap_minor: int | None = None


class ScoredOut(Struct, frozen=True, kw_only=True):
    """The points one characteristic earned and how many it fell short of its reference."""

    name: str
    feature: str
    reason: str
    points: int
    lost: int


class CapOut(Struct, frozen=True, kw_only=True):
    """One bound on the limit."""

    source: str
    reason: str
    amount_minor: int


class DecisionTraceOut(Struct, frozen=True, kw_only=True):
    """A decision as the staff see it: everything that went in, and how the answer came about."""

    decision: DecisionOut
    policy_id: UUID
    policy_version: int
    engine: int
    as_of: date
    inputs_sha256: str
    basis: str
    score: int | None
    score_band: str
    approve_from: int | None
    refer_from: int | None
    features: dict[str, Decimal | bool | None]
    texts: dict[str, str]
    rules: list[FiredRuleOut]
    undetermined: list[str]
    characteristics: list[ScoredOut]
    caps: list[CapOut]
    unknown_caps: list[str]
    possible_limit_minor: int
    made_by: str
    note: str | None = None


class ReplayOut(Struct, frozen=True, kw_only=True):
    """A decision made again from its stored inputs. `same` holds when not a single byte of the answer differs."""

    decision_id: UUID
    same: bool
    inputs_sha256: str
    stored_sha256: str
    replayed_sha256: str


class ReferralState(StrEnum):
    """Where a referral stands."""

    OPEN = "open"
    AWAITING_SECOND = "awaiting_second"  # one officer has decided, another one has to confirm
    DECIDED = "decided"
    CLOSED = "closed"  # the application was withdrawn or submitted anew


class PersonOutcome(StrEnum):
    """What a person may decide."""

    APPROVE = "approve"
    DECLINE = "decline"
    MORE_INFO = "more_info"


class ReferralVerdictIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's decision. An approval needs a limit, anything else at least one reason for the applicant."""

    outcome: PersonOutcome
    note: Note
    limit_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)] | None = None
    reasons: Annotated[tuple[ReasonCode, ...], Meta(max_length=4)] = ()


class ConfirmIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second officer's word on another one's decision."""

    note: Note


class VerdictOut(Struct, frozen=True, kw_only=True):
    """What an officer decided."""

    by: str
    at: datetime
    outcome: PersonOutcome
    limit: Money | None
    reasons: list[str]
    note: str | None


class ReferralOut(Struct, frozen=True, kw_only=True):
    """An application that a person has to decide on. `reasons` are the engine's, for referring it."""

    id: UUID
    application_id: UUID
    decision_id: UUID
    state: ReferralState
    requested: Money
    possible_limit: Money
    reasons: list[ReasonOut]
    score: int | None
    score_band: str
    needs_second_above: Money | None
    opened_at: datetime
    verdict: VerdictOut | None = None
    confirmed_by: str | None = None
    decided_at: datetime | None = None
