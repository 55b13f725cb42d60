"""What notifications tell the rest of the platform."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class MessageDelivered(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "notifications.message_delivered"
    delivery_id: UUID
    user_id: UUID | None
    template: str
    channel: str
