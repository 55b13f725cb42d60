"""Decisions: for applicants in plain words, for the staff with everything that led to them."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.kernel.auth import requires
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.underwriting.routes.parameters import Accepts, words_for
from backend.underwriting.usecases import read_decisions
from backend.underwriting.usecases.replay_decision import replay_decision
from shared.api.underwriting import DecisionOut, DecisionTraceOut, ReplayOut

REVIEWERS = (Role.OPERATIONS, Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN)


class ApplicationDecisionController(Controller):
    """What was decided on an application."""

    path = "/v1/applications/{application_id:uuid}"
    tags = ("Decisions",)

    @get("/decision", operation_id="getDecision", summary="The latest decision")
    async def latest(
        self, application_id: FromPath[UUID], edge: NamedDependency[Edge], accepts: Accepts = None
    ) -> DecisionOut:
        """What was decided, up to which amount, and why, in the reader's language."""
        words = words_for(accepts)
        return await edge.read(lambda tx: read_decisions.read_decision(tx, application_id, words))

    @get("/decisions", operation_id="listDecisions", summary="All decisions, the newest first")
    async def all(
        self, application_id: FromPath[UUID], edge: NamedDependency[Edge], accepts: Accepts = None
    ) -> list[DecisionOut]:
        """The engine's decision on each submission, and those of people."""
        words = words_for(accepts)
        return await edge.read(lambda tx: read_decisions.list_decisions(tx, application_id, words))


class DecisionController(Controller):
    """How decisions came about."""

    path = "/v1/decisions"
    tags = ("Decisions",)
    guards = (requires(*REVIEWERS),)

    @get("/{decision_id:uuid}", operation_id="getDecisionTrace", summary="How a decision came about")
    async def trace(
        self,
        decision_id: FromPath[UUID],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        accepts: Accepts = None,
    ) -> DecisionTraceOut:
        """Every feature, rule, point and cap."""
        words = words_for(accepts)
        return await edge.read(lambda tx: read_decisions.read_trace(tx, vault, decision_id, words))

    @post("/{decision_id:uuid}/replay", operation_id="replayDecision", summary="Decide again", status_code=200)
    async def replay(
        self, decision_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ReplayOut:
        """Makes the decision anew from its stored inputs and compares the answers byte by byte. Changes nothing."""
        return await edge.write(lambda tx: replay_decision(tx, vault, decision_id), ReplayOut)
