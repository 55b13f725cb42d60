"""Conversations across channels, as the API takes and gives them to borrowers, agents and bots."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.channels import ChannelSubject, ChatChannel
from shared.api.consents import Locale

MessageText = Annotated[str, Meta(min_length=1, max_length=4096)]
ExternalId = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[!-~]+$", description="A name of the message, once per channel")
]
Label = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["payment"])]
ChoiceKey = Annotated[str, Meta(min_length=1, max_length=256, pattern=r"^[!-~]+$")]


class ConversationStatus(StrEnum):
    """Who has to act."""

    PENDING = "pending"  # the bot answers
    OPEN = "open"  # people answer
    SNOOZED = "snoozed"  # people wait, until a time or the next word
    RESOLVED = "resolved"


class Priority(StrEnum):
    """How soon people should answer."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Skill(StrEnum):
    """What somebody must know to help."""

    GENERAL = "general"
    PAYMENTS = "payments"
    HARDSHIP = "hardship"
    DISPUTES = "disputes"
    TECHNICAL = "technical"


class Author(StrEnum):
    """Who wrote a message."""

    BORROWER = "borrower"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Direction(StrEnum):
    """Which way a message goes, as the tenant sees it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageStatus(StrEnum):
    """How far a message came."""

    RECEIVED = "received"  # inbound, or a note among agents
    QUEUED = "queued"  # to be sent by the bot
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class AttachmentOut(Struct, frozen=True, kw_only=True):
    """A file on a message; its content is downloaded apart."""

    id: UUID
    filename: str
    media_type: str
    size: int


class ChatOption(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to tap under the newest message of a bot; `key` is sent back as the `choice` of what is written."""

    key: ChoiceKey
    title: Annotated[str, Meta(min_length=1, max_length=60)]
    note: Annotated[str, Meta(max_length=100)] = ""


class ChatLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A web address under a message."""

    title: Annotated[str, Meta(min_length=1, max_length=60)]
    url: Annotated[str, Meta(max_length=2000, pattern=r"^https?://")]


class MessageOut(Struct, frozen=True, kw_only=True):
    """One message of a thread. `text` is null once it was erased; a note is seen by staff and bots only."""

    id: UUID
    conversation_id: UUID
    channel: ChatChannel
    direction: Direction
    author: Author
    author_id: UUID | None
    is_note: bool
    text: str | None
    template: str | None
    external_id: str | None
    status: MessageStatus
    error_code: str | None
    attachments: list[AttachmentOut]
    at: datetime
    options: list[ChatOption] = []
    link: ChatLink | None = None
    choice: str | None = None


class ChannelWindowOut(Struct, frozen=True, kw_only=True):
    """A channel of a conversation. Once its window is closed only approved templates go out by it."""

    channel: ChatChannel
    link_id: UUID | None
    last_inbound_at: datetime | None
    window_closes_at: datetime | None
    template_only: bool


class ConversationOut(Struct, frozen=True, kw_only=True):
    """A borrower's one thread, with where it stands."""

    id: UUID
    user_id: UUID | None
    status: ConversationStatus
    channel: ChatChannel
    language: Locale
    priority: Priority
    skill: Skill
    labels: list[str]
    assignee_id: UUID | None
    summary: str | None
    handoff_reason: str | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    first_due_at: datetime | None
    next_due_at: datetime | None
    resolve_due_at: datetime | None
    sla_breached: bool
    channels: list[ChannelWindowOut]
    last_message_at: datetime
    opened_at: datetime | None
    resolved_at: datetime | None


class BotMessageIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that a bot saw or writes. The same `external_id` on a channel is the same message.

    `sent_at` is the provider's time. What a bot writes is `outbound`, and `queued` until a status says more.
    """

    channel: ChatChannel
    subject: ChannelSubject
    alternate: ChannelSubject | None = None
    direction: Direction
    external_id: ExternalId
    text: MessageText | None = None
    template: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    language: Locale | None = None
    sent_at: datetime | None = None
    options: Annotated[list[ChatOption], Meta(max_length=10)] = []
    link: ChatLink | None = None


class BotMessageOut(Struct, frozen=True, kw_only=True):
    """Where a message went. `is_new` is false for a repeat; a bot answers only while `status` is pending."""

    message_id: UUID
    conversation_id: UUID
    link_id: UUID | None
    user_id: UUID | None
    status: ConversationStatus
    is_new: bool


class MessageStatusIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of an outbound message. `provider_id` is the provider's name for it, learnt by sending it."""

    status: MessageStatus
    provider_id: ExternalId | None = None
    error_code: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class ProviderStatusIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a message that is known by either of its names."""

    channel: ChatChannel
    external_id: ExternalId
    status: MessageStatus
    error_code: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class HandoffIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why people are to take over, and what they should know first."""

    reason: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z_]+$", examples=["asked_for_person"])]
    summary: Annotated[str, Meta(max_length=2000)] = ""
    language: Locale | None = None
    skill: Skill = Skill.GENERAL
    priority: Priority = Priority.NORMAL


class HandoffOut(Struct, frozen=True, kw_only=True):
    """What to tell somebody who waits for a person. `expected_by` heeds business hours."""

    conversation: ConversationOut
    is_within_hours: bool
    ahead: int
    expected_by: datetime


class FeedKind(StrEnum):
    """What a bot hears of."""

    MESSAGE_FROM_BORROWER = "message_from_borrower"
    MESSAGE_FROM_AGENT = "message_from_agent"  # to be delivered, unless it is for the app
    MESSAGE_FROM_BOT = "message_from_bot"
    NUDGE = "nudge"  # the platform has something to tell; to be delivered
    NOTE = "note"
    HANDED_OFF = "handed_off"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    RETURNED_TO_BOT = "returned_to_bot"
    RESOLVED = "resolved"
    LINKED = "linked"
    LINK_ENDED = "link_ended"
    STEPPED_UP = "stepped_up"
    STEP_UP_REFUSED = "step_up_refused"


class FeedItem(Struct, frozen=True, kw_only=True):
    """Something that a bot should know. Keep `cursor` once it is dealt with: it may come again, none is left out."""

    cursor: str
    id: UUID
    kind: FeedKind
    conversation_id: UUID | None
    link_id: UUID | None
    user_id: UUID | None
    message: MessageOut | None
    data: dict[str, str]
    at: datetime


class FeedOut(Struct, frozen=True, kw_only=True):
    """What happened after a cursor, in order; `cursor` is where to go on, the same as before where nothing did."""

    items: list[FeedItem]
    cursor: str


class WriteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A borrower's words in the app, or the title and key of what they tapped.

    `client_id` is the app's own name of the message, kept over restarts.
    """

    text: MessageText
    client_id: ExternalId
    choice: ChoiceKey | None = None


class PersonWantedIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody wants a person."""

    note: Annotated[str, Meta(max_length=500)] = ""
    skill: Skill = Skill.GENERAL


class RatingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody was helped, from 1 to 5."""

    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=1000)] | None = None


class RatingAnswerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody tapped when they were asked how they were helped: from 1 to 5, or null for not now."""

    score: Annotated[int, Meta(ge=1, le=5)] | None
