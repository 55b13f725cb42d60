"""What notifications tell the rest of the platform."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class NudgeReady(Event, frozen=True, kw_only=True):
    """Something is to be told to somebody in their chat; what it is, notifications say to whoever brings it there."""

    topic: ClassVar[str] = "notifications.nudge_ready"
    delivery_id: UUID
    user_id: UUID


class MessageDelivered(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "notifications.message_delivered"
    delivery_id: UUID
    user_id: UUID | None
    template: str
    channel: str
