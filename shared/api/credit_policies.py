"""Credit policies: rules and scorecards as versioned data, as the API takes and gives them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.products import ProductKind

ReasonCode = Annotated[
    str, Meta(pattern="^[a-z][a-z0-9_]{2,62}$", description="Stable code of a reason", examples=["income_too_low"])
]
RuleId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,62}$", examples=["returned_payments_many"])]
Source = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=4_000,
        description="An expression in the rule language",
        examples=["returned_payments_90d > 5"],
    ),
]
Note = Annotated[str, Meta(max_length=1_000, pattern=r"^[^\x00]*$")]
GroupValue = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
FeatureName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,63}$", examples=["income_volatility"])]
Points = Annotated[int, Meta(ge=-10_000, le=10_000)]
MAX_RULES = 200
MAX_CHARACTERISTICS = 50
MAX_BINS = 50


class RuleOutcome(StrEnum):
    """What a rule that holds leads to."""

    DECLINE = "decline"
    REFER = "refer"
    MORE_INFO = "more_info"
    CAP_LIMIT = "cap_limit"


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When `when` is true, `outcome` follows. `cap` gives the highest limit in minor units, for cap_limit only."""

    id: RuleId
    when: Source
    outcome: RuleOutcome
    reason: ReasonCode
    cap: Source | None = None
    note: Note = ""


class RuleSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one version, in the order they are given as reasons, and the policy's figures.

    `affordable_share_bps` is the part of the free monthly cash that may go into repayments; null leaves that out. A
    limit below what was asked is cut to `limit_digits` leading digits. A person's approval above `four_eyes_above_bps`
    of the product's maximum needs a second officer; null never asks for one.
    """

    rules: Annotated[tuple[Rule, ...], Meta(min_length=1, max_length=MAX_RULES)]
    affordable_share_bps: Annotated[int, Meta(ge=1, le=10_000)] | None = 5_000
    limit_digits: Annotated[int, Meta(ge=1, le=15)] = 3
    four_eyes_above_bps: Annotated[int, Meta(ge=0, le=10_000)] | None = 5_000


class Band(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers from `at_least`, included, up to `below`, excluded; null leaves that side open."""

    points: Points
    at_least: Decimal | None = None
    below: Decimal | None = None


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts, or "true" and "false", that earn the same points."""

    points: Points
    values: Annotated[tuple[GroupValue, ...], Meta(min_length=1, max_length=200)]


class Characteristic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feature and the points its value earns: `bands` for a number, `groups` and `other_points` for the rest."""

    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,62}$")]
    feature: FeatureName
    reason: ReasonCode
    missing_points: Points
    bands: Annotated[tuple[Band, ...], Meta(max_length=MAX_BINS)] = ()
    groups: Annotated[tuple[Group, ...], Meta(max_length=MAX_BINS)] = ()
    other_points: Points | None = None
    reference_points: Points | None = None


class Scorecard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The score is `base_points` plus the points of each characteristic.

    From `approve_from` up it passes, from `refer_from` up a person decides, below that it fails. `bands_from` are the
    lowest scores of bands A, B, C and D; what is below them all is E.
    """

    base_points: Points
    approve_from: int
    refer_from: int
    bands_from: tuple[int, int, int, int]
    characteristics: Annotated[tuple[Characteristic, ...], Meta(min_length=1, max_length=MAX_CHARACTERISTICS)]


class PolicyState(StrEnum):
    """Where a version of a policy stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class PolicyIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new version of the policy for one kind of product, or with null for every kind that has none of its own."""

    applies_to: ProductKind | None = None
    rule_set: RuleSet
    scorecard: Scorecard | None = None
    note: Note = ""


class PolicyOut(Struct, frozen=True, kw_only=True):
    """One version of a policy. `created_by` and `activated_by` name two people, or the platform for its defaults."""

    id: UUID
    version: int
    state: PolicyState
    applies_to: ProductKind | None
    rule_set: RuleSet
    scorecard: Scorecard | None
    note: str
    created_by: str
    created_at: datetime
    activated_by: str | None = None
    activated_at: datetime | None = None


class FeatureOut(Struct, frozen=True, kw_only=True):
    """A fact that rules and scorecards may read."""

    name: str
    kind: str
    meaning: str
