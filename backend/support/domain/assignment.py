"""Who is given a conversation: somebody who is there, has room, and speaks the language and knows the subject."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from shared.api.conversations import Skill
from shared.api.desk import Presence, Strategy

SEEN_WITHIN = timedelta(minutes=5)


class Agent(Struct, frozen=True, kw_only=True):
    """An agent as they work at present. `load` counts the open conversations that they have."""

    user_id: UUID
    presence: Presence = Presence.OFFLINE
    languages: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    capacity: int = 5
    load: int = 0
    seen_at: datetime
    assigned_at: datetime | None = None

    def is_here(self, now: datetime) -> bool:
        """Whether they said that they are there, and were seen lately."""
        return self.presence is Presence.ONLINE and now - self.seen_at <= SEEN_WITHIN

    def may_take(self, now: datetime) -> bool:
        """Whether they are there and have room."""
        return self.is_here(now) and self.load < self.capacity


def chosen(agents: Sequence[Agent], *, language: str, skill: Skill, strategy: Strategy, now: datetime) -> Agent | None:
    """The agent to give a conversation to; None where nobody is free, or it is done by hand.

    Whoever speaks the language comes before everybody else, then whoever knows the subject: somebody who waits is
    better answered through a translation than not at all.
    """
    if strategy is Strategy.BY_HAND:
        return None
    free = [agent for agent in agents if agent.may_take(now)]
    if not free:
        return None
    primary = language.partition("-")[0]

    def unfit(agent: Agent) -> tuple[bool, bool]:
        speaks = any(one.partition("-")[0] == primary for one in agent.languages)
        knows = skill is Skill.GENERAL or skill in agent.skills
        return not speaks, not knows

    best = min(unfit(agent) for agent in free)
    fit = [agent for agent in free if unfit(agent) == best]
    longest_ago = datetime.min.replace(tzinfo=now.tzinfo)
    if strategy is Strategy.ROUND_ROBIN:
        return min(fit, key=lambda agent: (agent.assigned_at or longest_ago, agent.user_id.int))
    return min(fit, key=lambda agent: (agent.load, agent.assigned_at or longest_ago, agent.user_id.int))
