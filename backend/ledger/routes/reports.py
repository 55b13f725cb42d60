"""What is read from the books: balances, statements, financial statements, and exports."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Annotated, cast
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from backend.kernel.auth import requires
from backend.kernel.db import Database
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Role
from backend.ledger import gl_export, store
from backend.ledger.store import statement
from backend.ledger.usecases import prove, report
from shared.api.ledger_posting import ChartAccountOut
from shared.api.ledger_reports import (
    AccountBalancesOut,
    BalanceSheetOut,
    ExportFormat,
    IncomeStatementOut,
    LoanControlOut,
    StatementLineOut,
)
from shared.errors import InvalidInput
from shared.paging import DEFAULT_PAGE, Page

AsOf = Annotated[date | None, QueryParameter(name="as_of", description="Of all that counts up to and on this day")]
OnDay = Annotated[date, QueryParameter(name="as_of", description="Of all that counts up to and on this day")]
At = Annotated[
    str | None,
    QueryParameter(
        name="at",
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
        max_length=40,
        description="As the books stood at this moment, with its time zone",
    ),
]
LoanId = Annotated[UUID | None, QueryParameter(name="loan_id", description="What is kept for this loan, now")]
PartyId = Annotated[UUID | None, QueryParameter(name="party_id", description="What is kept for this party, now")]
Since = Annotated[date | None, QueryParameter(name="since", description="Counting on this day or later")]
Until = Annotated[date | None, QueryParameter(name="until", description="Counting on this day or earlier")]
FromDay = Annotated[date, QueryParameter(name="since", description="The first day")]
ToDay = Annotated[date, QueryParameter(name="until", description="The last day")]
Unit = Annotated[str, QueryParameter(name="currency", max_length=12, description="In this currency or token")]
Format = Annotated[ExportFormat, QueryParameter(name="format", description="How it is written out")]

_MEDIA = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.BEANCOUNT: "text/plain; charset=utf-8",
}


class ReportsController(Controller):
    """Balances, statements and exports."""

    path = "/v1/ledger"
    tags = ("Ledger",)
    guards = (requires(Role.OPERATIONS, Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),)

    @get("/chart", operation_id="getLedgerChart", summary="The chart of accounts")
    async def chart(self, edge: NamedDependency[Edge]) -> list[ChartAccountOut]:
        """Every account with the headings that accounts roll up into."""
        return await edge.read(report.whole_chart)

    @get("/accounts/{code:str}/balance", operation_id="getLedgerBalance", summary="An account's balance")
    async def balance(
        self,
        edge: NamedDependency[Edge],
        code: FromPath[str],
        *,
        as_of: AsOf = None,
        at: At = None,
        loan_id: LoanId = None,
        party_id: PartyId = None,
    ) -> AccountBalancesOut:
        """Now, up to a day, or as the books stood at any moment; or what is kept for one loan and party."""
        moment = _moment(at) if at else None
        return await edge.read(
            lambda tx: report.balance(tx, code, as_of=as_of, at=moment, loan_id=loan_id, party_id=party_id)
        )

    @get("/accounts/{code:str}/statement", operation_id="getLedgerStatement", summary="An account's statement")
    async def statement(
        self,
        edge: NamedDependency[Edge],
        code: FromPath[str],
        currency: Unit,
        *,
        since: Since = None,
        until: Until = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[StatementLineOut]:
        """One page of postings, the oldest day first, each with the balance after it."""
        return await edge.read(
            lambda tx: report.statement_of(tx, code, currency, since=since, until=until, cursor=cursor, limit=limit)
        )

    @get("/income-statement", operation_id="getIncomeStatement", summary="Income and expenses of a period")
    async def income(self, edge: NamedDependency[Edge], since: FromDay, until: ToDay) -> IncomeStatementOut:
        """What was earned and spent, rolled up, in each currency."""
        return await edge.read(lambda tx: report.income_statement(tx, since, until))

    @get("/balance-sheet", operation_id="getBalanceSheet", summary="What is owned and owed")
    async def sheet(self, edge: NamedDependency[Edge], as_of: OnDay) -> BalanceSheetOut:
        """Assets against liabilities and equity at the end of a day, rolled up, in each currency."""
        return await edge.read(lambda tx: report.balance_sheet(tx, as_of))

    @get("/loan-control", operation_id="getLoanControl", summary="The loan book against its accounts")
    async def control(self, edge: NamedDependency[Edge]) -> LoanControlOut:
        """Each account that loans were posted to, added up by the account and by its loans."""
        return await edge.read(report.loan_control)

    @get("/export", operation_id="exportLedger", summary="The general ledger as a file")
    async def export(
        self,
        edge: NamedDependency[Edge],
        database: NamedDependency[Database],
        since: FromDay,
        until: ToDay,
        format: Format = ExportFormat.CSV,  # noqa: A002 -- the parameter's name
    ) -> Response[bytes]:
        """Every posting of a period: CSV, XLSX, or plain-text accounting for beancount."""
        scope = await edge.scope()

        async def pieces() -> AsyncIterator[bytes]:
            async with database.read(scope) as tx:
                entries = await store.accounts(tx)
                rows = statement.journal_lines(tx, since, until)
                if format is ExportFormat.BEANCOUNT:
                    made = gl_export.as_beancount(entries, rows, since=since, until=until)
                elif format is ExportFormat.XLSX:
                    made = gl_export.as_xlsx(entries, rows)
                else:
                    made = gl_export.as_csv(entries, rows)
                async for piece in made:
                    yield piece

        name = f"ledger-{since}-{until}.{format.value}"
        return _file(pieces, _MEDIA[format], name)

    @get("/proof/export", operation_id="exportLedgerProof", summary="The books for a stranger to check")
    async def proof(self, edge: NamedDependency[Edge], database: NamedDependency[Database]) -> Response[bytes]:
        """The whole ledger with its seals and signatures, a line of JSON for each row, as the verifier reads it."""
        scope = await edge.scope()

        async def lines() -> AsyncIterator[bytes]:
            async with database.read(scope) as tx:
                async for line in prove.export(tx):
                    yield line.encode() + b"\n"

        return _file(lines, "application/jsonl", "ledger.jsonl")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput({"at": "is no moment of the calendar"}) from None


def _file(pieces: Callable[[], AsyncIterator[bytes]], media_type: str, name: str) -> Response[bytes]:
    disposition = f'attachment; filename="{name}"'
    stream = Stream(pieces, media_type=media_type, headers={"Content-Disposition": disposition})
    return cast(Response[bytes], stream)  # it gives the same bytes piece by piece
