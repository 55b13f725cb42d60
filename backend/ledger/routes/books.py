"""The books over HTTP: accounts, the trial balance, journals and their proof."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.ledger import views
from backend.ledger.group_commit import GroupCommit
from backend.ledger.store import JournalFilter
from backend.ledger.usecases import read, read_in
from backend.ledger.usecases.open_books import open_account
from backend.ledger.usecases.prove import prove
from shared.api.ledger import AccountOut, JournalOut, ProofOut, TrialBalanceOut
from shared.api.ledger_posting import AccountIn, ChartAccountOut, JournalIn
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

AsOf = Annotated[date | None, QueryParameter(name="as_of", description="Count what is effective up to and on this day")]
Since = Annotated[date | None, QueryParameter(name="since", description="Effective on this day or later")]
Until = Annotated[date | None, QueryParameter(name="until", description="Effective on this day or earlier")]
AccountCode = Annotated[str | None, QueryParameter(name="account", max_length=48, description="Posts to this account")]
LoanId = Annotated[UUID | None, QueryParameter(name="loan_id", description="Posts to this loan")]
SourceId = Annotated[UUID | None, QueryParameter(name="source_id", description="Was posted for this record")]
Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=64, description="`next_cursor` of the last page")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]
Above = Annotated[int, QueryParameter(name="above", ge=0, le=2**62, description="Check from the next height on")]


WRITERS = requires(Role.OPERATIONS, Role.TENANT_ADMIN)


class LedgerController(Controller):
    """Accounts, trial balance, journals and their proof."""

    path = "/v1/ledger"
    tags = ("Ledger",)
    guards = (requires(Role.OPERATIONS, Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),)

    @get("/accounts", operation_id="listLedgerAccounts", summary="Accounts with their balances")
    async def accounts(self, edge: NamedDependency[Edge], as_of: AsOf = None) -> list[AccountOut]:
        """Every account that was opened, with its balance in each currency."""
        return await edge.read(lambda tx: read.accounts(tx, until=as_of))

    @post("/accounts", operation_id="openLedgerAccount", summary="Open an account", guards=[WRITERS])
    async def open(self, edge: NamedDependency[Edge], data: JSONBody[AccountIn]) -> ChartAccountOut:
        """Opens an account of the tenant's own; it is never changed or removed afterwards."""

        async def use(tx: Tx) -> ChartAccountOut:
            return views.chart_account(await open_account(tx, read_in.account(data)))

        return await edge.write(use, ChartAccountOut)

    @get("/loans/{loan_id:uuid}/accounts", operation_id="listLoanLedgerAccounts", summary="One loan's balances")
    async def loan_accounts(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID]) -> list[AccountOut]:
        """The accounts that a loan was posted to, with that loan's balances alone."""
        return await edge.read(lambda tx: read.loan_accounts(tx, loan_id))

    @get("/trial-balance", operation_id="getTrialBalance", summary="The trial balance in each currency")
    async def trial_balance(self, edge: NamedDependency[Edge], as_of: AsOf = None) -> TrialBalanceOut:
        """Every account's net balance; debits equal credits in each currency while the books are whole."""
        return await edge.read(lambda tx: read.trial_balance(tx, as_of=as_of))

    @get("/journals", operation_id="listJournals", summary="Journals, the newest first")
    async def journals(
        self,
        *,
        edge: NamedDependency[Edge],
        account: AccountCode = None,
        loan_id: LoanId = None,
        source_id: SourceId = None,
        since: Since = None,
        until: Until = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[JournalOut]:
        """One page of journals that fit every condition given."""
        wanted = JournalFilter(account=account, loan_id=loan_id, source_id=source_id, since=since, until=until)
        return await edge.read(lambda tx: read.journals(tx, wanted, cursor=cursor, limit=limit))

    @post("/journals", operation_id="postJournal", summary="Post a journal", guards=[WRITERS])
    async def post_journal(
        self, edge: NamedDependency[Edge], group_commit: NamedDependency[GroupCommit], data: JSONBody[JournalIn]
    ) -> JournalOut:
        """Posts a journal that stands by itself, once for its key; the same journal again gets the stored one."""
        scope = await edge.keyed_scope()
        return views.journal(await group_commit.post(scope.tenant_id, read_in.journal(data)))

    @get("/journals/{journal_id:uuid}", operation_id="getJournal", summary="One journal")
    async def journal(self, edge: NamedDependency[Edge], journal_id: FromPath[UUID]) -> JournalOut:
        """One journal with its postings."""
        return await edge.read(lambda tx: read.journal(tx, journal_id))

    @get("/proof", operation_id="getLedgerProof", summary="Compute the chain of journals anew")
    async def proof(self, edge: NamedDependency[Edge], above: Above = 0) -> ProofOut:
        """Where the chain ends, and whether the next few thousand journals above a height still hold."""
        return await edge.read(lambda tx: prove(tx, above=above))
