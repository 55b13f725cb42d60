"""What a person sent, whatever the channel."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class Kind(StrEnum):
    """What kind of thing came in."""

    TEXT = "text"
    CHOICE = "choice"  # a tap on a button or on a row
    MEDIA = "media"  # a photo, a document, a voice note
    OTHER = "other"  # a sticker, a location, a contact, something this version has never heard of
    NUMBER_CHANGED = "number_changed"  # the person moved to another number, or another person has this one
    AGENT_SAID = "agent_said"  # a person at the desk answers; `about` is the platform's id of it
    NUDGE = "nudge"  # the platform has something to tell; `about` is its id, `template` what it is
    TAKEN = "taken"  # somebody at the desk took the conversation by themselves
    RETURNED = "returned"  # the people at the desk are done; `about` is the question of how they helped, if it is asked
    PROVEN = "proven"  # the person confirmed in the app that it is them
    UNLINKED = "unlinked"  # the chat belongs to nobody any more


NOTICES = frozenset({Kind.AGENT_SAID, Kind.NUDGE, Kind.TAKEN, Kind.RETURNED, Kind.PROVEN, Kind.UNLINKED})


class Inbound(Struct, frozen=True, kw_only=True):
    """One message, tap or notice. `choice` is the payload of what was tapped; `media` names the file at the channel."""

    kind: Kind
    event_id: str
    at: datetime
    text: str = ""
    choice: str = ""
    media: str = ""
    media_type: str = ""
    name: str = ""
    identity_key: str | None = None  # changes when the number may have another owner
    about: UUID | None = None
    template: str = ""
    values: dict[str, str] = {}
    until: datetime | None = None  # after this a nudge is no longer worth sending
