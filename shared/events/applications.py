"""What applications publishes: that somebody applies, or no longer does."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class ApplicationSubmitted(Event, frozen=True, kw_only=True):
    """An application is complete and waits for a decision; again with a higher `revision` after more was asked for."""

    topic: ClassVar[str] = "applications.application_submitted"

    application_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    product_id: UUID
    product_kind: str
    revision: int = 1


class ApplicationWithdrawn(Event, frozen=True, kw_only=True):
    """The applicant took the application back; whatever waits on it stops."""

    topic: ClassVar[str] = "applications.application_withdrawn"

    application_id: UUID
