"""The books: accounts, the trial balance, journals and their proof."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from uuid import UUID

from shared.api.fx import ExchangeIn, PositionOut, RevaluationIn
from shared.api.ledger import AccountOut, JournalOut, ProofOut, TrialBalanceOut
from shared.api.ledger_posting import (
    AccountIn,
    BulkIn,
    BulkOut,
    ChartAccountOut,
    ClosingIn,
    ClosingOut,
    HoldIn,
    HoldOut,
    JournalIn,
    ReversalIn,
    SigningKeyOut,
)
from shared.api.ledger_reports import (
    AccountBalancesOut,
    BalanceSheetOut,
    ExportFormat,
    IncomeStatementOut,
    LoanControlOut,
    StatementLineOut,
)
from shared.client._async.resource import Resource
from shared.client.files import Download
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

    async def post(self, body: JournalIn, *, idempotency_key: str | None = None) -> JournalOut:
        """Posts a journal, once for its key. Raises Conflict, Unprocessable, NotFound."""
        return await self._post("/v1/ledger/journals", body, JournalOut, idempotency_key=idempotency_key)

    async def post_bulk(self, body: BulkIn, *, idempotency_key: str | None = None) -> BulkOut:
        """Posts thousands of journals, each for itself; an answer for each, in the order asked.

        `shared.api.ledger_posting.bulk` makes the body of them.
        """
        return await self._post("/v1/ledger/journals/bulk", body, BulkOut, idempotency_key=idempotency_key)

    async def reverse(self, journal_id: UUID, body: ReversalIn, *, idempotency_key: str | None = None) -> JournalOut:
        """Undoes a journal by another. Raises NotFound, Conflict."""
        path = f"/v1/ledger/journals/{journal_id}/reversal"
        return await self._post(path, body, JournalOut, idempotency_key=idempotency_key)

    async def place_hold(self, body: HoldIn, *, idempotency_key: str | None = None) -> HoldOut:
        """Reserves an amount. Raises Unprocessable, Conflict."""
        return await self._post("/v1/ledger/holds", body, HoldOut, idempotency_key=idempotency_key)

    async def hold(self, hold_id: UUID) -> HoldOut:
        """One hold as it stands. Raises NotFound."""
        return await self._get(f"/v1/ledger/holds/{hold_id}", HoldOut)

    def iterate_holds(self, *, account: str | None = None, only_open: bool = False) -> AsyncIterator[HoldOut]:
        """Holds, page by page, the newest first."""
        return self._pages("/v1/ledger/holds", HoldOut, params={"account": account, "open": only_open})

    async def post_hold(self, hold_id: UUID, body: JournalIn, *, idempotency_key: str | None = None) -> JournalOut:
        """Ends a hold by a journal that takes from it; the rest is free again. Raises NotFound, Conflict."""
        return await self._post(f"/v1/ledger/holds/{hold_id}/post", body, JournalOut, idempotency_key=idempotency_key)

    async def void_hold(self, hold_id: UUID, *, idempotency_key: str | None = None) -> HoldOut:
        """Frees what is held. Raises NotFound, Conflict."""
        return await self._post(f"/v1/ledger/holds/{hold_id}/void", None, HoldOut, idempotency_key=idempotency_key)

    async def open_account(self, body: AccountIn, *, idempotency_key: str | None = None) -> ChartAccountOut:
        """Opens an account of the tenant's own. Raises Conflict, Unprocessable."""
        return await self._post("/v1/ledger/accounts", body, ChartAccountOut, idempotency_key=idempotency_key)

    async def close_books(self, body: ClosingIn, *, idempotency_key: str | None = None) -> ClosingOut:
        """Closes the books through a day, or opens them again from an earlier one."""
        return await self._post("/v1/ledger/closings", body, ClosingOut, idempotency_key=idempotency_key)

    def iterate_closings(self) -> AsyncIterator[ClosingOut]:
        """Closings, page by page, the newest first."""
        return self._pages("/v1/ledger/closings", ClosingOut)

    async def keys(self) -> list[SigningKeyOut]:
        """The public keys that the chain is signed with."""
        return await self._get("/v1/ledger/keys", list[SigningKeyOut])

    async def rotate_key(self, *, idempotency_key: str | None = None) -> SigningKeyOut:
        """Starts a new signing key."""
        return await self._post("/v1/ledger/keys", None, SigningKeyOut, idempotency_key=idempotency_key)

    async def chart(self) -> list[ChartAccountOut]:
        """The chart of accounts, with its headings."""
        return await self._get("/v1/ledger/chart", list[ChartAccountOut])

    async def balance(
        self,
        code: str,
        *,
        as_of: date | None = None,
        at: datetime | None = None,
        loan_id: UUID | None = None,
        party_id: UUID | None = None,
    ) -> AccountBalancesOut:
        """An account's balance now, up to a day, at a moment, or of one loan and party. Raises NotFound."""
        wanted = {"as_of": as_of, "at": at, "loan_id": loan_id, "party_id": party_id}
        return await self._get(f"/v1/ledger/accounts/{code}/balance", AccountBalancesOut, params=wanted)

    def iterate_statement(
        self, code: str, currency: str, *, since: date | None = None, until: date | None = None
    ) -> AsyncIterator[StatementLineOut]:
        """An account's postings, page by page, the oldest day first, each with the balance after it."""
        wanted = {"currency": currency, "since": since, "until": until}
        return self._pages(f"/v1/ledger/accounts/{code}/statement", StatementLineOut, params=wanted)

    async def income_statement(self, since: date, until: date) -> IncomeStatementOut:
        """Income and expenses of a period."""
        wanted = {"since": since, "until": until}
        return await self._get("/v1/ledger/income-statement", IncomeStatementOut, params=wanted)

    async def balance_sheet(self, as_of: date) -> BalanceSheetOut:
        """What is owned and owed at the end of a day."""
        return await self._get("/v1/ledger/balance-sheet", BalanceSheetOut, params={"as_of": as_of})

    async def loan_control(self) -> LoanControlOut:
        """The loan book against its control accounts."""
        return await self._get("/v1/ledger/loan-control", LoanControlOut)

    async def export(self, since: date, until: date, *, format: ExportFormat = ExportFormat.CSV) -> Download:  # noqa: A002
        """The general ledger of a period as a file."""
        wanted = {"since": since, "until": until, "format": format}
        return await self._download("/v1/ledger/export", params=wanted)

    async def export_proof(self) -> Download:
        """The books for a stranger to check with the verifier."""
        return await self._download("/v1/ledger/proof/export")

    async def exchange(self, body: ExchangeIn, *, idempotency_key: str | None = None) -> PositionOut:
        """Exchanges currencies; the position afterwards. Raises InvalidInput, Conflict, Unprocessable."""
        return await self._post("/v1/ledger/fx/exchanges", body, PositionOut, idempotency_key=idempotency_key)

    async def revalue(self, body: RevaluationIn, *, idempotency_key: str | None = None) -> PositionOut:
        """Values a position; how it stands afterwards. Raises Conflict."""
        return await self._post("/v1/ledger/fx/revaluations", body, PositionOut, idempotency_key=idempotency_key)

    async def positions(self, base: str) -> list[PositionOut]:
        """Positions in currencies that were exchanged against `base`."""
        return await self._get("/v1/ledger/fx/positions", list[PositionOut], params={"base": base})
