"""The support desk, as the API takes and gives it to agents."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.api.channels import ChatChannel
from shared.api.consents import Locale
from shared.api.conversations import (
    ConversationOut,
    Label,
    MessageOut,
    MessageText,
    Priority,
    Skill,
)

Minutes = Annotated[int, Meta(ge=1, le=30 * 24 * 60)]
Weekday = Annotated[int, Meta(ge=0, le=6, description="0 is Monday")]


class InboxView(StrEnum):
    """Which conversations to see."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"  # those who wait longest first
    AT_RISK = "at_risk"  # an answer is due within a quarter of an hour, or overdue
    HANDOFFS = "handoffs"  # handed over by the bot and not answered yet
    ALL = "all"


class Presence(StrEnum):
    """Whether an agent takes conversations."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class Strategy(StrEnum):
    """How conversations are given out."""

    ROUND_ROBIN = "round_robin"
    LEAST_BUSY = "least_busy"
    BY_HAND = "by_hand"


class BusinessHours(Struct, frozen=True, kw_only=True):
    """When people serve, on the tenant's own clock; until 24 is until midnight."""

    weekdays: tuple[Weekday, ...] = (0, 1, 2, 3, 4)
    from_hour: Annotated[int, Meta(ge=0, le=23)] = 8
    until_hour: Annotated[int, Meta(ge=1, le=24)] = 18


class ServiceLevel(Struct, frozen=True, kw_only=True):
    """What the tenant promises for one priority, in minutes of service."""

    first_minutes: Minutes
    next_minutes: Minutes
    resolve_minutes: Minutes


class DeskSettings(Struct, frozen=True, kw_only=True):
    """How a tenant's desk works."""

    hours: BusinessHours = BusinessHours()
    low: ServiceLevel = ServiceLevel(first_minutes=480, next_minutes=480, resolve_minutes=4800)
    normal: ServiceLevel = ServiceLevel(first_minutes=60, next_minutes=120, resolve_minutes=1440)
    high: ServiceLevel = ServiceLevel(first_minutes=30, next_minutes=60, resolve_minutes=960)
    urgent: ServiceLevel = ServiceLevel(first_minutes=10, next_minutes=20, resolve_minutes=480)
    strategy: Strategy = Strategy.LEAST_BUSY
    ask_rating: bool = True


class AgentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an agent works at present; what is left out stays."""

    presence: Presence | UnsetType = UNSET
    languages: Annotated[list[Locale], Meta(max_length=20)] | UnsetType = UNSET
    skills: Annotated[list[Skill], Meta(max_length=20)] | UnsetType = UNSET
    capacity: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET


class AgentOut(Struct, frozen=True, kw_only=True):
    """An agent, and how many conversations they have open."""

    user_id: UUID
    presence: Presence
    languages: list[Locale]
    skills: list[Skill]
    capacity: int
    load: int
    seen_at: datetime


class InboxItem(Struct, frozen=True, kw_only=True):
    """A conversation in a list, with its last message. `reading` are other agents who have it open just now."""

    conversation: ConversationOut
    last: MessageOut | None
    reading: list[UUID]


class BorrowerPanel(Struct, frozen=True, kw_only=True):
    """What an agent sees of the borrower beside the thread; contacts are masked until they are revealed."""

    user_id: UUID
    name: str | None
    phone: str | None
    email: str | None
    language: Locale
    loan_ids: list[UUID]
    open_hardship_ids: list[UUID]
    open_dispute_ids: list[UUID]
    days_past_due: int


class RatingOut(Struct, frozen=True, kw_only=True):
    """How somebody was helped, asked when people ended the conversation: a score, declined, or not answered yet."""

    score: int | None
    comment: str | None
    declined: bool
    agent_id: UUID | None
    asked_at: datetime
    at: datetime | None


class ThreadOut(Struct, frozen=True, kw_only=True):
    """A conversation as an agent works on it."""

    conversation: ConversationOut
    borrower: BorrowerPanel | None
    reading: list[UUID]
    rating: RatingOut | None = None


class ReplyIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agent's answer, to the channel where the borrower wrote last unless another is named.

    Once the channel's window is closed a `template` is needed. `seen_message_id` is the last message that the agent
    saw: where there is a newer one the answer is refused, so that nobody answers past somebody.
    """

    text: MessageText
    channel: ChatChannel | None = None
    template: Annotated[str, Meta(min_length=1, max_length=512)] | None = None
    seen_message_id: UUID | None = None


class NoteIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note among agents; the borrower never sees it."""

    text: MessageText


class AssignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to have a conversation; nobody where it is null."""

    agent_id: UUID | None


class SnoozeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a conversation is put aside."""

    until: datetime


class ResolveIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a conversation ended."""

    reason: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z_]+$", examples=["answered"])]


class TagIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Marks on a conversation; what is left out stays."""

    priority: Priority | UnsetType = UNSET
    skill: Skill | UnsetType = UNSET
    labels: Annotated[list[Label], Meta(max_length=20)] | UnsetType = UNSET


class RevealIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an agent must see the whole contact; it goes into the audit log."""

    reason: Annotated[str, Meta(min_length=5, max_length=300)]


class RevealedOut(Struct, frozen=True, kw_only=True):
    """The borrower's name and contacts in full."""

    user_id: UUID
    name: str | None
    phone: str | None
    email: str | None


class MacroIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A saved reply in one language."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    language: Locale
    text: MessageText


class MacroOut(Struct, frozen=True, kw_only=True):
    """A saved reply."""

    id: UUID
    name: str
    language: Locale
    text: str
    updated_at: datetime


class DeskReport(Struct, frozen=True, kw_only=True):
    """How the desk does just now, and how it was rated in the last thirty days."""

    open: int
    unassigned: int
    waiting: int
    breached: int
    agents_online: int
    ratings: int
    rating_sum: int
    ratings_asked: int = 0


class ClaimIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Takes a conversation; one that another agent has only with `take_over`."""

    take_over: bool = False
