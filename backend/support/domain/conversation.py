"""A borrower's one thread: who has to act, since when, and until when. Every decision about it is made here."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.support.errors import ConversationNotOpen
from shared.api.channels import ChatChannel
from shared.api.conversations import ConversationStatus, HandoffIn, Priority, Skill

_S = ConversationStatus
IN_HANDS = frozenset({_S.OPEN, _S.SNOOZED})


class Targets(Struct, frozen=True, kw_only=True):
    """Until when the tenant promises an answer, the next one, and an end; computed within business hours."""

    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    resolve_due_at: datetime | None = None


class Conversation(Struct, frozen=True, kw_only=True):
    """One thread. Instants are UTC. `channel` is where the borrower wrote last."""

    id: UUID
    user_id: UUID | None
    status: ConversationStatus
    channel: ChatChannel
    language: str
    priority: Priority = Priority.NORMAL
    skill: Skill = Skill.GENERAL
    labels: tuple[str, ...] = ()
    assignee_id: UUID | None = None
    handoff_reason: str | None = None
    opened_at: datetime | None = None
    waiting_since: datetime | None = None
    first_replied_at: datetime | None = None
    first_due_at: datetime | None = None
    next_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    sla_breached: bool = False
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    resolved_reason: str | None = None
    created_at: datetime
    last_message_at: datetime

    @property
    def is_in_hands(self) -> bool:
        """Whether people, not the bot, answer."""
        return self.status in IN_HANDS

    def require_in_hands(self) -> None:
        """Raises ConversationNotOpen."""
        if not self.is_in_hands:
            raise ConversationNotOpen(status=self.status.value)

    def heard(self, channel: ChatChannel, at: datetime, next_due_at: datetime | None) -> "Conversation":
        """The borrower wrote: a resolved thread goes back to the bot, a snoozed one to people.

        `next_due_at` is by when people should answer; it does not move while an answer is due already.
        """
        heard = replace(self, channel=channel, last_message_at=max(self.last_message_at, at))
        if self.status is _S.RESOLVED:
            return _begun_anew(heard)
        if not self.is_in_hands:
            return heard
        waiting = self.waiting_since or at
        due = self.next_due_at if self.waiting_since or self.first_replied_at is None else next_due_at
        return replace(heard, status=_S.OPEN, snoozed_until=None, waiting_since=waiting, next_due_at=due)

    def handed_off(self, wanted: HandoffIn, now: datetime, targets: Targets) -> "Conversation":
        """People take over. One that they have already keeps its times and only gains in urgency."""
        priority = max((self.priority, wanted.priority), key=list(Priority).index)
        told = replace(self, language=wanted.language or self.language, skill=wanted.skill, priority=priority)
        if self.is_in_hands:
            return replace(told, status=_S.OPEN, snoozed_until=None, waiting_since=self.waiting_since or now)
        return replace(
            told,
            priority=wanted.priority,
            status=_S.OPEN,
            assignee_id=None,
            handoff_reason=wanted.reason,
            opened_at=now,
            waiting_since=now,
            first_replied_at=None,
            first_due_at=targets.first_due_at,
            next_due_at=None,
            resolve_due_at=targets.resolve_due_at,
            sla_breached=False,
            snoozed_until=None,
            resolved_at=None,
            resolved_reason=None,
        )

    def replied(self, now: datetime) -> "Conversation":
        """An agent answered: nobody waits any more. Raises ConversationNotOpen."""
        self.require_in_hands()
        return replace(
            self,
            status=_S.OPEN,
            snoozed_until=None,
            waiting_since=None,
            first_replied_at=self.first_replied_at or now,
            first_due_at=None,
            next_due_at=None,
            last_message_at=now,
        )

    def spoken(self, now: datetime) -> "Conversation":
        """The bot wrote."""
        return replace(self, last_message_at=max(self.last_message_at, now))

    def assigned(self, agent_id: UUID | None) -> "Conversation":
        """An agent has it, or nobody. Raises ConversationNotOpen."""
        self.require_in_hands()
        return replace(self, assignee_id=agent_id)

    def snoozed(self, until: datetime) -> "Conversation":
        """Put aside until a time or the borrower's next word. Raises ConversationNotOpen."""
        self.require_in_hands()
        return replace(self, status=_S.SNOOZED, snoozed_until=until, waiting_since=None, next_due_at=None)

    def woken(self, now: datetime) -> "Conversation":
        """Its time is over: people act again."""
        if self.status is not _S.SNOOZED:
            return self
        return replace(self, status=_S.OPEN, snoozed_until=None, waiting_since=now)

    def resolved(self, reason: str, now: datetime) -> "Conversation":
        """People are done with it. Raises ConversationNotOpen."""
        self.require_in_hands()
        return replace(
            _at_rest(self), status=_S.RESOLVED, resolved_at=now, resolved_reason=reason, assignee_id=self.assignee_id
        )

    def returned(self) -> "Conversation":
        """Back to the bot. Raises ConversationNotOpen."""
        self.require_in_hands()
        return _begun_anew(self)

    def tagged(self, *, priority: Priority, skill: Skill, labels: Iterable[str]) -> "Conversation":
        """With other marks on it."""
        return replace(self, priority=priority, skill=skill, labels=tuple(sorted({*labels})))


def _at_rest(conversation: Conversation) -> Conversation:
    return replace(
        conversation,
        assignee_id=None,
        waiting_since=None,
        first_due_at=None,
        next_due_at=None,
        resolve_due_at=None,
        snoozed_until=None,
    )


def _begun_anew(conversation: Conversation) -> Conversation:
    return replace(
        _at_rest(conversation),
        status=_S.PENDING,
        priority=Priority.NORMAL,
        skill=Skill.GENERAL,
        handoff_reason=None,
        opened_at=None,
        first_replied_at=None,
        sla_breached=False,
        resolved_at=None,
        resolved_reason=None,
    )
