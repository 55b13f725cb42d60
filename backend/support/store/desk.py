"""The desk's settings, its agents and saved replies, in SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.support.domain.assignment import Agent
from backend.support.tables import (
    conversation,
    conversation_reader,
    desk_settings,
    macro,
    support_agent,
)
from shared.api.conversations import Skill
from shared.api.desk import DeskSettings, MacroOut, Presence

READS_FOR = timedelta(minutes=1)


async def settings(tx: ReadTx) -> DeskSettings:
    """How the tenant's desk works."""
    stored = await tx.scalar(select(desk_settings.c.settings))
    return DeskSettings() if stored is None else msgspec.convert(stored, DeskSettings)


async def save_settings(tx: Tx, wanted: DeskSettings) -> None:
    """Sets how the tenant's desk works."""
    values = {"settings": msgspec.to_builtins(wanted), "changed_at": tx.now}
    upsert = insert(desk_settings).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id"], set_=values))


async def agent(tx: ReadTx, user_id: UUID) -> Agent | None:
    """One agent with their load."""
    row = await tx.first(_agents().where(support_agent.c.user_id == user_id))
    return None if row is None else _agent(row)


async def lock_agents(tx: Tx) -> list[Agent]:
    """Every agent with their load, held until the transaction ends, so that nobody is given too much at once."""
    await tx.all(select(support_agent.c.user_id).order_by(support_agent.c.user_id).with_for_update())
    return [_agent(row) for row in await tx.all(_agents().order_by(support_agent.c.user_id))]


async def agents(tx: ReadTx) -> list[Agent]:
    """Every agent with their load."""
    return [_agent(row) for row in await tx.all(_agents().order_by(support_agent.c.user_id).limit(500))]


async def save_agent(tx: Tx, changed: Agent) -> None:
    """Writes how an agent works at present."""
    values = {
        "user_id": changed.user_id,
        "presence": changed.presence,
        "languages": list(changed.languages),
        "skills": list(changed.skills),
        "capacity": changed.capacity,
        "seen_at": changed.seen_at,
        "assigned_at": changed.assigned_at,
    }
    upsert = insert(support_agent).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=["tenant_id", "user_id"], set_=values))


async def see_agent(tx: Tx, user_id: UUID) -> None:
    """Notes that an agent is there."""
    await tx.execute(update(support_agent).where(support_agent.c.user_id == user_id).values(seen_at=tx.now))


async def note_assigned(tx: Tx, user_id: UUID) -> None:
    """Notes that an agent was given a conversation just now."""
    await tx.execute(update(support_agent).where(support_agent.c.user_id == user_id).values(assigned_at=tx.now))


async def note_reader(tx: Tx, conversation_id: UUID, user_id: UUID) -> None:
    """Notes that somebody has a conversation open."""
    values = {"conversation_id": conversation_id, "user_id": user_id, "seen_at": tx.now}
    keys = ["tenant_id", "conversation_id", "user_id"]
    upsert = insert(conversation_reader).values(values)
    await tx.execute(upsert.on_conflict_do_update(index_elements=keys, set_={"seen_at": tx.now}))


async def readers(tx: ReadTx, conversation_ids: Sequence[UUID], *, but: UUID) -> dict[UUID, list[UUID]]:
    """Who else has these conversations open just now."""
    if not conversation_ids:
        return {}
    here = and_(
        conversation_reader.c.conversation_id.in_(conversation_ids),
        conversation_reader.c.user_id != but,
        conversation_reader.c.seen_at > tx.now - READS_FOR,
    )
    found: dict[UUID, list[UUID]] = {}
    for row in await tx.all(select(conversation_reader).where(here).order_by(conversation_reader.c.user_id)):
        found.setdefault(row.conversation_id, []).append(row.user_id)
    return found


async def macros(tx: ReadTx, language: str | None) -> list[MacroOut]:
    """Saved replies by name, in one language or in all."""
    wanted = select(macro).order_by(macro.c.name, macro.c.language).limit(500)
    if language is not None:
        wanted = wanted.where(macro.c.language == language)
    return [_macro(row) for row in await tx.all(wanted)]


async def save_macro(tx: Tx, macro_id: UUID, *, name: str, language: str, text: str) -> MacroOut:
    """Saves a reply under its name and language, in place of the one before."""
    values = {"id": macro_id, "name": name, "language": language, "body": text, "updated_at": tx.now}
    upsert = insert(macro).values(values)
    changed = {"body": text, "updated_at": tx.now}
    keys = ["tenant_id", "name", "language"]
    saved = upsert.on_conflict_do_update(index_elements=keys, set_=changed).returning(macro)
    return _macro(await tx.one(saved))


async def remove_macro(tx: Tx, macro_id: UUID) -> bool:
    """Deletes a saved reply; False when there was none."""
    return bool(await tx.execute(delete(macro).where(macro.c.id == macro_id)))


def _agents() -> Any:
    mine = and_(conversation.c.assignee_id == support_agent.c.user_id, conversation.c.status == "open")
    load = select(func.count()).select_from(conversation).where(mine).scalar_subquery()
    return select(support_agent, load.label("load"))


def _agent(row: Row[Any]) -> Agent:
    return Agent(
        user_id=row.user_id,
        presence=Presence(row.presence),
        languages=tuple(row.languages),
        skills=tuple(Skill(each) for each in row.skills),
        capacity=row.capacity,
        load=row.load,
        seen_at=row.seen_at,
        assigned_at=row.assigned_at,
    )


def _macro(row: Row[Any]) -> MacroOut:
    shown = into(row, _Macro)
    return MacroOut(id=shown.id, name=shown.name, language=shown.language, text=shown.body, updated_at=shown.updated_at)


class _Macro(Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    language: str
    body: str
    updated_at: datetime
