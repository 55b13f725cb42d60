"""Messages and what people want to hear about, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    IN_APP = "in_app"


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
    """By which channels a person wants to hear of reminders and offers; the app's own list is always kept."""

    reminder: list[Channel]
    marketing: list[Channel]


class PreferencesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channels from now on; an empty list is none."""

    reminder: list[Channel]
    marketing: list[Channel]
