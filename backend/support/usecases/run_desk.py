"""How the desk is run: agents' presence, the tenant's settings, saved replies."""

from uuid import UUID

from msgspec import UNSET, structs
from msgspec.structs import replace

from backend import identity
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.support.domain.assignment import Agent
from backend.support.errors import AgentUnknown, MacroNotFound
from backend.support.store import desk
from backend.support.usecases.assign import give_out_waiting
from shared.api.desk import AgentIn, AgentOut, DeskSettings, MacroIn, MacroOut, Presence
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.roles import Role


async def be_there(tx: Tx, wanted: AgentIn) -> AgentOut:
    """Sets how the caller works at present; whoever comes online is given what waits. Raises AgentUnknown."""
    caller = identity.caller(tx)
    if not caller.has(Role.SUPPORT_AGENT):
        raise AgentUnknown
    known = await desk.agent(tx, caller.user_id) or Agent(user_id=caller.user_id, seen_at=tx.now)
    given = {name: value for name in structs.asdict(wanted) if (value := getattr(wanted, name)) is not UNSET}
    given |= {name: tuple(given[name]) for name in ("languages", "skills") if name in given}
    changed = replace(known, **given, seen_at=tx.now)
    await desk.save_agent(tx, changed)
    if changed.presence is Presence.ONLINE:
        await give_out_waiting(tx)
    if changed.presence is not known.presence:
        await audit.record(tx, "agent.presence", f"person:{caller.user_id}", presence=changed.presence)
    return await _shown_again(tx, caller.user_id)


async def list_agents(tx: ReadTx) -> list[AgentOut]:
    """Every agent who ever was there, with their load."""
    return [shown(each, tx) for each in await desk.agents(tx)]


async def read_settings(tx: ReadTx) -> DeskSettings:
    """How the tenant's desk works."""
    return await desk.settings(tx)


async def set_settings(tx: Tx, wanted: DeskSettings) -> DeskSettings:
    """Sets how the desk works; what was promised before stays promised. Raises InvalidInput."""
    hours = wanted.hours
    if not hours.weekdays or hours.from_hour >= hours.until_hour:
        raise InvalidInput({"hours": "somebody serves on one day at least, and opens before closing"})
    await desk.save_settings(tx, wanted)
    await audit.record(tx, "desk.settings_changed", f"tenant:{tx.tenant_id}")
    return wanted


async def list_macros(tx: ReadTx, language: str | None) -> list[MacroOut]:
    """Saved replies by name."""
    return await desk.macros(tx, language)


async def save_macro(tx: Tx, given: MacroIn) -> MacroOut:
    """Saves a reply under its name and language, in place of the one before."""
    saved = await desk.save_macro(tx, new_id(), name=given.name, language=given.language, text=given.text)
    await audit.record(tx, "macro.saved", f"macro:{saved.id}")
    return saved


async def remove_macro(tx: Tx, macro_id: UUID) -> None:
    """Deletes a saved reply. Raises MacroNotFound."""
    if not await desk.remove_macro(tx, macro_id):
        raise MacroNotFound
    await audit.record(tx, "macro.removed", f"macro:{macro_id}")


def shown(agent: Agent, tx: ReadTx) -> AgentOut:
    """An agent as the API shows them: somebody who went quiet is away, whatever they said."""
    quiet = agent.presence is Presence.ONLINE and not agent.is_here(tx.now)
    return AgentOut(
        user_id=agent.user_id,
        presence=Presence.AWAY if quiet else agent.presence,
        languages=list(agent.languages),
        skills=list(agent.skills),
        capacity=agent.capacity,
        load=agent.load,
        seen_at=agent.seen_at,
    )


async def _shown_again(tx: ReadTx, user_id: UUID) -> AgentOut:
    agent = await desk.agent(tx, user_id)
    assert agent is not None, "the agent was stored just now"
    return shown(agent, tx)
