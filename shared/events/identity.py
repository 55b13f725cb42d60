"""What identity tells the rest of the platform."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class UserRegistered(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "identity.user_registered"
    user_id: UUID
