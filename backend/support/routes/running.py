"""How the desk is run, over HTTP: presence, settings, saved replies, figures."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.scope import Assurance, Role
from backend.support.usecases import read_desk, run_desk
from shared.api.desk import AgentIn, AgentOut, DeskReport, DeskSettings, MacroIn, MacroOut

DESK = (Role.SUPPORT_AGENT, Role.OPERATIONS, Role.TENANT_ADMIN)
ADMIN = [requires(Role.TENANT_ADMIN)]
BY_AGENT = by_chat(Assurance.AGENT)
Language = Annotated[str | None, QueryParameter(name="language", max_length=6, description="Only in this language")]


class DeskRunningController(Controller):
    """The desk itself."""

    path = "/v1/desk"
    tags = ("Desk",)
    guards = (requires(*DESK),)

    @put("/me", operation_id="setPresence", summary="Say how one works at present", opt=BY_AGENT)
    async def me(self, edge: NamedDependency[Edge], data: JSONBody[AgentIn]) -> AgentOut:
        """Online, away or offline; languages, subjects, and how many conversations at once."""
        return await edge.write_unkeyed(lambda tx: run_desk.be_there(tx, data))

    @get("/agents", operation_id="listAgents", summary="Agents and their load", opt=BY_AGENT)
    async def agents(self, edge: NamedDependency[Edge]) -> list[AgentOut]:
        """Everybody who was ever at the desk."""
        return await edge.read(run_desk.list_agents)

    @get("/report", operation_id="getDeskReport", summary="How the desk does")
    async def report(self, edge: NamedDependency[Edge]) -> DeskReport:
        """What is open, waits and was broken just now, and how people rated the last thirty days."""
        return await edge.read(read_desk.report)

    @get("/settings", operation_id="getDeskSettings", summary="How the desk works")
    async def settings(self, edge: NamedDependency[Edge]) -> DeskSettings:
        """Hours, promises of service by priority, how conversations are given out."""
        return await edge.read(run_desk.read_settings)

    @put("/settings", operation_id="setDeskSettings", summary="Change how the desk works", guards=ADMIN)
    async def set_settings(self, edge: NamedDependency[Edge], data: JSONBody[DeskSettings]) -> DeskSettings:
        """For what is handed over from now on."""
        return await edge.write_unkeyed(lambda tx: run_desk.set_settings(tx, data))

    @get("/macros", operation_id="listMacros", summary="Saved replies", opt=BY_AGENT)
    async def macros(self, edge: NamedDependency[Edge], language: Language = None) -> list[MacroOut]:
        """By name, in one language or in all."""
        return await edge.read(lambda tx: run_desk.list_macros(tx, language))

    @post("/macros", operation_id="saveMacro", summary="Save a reply")
    async def save_macro(self, edge: NamedDependency[Edge], data: JSONBody[MacroIn]) -> MacroOut:
        """Under its name and language, in place of the one before."""
        return await edge.write(lambda tx: run_desk.save_macro(tx, data), MacroOut)

    @delete("/macros/{macro_id:uuid}", operation_id="removeMacro", summary="Delete a saved reply")
    async def remove_macro(self, edge: NamedDependency[Edge], macro_id: FromPath[UUID]) -> None:
        """It is gone for everybody."""
        await edge.write_unkeyed(lambda tx: run_desk.remove_macro(tx, macro_id))
