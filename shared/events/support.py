"""What support publishes: handoffs, messages, breached promises of service, and disputes."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money


class ConversationHandedOff(Event, frozen=True, kw_only=True):
    """A bot, or the borrower, asked for a person."""

    topic: ClassVar[str] = "support.conversation_handed_off"

    conversation_id: UUID
    user_id: UUID | None
    reason: str
    channel: str
    priority: str


class MessageFromBorrower(Event, frozen=True, kw_only=True):
    """A borrower wrote; what they wrote is read from the thread."""

    topic: ClassVar[str] = "support.message_from_borrower"

    message_id: UUID
    conversation_id: UUID
    user_id: UUID | None
    channel: str


class MessageFromBot(Event, frozen=True, kw_only=True):
    """The assistant answered in the app; what it wrote is read from the thread."""

    topic: ClassVar[str] = "support.message_from_bot"

    message_id: UUID
    conversation_id: UUID
    user_id: UUID | None


class MessageFromAgent(Event, frozen=True, kw_only=True):
    """An agent answered; the bot delivers it to `channel`."""

    topic: ClassVar[str] = "support.message_from_agent"

    message_id: UUID
    conversation_id: UUID
    user_id: UUID | None
    channel: str
    agent_id: UUID


class ConversationAssigned(Event, frozen=True, kw_only=True):
    """An agent has a conversation now, or nobody has."""

    topic: ClassVar[str] = "support.conversation_assigned"

    conversation_id: UUID
    user_id: UUID | None
    assignee_id: UUID | None


class ConversationResolved(Event, frozen=True, kw_only=True):
    """People are done with a conversation."""

    topic: ClassVar[str] = "support.conversation_resolved"

    conversation_id: UUID
    user_id: UUID | None
    reason: str
    agent_id: UUID | None


class ServiceLevelBreached(Event, frozen=True, kw_only=True):
    """Nobody answered, or resolved, in the time that the tenant set: `target` is first, next or resolution."""

    topic: ClassVar[str] = "support.service_level_breached"

    conversation_id: UUID
    target: str
    due_at: datetime
    assignee_id: UUID | None


class DisputeOpened(Event, frozen=True, kw_only=True):
    """A borrower disputes something; what is disputed is not chased."""

    topic: ClassVar[str] = "support.dispute_opened"

    dispute_id: UUID
    loan_id: UUID
    user_id: UUID
    number: str
    kind: str
    reason: str
    amount: Money
    answer_by: date


class DisputeInfoRequested(Event, frozen=True, kw_only=True):
    """Staff need to know more before they can decide."""

    topic: ClassVar[str] = "support.dispute_info_requested"

    dispute_id: UUID
    loan_id: UUID
    user_id: UUID
    number: str


class DisputeResolved(Event, frozen=True, kw_only=True):
    """A dispute is decided, or was withdrawn (`outcome` is then withdrawn)."""

    topic: ClassVar[str] = "support.dispute_resolved"

    dispute_id: UUID
    loan_id: UUID
    user_id: UUID
    number: str
    outcome: str
    found: Money


class DisputeEscalated(Event, frozen=True, kw_only=True):
    """The borrower does not accept the outcome: somebody else looks again."""

    topic: ClassVar[str] = "support.dispute_escalated"

    dispute_id: UUID
    loan_id: UUID
    user_id: UUID
    number: str
    answer_by: date
