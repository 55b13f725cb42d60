"""Messages and what people want to hear about, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    IN_APP = "in_app"
    VOICE = "voice"  # a call that reads a code out; nothing else comes so
    PUSH = "push"  # a notice on one's phone; in preferences it stands in `push`, which older clients overlook


class Topic(StrEnum):
    """What a message is about."""

    SECURITY = "security"  # codes and sign-ins: always sent
    SERVICE = "service"  # what happens to one's own application and loan: always kept in the app
    REMINDER = "reminder"
    MARKETING = "marketing"


class NotificationOut(Struct, frozen=True, kw_only=True):
    """A message in the app."""

    id: UUID
    topic: Topic
    title: str
    text: str
    at: datetime
    read_at: datetime | None


class PreferencesOut(Struct, frozen=True, kw_only=True):
    """By which channels a person wants to hear of reminders and offers; the app's own list is always kept.

    `push` names what of the two comes as a notice on their phones as well.
    """

    reminder: list[Channel]
    marketing: list[Channel]
    push: list[Topic] = field(default_factory=list)


class PreferencesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channels from now on; an empty list is none, and without `push` that stays as it is."""

    reminder: list[Channel]
    marketing: list[Channel]
    push: list[Topic] | None = None


class PushService(StrEnum):
    """Whose network carries notices to a phone."""

    ONESIGNAL = "onesignal"


class PushRegistrationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where this device is reached: the name that the service gave it."""

    service: PushService
    token: Annotated[str, Meta(min_length=8, max_length=512, pattern="^[!-~]+$")]


class PushRegistrationOut(Struct, frozen=True, kw_only=True):
    """A device that gets notices; it is known by its session and ends with it."""

    session_id: UUID
    service: PushService
    registered_at: datetime
    seen_at: datetime
    current: bool
