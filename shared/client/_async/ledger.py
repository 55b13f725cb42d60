"""The books: accounts, the trial balance, journals and their proof."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from shared.api.ledger import AccountOut, JournalOut, ProofOut, TrialBalanceOut
from shared.client._async.resource import Resource
from shared.paging import Page


class Ledger(Resource):
    """The tenant's books, for its operations, compliance officers and administrators."""

    async def accounts(self, *, as_of: date | None = None) -> list[AccountOut]:
        """Every account that was opened, with its balance in each currency."""
        return await self._get("/v1/ledger/accounts", list[AccountOut], params={"as_of": as_of})

    async def loan_accounts(self, loan_id: UUID) -> list[AccountOut]:
        """The accounts that a loan was posted to, with that loan's balances alone."""
        return await self._get(f"/v1/ledger/loans/{loan_id}/accounts", list[AccountOut])

    async def trial_balance(self, *, as_of: date | None = None) -> TrialBalanceOut:
        """The trial balance in each currency, of all that counts up to and including `as_of`."""
        return await self._get("/v1/ledger/trial-balance", TrialBalanceOut, params={"as_of": as_of})

    async def journals(
        self,
        *,
        account: str | None = None,
        loan_id: UUID | None = None,
        source_id: UUID | None = None,
        since: date | None = None,
        until: date | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[JournalOut]:
        """One page of journals that fit every condition given, the newest first."""
        wanted = {"account": account, "loan_id": loan_id, "source_id": source_id, "since": since, "until": until}
        return await self._page("/v1/ledger/journals", JournalOut, params=wanted, cursor=cursor, limit=limit)

    def iterate_journals(
        self,
        *,
        account: str | None = None,
        loan_id: UUID | None = None,
        source_id: UUID | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> AsyncIterator[JournalOut]:
        """Every journal that fits, page by page, the newest first."""
        wanted = {"account": account, "loan_id": loan_id, "source_id": source_id, "since": since, "until": until}
        return self._pages("/v1/ledger/journals", JournalOut, params=wanted)

    async def journal(self, journal_id: UUID) -> JournalOut:
        """One journal with its postings. Raises NotFound."""
        return await self._get(f"/v1/ledger/journals/{journal_id}", JournalOut)

    async def proof(self, *, above: int = 0) -> ProofOut:
        """Where the chain of journals ends, and whether the next few thousand above a height still hold."""
        return await self._get("/v1/ledger/proof", ProofOut, params={"above": above})
