"""Loans, credit lines, the simulator and the business day over HTTP."""

from datetime import UTC
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import by_chat, requires
from backend.kernel.db import Database
from backend.kernel.edge import Edge
from backend.kernel.scope import Assurance, Role
from backend.kernel.tenants import TenantDirectory, TenantMode
from backend.kernel.vault import Vault
from backend.servicing.usecases import draw as lines
from backend.servicing.usecases import read_loans, relieve, request_close
from backend.servicing.usecases.charge_loan import charge_loan
from backend.servicing.usecases.quote_payoff import quote_payoff
from backend.servicing.usecases.refund_credit import refund_credit
from backend.servicing.usecases.simulate import simulate
from backend.servicing.usecases.take_back import take_back
from shared.api.business_day import BusinessDayOut, CloseBusinessDayIn
from shared.api.relief import GoodwillCreditIn, TakeBackIn, WaiverIn, WriteOffIn
from shared.api.servicing import (
    ChargeIn,
    CreditLineOut,
    CreditRefundIn,
    CreditRefundOut,
    DrawIn,
    LoanOut,
    LoanStatus,
    PayoffQuoteIn,
    PayoffQuoteOut,
    ScheduleOut,
    SimulationIn,
    SimulationOut,
    TransactionOut,
)
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=64, description="`next_cursor` of the last page")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]
Status = Annotated[LoanStatus | None, QueryParameter(name="status", description="Only loans that stand there")]
LineId = Annotated[UUID | None, QueryParameter(name="credit_line_id", description="Only draws under this line")]


class LoanController(Controller):
    """A borrower's loans."""

    path = "/v1/loans"
    tags = ("Loans",)

    @get(
        "/", operation_id="listLoans", summary="The caller's loans, the newest first", opt=by_chat(Assurance.STEPPED_UP)
    )
    async def list(
        self,
        *,
        edge: NamedDependency[Edge],
        status: Status = None,
        credit_line_id: LineId = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[LoanOut]:
        """One page of the caller's own and their businesses' loans; of the whole tenant's for its staff."""
        return await edge.read(
            lambda tx: read_loans.list_loans(
                tx, status=status, credit_line_id=credit_line_id, cursor=cursor, limit=limit
            )
        )

    @get("/{loan_id:uuid}", operation_id="getLoan", summary="One loan", opt=by_chat(Assurance.STEPPED_UP))
    async def loan(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID]) -> LoanOut:
        """Where the loan stands: what is outstanding, what falls due next, what is past due."""
        return await edge.read(lambda tx: read_loans.read_loan(tx, loan_id))

    @get(
        "/{loan_id:uuid}/schedule",
        operation_id="getLoanSchedule",
        summary="A loan's instalments",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def schedule(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID]) -> ScheduleOut:
        """Each instalment with what it asks for and what is paid; a plan until the loan is paid out."""
        return await edge.read(lambda tx: read_loans.read_schedule(tx, loan_id))

    @get(
        "/{loan_id:uuid}/transactions",
        operation_id="listLoanTransactions",
        summary="What happened to a loan",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def transactions(
        self,
        *,
        edge: NamedDependency[Edge],
        loan_id: FromPath[UUID],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[TransactionOut]:
        """Disbursement, repayments with what they paid, fees and penalties; the newest first."""
        return await edge.read(lambda tx: read_loans.list_transactions(tx, loan_id, cursor=cursor, limit=limit))

    @post(
        "/{loan_id:uuid}/payoff-quotes",
        operation_id="createPayoffQuote",
        summary="What closes a loan on a day",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def payoff(
        self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[PayoffQuoteIn]
    ) -> PayoffQuoteOut:
        """Principal, interest earned to the day, fees and penalties; good until the end of that day."""
        return await edge.write(lambda tx: quote_payoff(tx, loan_id, data), PayoffQuoteOut)

    @post(
        "/{loan_id:uuid}/charges",
        operation_id="chargeLoan",
        summary="Charge a one-off fee or penalty",
        guards=[requires(Role.OPERATIONS)],
    )
    async def charge(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[ChargeIn]) -> LoanOut:
        """Adds the charge to the instalment that falls due next."""
        return await edge.write(lambda tx: charge_loan(tx, loan_id, data), LoanOut)

    @post(
        "/{loan_id:uuid}/waivers",
        operation_id="waiveOnLoan",
        summary="Waive interest, fees or penalties",
        guards=[requires(Role.OPERATIONS)],
    )
    async def waive(self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[WaiverIn]) -> LoanOut:
        """Gives up what is earned and owed of one part, the oldest first; booked as the lender's expense."""
        return await edge.write(lambda tx: relieve.waive(tx, loan_id, data), LoanOut)

    @post(
        "/{loan_id:uuid}/goodwill-credits",
        operation_id="creditGoodwill",
        summary="Credit a loan with the lender's own money",
        guards=[requires(Role.OPERATIONS)],
    )
    async def goodwill(
        self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[GoodwillCreditIn]
    ) -> LoanOut:
        """Used as a repayment is, and booked as the lender's expense; at most what closes the loan."""
        return await edge.write(lambda tx: relieve.credit_goodwill(tx, loan_id, data), LoanOut)

    @post(
        "/{loan_id:uuid}/write-off",
        operation_id="writeOffLoan",
        summary="Give a loan up as lost",
        guards=[requires(Role.TENANT_ADMIN)],
    )
    async def write_off(
        self, edge: NamedDependency[Edge], loan_id: FromPath[UUID], data: JSONBody[WriteOffIn]
    ) -> LoanOut:
        """Takes all that is owed out of the books; what still comes in is booked as recovered."""
        return await edge.write(lambda tx: relieve.write_off(tx, loan_id, data), LoanOut)

    @post(
        "/{loan_id:uuid}/transactions/{entry_id:uuid}/take-back",
        operation_id="takeBackOnLoan",
        summary="Take back what was entered by mistake",
        guards=[requires(Role.OPERATIONS, Role.TENANT_ADMIN)],
        status_code=200,
    )
    async def take_back(
        self,
        edge: NamedDependency[Edge],
        loan_id: FromPath[UUID],
        entry_id: FromPath[UUID],
        data: JSONBody[TakeBackIn],
    ) -> LoanOut:
        """A charge, waiver, goodwill credit or write-off, which from today on is as if it had never been made."""
        return await edge.write(lambda tx: take_back(tx, loan_id, entry_id, data), LoanOut)

    @post(
        "/{loan_id:uuid}/credit-refunds",
        operation_id="refundLoanCredit",
        summary="Pay a borrower's credit back",
        guards=[requires(Role.OPERATIONS)],
        status_code=202,
    )
    async def refund(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        loan_id: FromPath[UUID],
        data: JSONBody[CreditRefundIn],
    ) -> CreditRefundOut:
        """Pays all that an overpaid loan holds to the account that the loan was paid to, or to another one given."""
        return await edge.write(lambda tx: refund_credit(tx, vault, loan_id, data), CreditRefundOut)


class CreditLineController(Controller):
    """Lines of credit and draws under them."""

    path = "/v1/credit-lines"
    tags = ("Credit lines",)

    @get(
        "/",
        operation_id="listCreditLines",
        summary="The caller's credit lines, the newest first",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def list(
        self, *, edge: NamedDependency[Edge], cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
    ) -> Page[CreditLineOut]:
        """One page of lines with what is drawn and what is left."""
        return await edge.read(lambda tx: lines.list_lines(tx, cursor=cursor, limit=limit))

    @get("/{line_id:uuid}", operation_id="getCreditLine", summary="One credit line", opt=by_chat(Assurance.STEPPED_UP))
    async def line(self, edge: NamedDependency[Edge], line_id: FromPath[UUID]) -> CreditLineOut:
        """The line's limit, what is drawn and what is left."""
        return await edge.read(lambda tx: lines.read_line(tx, line_id))

    @post("/{line_id:uuid}/draws", operation_id="drawCreditLine", summary="Draw under a credit line")
    async def draw(self, edge: NamedDependency[Edge], line_id: FromPath[UUID], data: JSONBody[DrawIn]) -> LoanOut:
        """Makes a loan under the line and pays it out to the line's account."""
        return await edge.write(lambda tx: lines.draw(tx, line_id, data), LoanOut)


class BusinessDayController(Controller):
    """The tenant's business date, and moving it."""

    path = "/v1/business-day"
    tags = ("Business day",)

    @get("/", operation_id="getBusinessDay", summary="The business date")
    async def read(self, edge: NamedDependency[Edge]) -> BusinessDayOut:
        """The day that business is on, and the closing that is under way."""
        return await edge.read(request_close.read_business_day)

    @post(
        "/close",
        operation_id="closeBusinessDay",
        summary="Close business days",
        status_code=202,
        guards=[requires(Role.OPERATIONS, Role.TENANT_ADMIN)],
    )
    async def close(
        self,
        edge: NamedDependency[Edge],
        tenants: NamedDependency[TenantDirectory],
        data: JSONBody[CloseBusinessDayIn],
    ) -> BusinessDayOut:
        """Closes each day up to and including `through` in turn; a sandbox may run ahead of the calendar."""
        tenant = await tenants.by_id((await edge.scope()).tenant_id)
        ahead = tenant.mode is TenantMode.SANDBOX
        return await edge.write(lambda tx: request_close.request_close(tx, data, may_run_ahead=ahead), BusinessDayOut)


@post(
    "/v1/simulations/schedule",
    operation_id="simulateSchedule",
    summary="Compute a loan without making one",
    tags=["Simulations"],
    status_code=200,
    opt={"public": True, "tenant": False, "unkeyed": True},
)
async def simulate_schedule(data: JSONBody[SimulationIn], database: NamedDependency[Database]) -> SimulationOut:
    """Instalments, total cost and annual percentage rates of any terms; stores nothing, so needs no key."""
    return simulate(data, database.clock.now().astimezone(UTC).date())
