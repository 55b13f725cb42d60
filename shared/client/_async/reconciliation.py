"""Statements of banks and rails against the books."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from shared.api.reconciliation import BankStatementIn, BankStatementOut, BreakOut, MatchedOut, MatchIn, ResolutionIn
from shared.client._async.resource import Resource


class Reconciliation(Resource):
    """Reconciling accounts, for the tenant's operations and administrators."""

    async def import_statement(self, body: BankStatementIn, *, idempotency_key: str | None = None) -> BankStatementOut:
        """Reads a statement and matches what it can. Raises InvalidInput, NotFound."""
        return await self._post("/v1/ledger/bank-statements", body, BankStatementOut, idempotency_key=idempotency_key)

    def iterate_statements(self) -> AsyncIterator[BankStatementOut]:
        """Imported statements, page by page, the newest first."""
        return self._pages("/v1/ledger/bank-statements", BankStatementOut)

    async def match(self, body: MatchIn, *, idempotency_key: str | None = None) -> MatchedOut:
        """Matches open lines again. Raises NotFound."""
        return await self._post("/v1/ledger/matches", body, MatchedOut, idempotency_key=idempotency_key)

    async def breaks(self, account: str, as_of: date) -> list[BreakOut]:
        """What stands on one side alone, the oldest first."""
        return await self._get("/v1/ledger/breaks", list[BreakOut], params={"account": account, "as_of": as_of})

    async def resolve(self, line_id: UUID, body: ResolutionIn, *, idempotency_key: str | None = None) -> ResolutionIn:
        """Settles a line by hand. Raises NotFound."""
        path = f"/v1/ledger/breaks/{line_id}/resolution"
        return await self._post(path, body, ResolutionIn, idempotency_key=idempotency_key)
