"""Reconciliation over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Role
from backend.ledger.usecases import reconcile
from shared.api.reconciliation import BankStatementIn, BankStatementOut, BreakOut, MatchedOut, MatchIn, ResolutionIn
from shared.paging import DEFAULT_PAGE, Page

OfAccount = Annotated[str, QueryParameter(name="account", max_length=48, description="Of this account")]
OnDay = Annotated[date, QueryParameter(name="as_of", description="As of this day, which ages are counted from")]


class ReconciliationController(Controller):
    """Statements, and what stands on one side alone."""

    path = "/v1/ledger"
    tags = ("Reconciliation",)
    guards = (requires(Role.OPERATIONS, Role.TENANT_ADMIN),)

    @post("/bank-statements", operation_id="importBankStatement", summary="Import a bank's statement")
    async def import_statement(self, edge: NamedDependency[Edge], data: JSONBody[BankStatementIn]) -> BankStatementOut:
        """Reads a statement (CSV, OFX, MT940, camt.053), keeps its lines, and matches what it can."""
        return await edge.write(lambda tx: reconcile.import_statement(tx, data), BankStatementOut)

    @get("/bank-statements", operation_id="listBankStatements", summary="Imported statements, the newest first")
    async def statements(
        self, edge: NamedDependency[Edge], cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
    ) -> Page[BankStatementOut]:
        """One page of statements."""
        return await edge.read(lambda tx: reconcile.statements(tx, cursor=cursor, limit=limit))

    @post("/matches", operation_id="matchBankLines", summary="Match open lines again", status_code=200)
    async def match(self, edge: NamedDependency[Edge], data: JSONBody[MatchIn]) -> MatchedOut:
        """Matches open lines of an account with what was posted since."""
        return await edge.write(lambda tx: reconcile.match_again(tx, data), MatchedOut)

    @get("/breaks", operation_id="listBreaks", summary="What stands on one side alone")
    async def breaks(self, edge: NamedDependency[Edge], account: OfAccount, as_of: OnDay) -> list[BreakOut]:
        """Lines that are not in the books and postings that no line tells of, the oldest first, with their age."""
        return await edge.read(lambda tx: reconcile.breaks(tx, account, as_of))

    @post("/breaks/{line_id:uuid}/resolution", operation_id="resolveBreak", summary="Settle a line by hand")
    async def resolve(
        self, edge: NamedDependency[Edge], line_id: FromPath[UUID], data: JSONBody[ResolutionIn]
    ) -> ResolutionIn:
        """Notes what a person made of a line, and the journal that it is, if it is one."""

        async def use(tx: Tx) -> ResolutionIn:
            await reconcile.resolve(tx, line_id, data)
            return data

        return await edge.write(use, ResolutionIn)
