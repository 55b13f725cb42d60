"""What underwriting publishes: decisions on applications."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money


class DecisionOutcome(StrEnum):
    """What a decision says."""

    APPROVE = "approve"
    DECLINE = "decline"
    REFER = "refer"  # a person decides; another DecisionMade follows
    MORE_INFO = "more_info"


class DecisionMade(Event, frozen=True, kw_only=True):
    """An application was decided on, by the engine or by a person.

    `limit` is set for an approval only: the most that may be lent. `reasons` are stable codes, strongest first.
    `score_band` runs from A, the best, to E; it is empty where no scorecard was used.
    """

    topic: ClassVar[str] = "underwriting.decision_made"

    application_id: UUID
    decision_id: UUID
    outcome: DecisionOutcome
    limit: Money | None = None
    reasons: list[str]
    score_band: str = ""
    revision: int = 1  # of the application that was decided on
    user_id: UUID | None = None  # the applicant
