"""Which news are whose: a person's own by the ids in them, the desk's for its agents. No figure leaves by this way."""

from typing import Any

from backend.kernel.live import News
from backend.kernel.scope import Principal
from shared.api.live import LiveEvent
from shared.events import support as desk
from shared.roles import Role

_AGENTS = (Role.SUPPORT_AGENT, Role.OPERATIONS)
# What changes an agent's screens: inbox and threads, disputes, hardship.
DESK_TOPICS = frozenset(
    {
        desk.ConversationAssigned.topic,
        desk.ConversationHandedOff.topic,
        desk.ConversationResolved.topic,
        desk.DisputeEscalated.topic,
        desk.DisputeOpened.topic,
        desk.DisputeResolved.topic,
        desk.MessageFromAgent.topic,
        desk.MessageFromBorrower.topic,
        desk.ServiceLevelBreached.topic,
        "arrears.hardship_ended",
        "arrears.hardship_opened",
    }
)
# What is among the platform's own parts, or among people at the desk.
KEPT_BACK = frozenset(
    {desk.ServiceLevelBreached.topic, "identity.channel_step_up_refused", "servicing.loan_reclassified"}
)


def is_for(principal: Principal, news: News) -> bool:
    """Whether somebody signed in hears of it."""
    if principal.has(*_AGENTS) and news.topic in DESK_TOPICS:
        return True
    return news.data.get("user_id") == str(principal.user_id) and news.topic not in KEPT_BACK


def shown(news: News) -> LiveEvent:
    """What happened and to what: the ids in it, by which to read again."""
    return LiveEvent(
        id=news.id,
        topic=news.topic,
        refs={name: value for name, value in news.data.items() if _is_id(name, value)},
        at=news.at,
    )


def _is_id(name: str, value: Any) -> bool:
    return name.endswith("_id") and isinstance(value, str) and name not in {"agent_id", "assignee_id", "account_id"}
