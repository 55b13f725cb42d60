"""Loans, credit lines, the simulator and the business day."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

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
from shared.client._async.resource import Resource
from shared.paging import Page


class Servicing(Resource):
    """What happens to a loan after its contract is signed."""

    async def loans(
        self,
        *,
        status: LoanStatus | None = None,
        credit_line_id: UUID | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[LoanOut]:
        """One page of the caller's loans, the newest first; of the whole tenant's for its staff."""
        params = {"status": status, "credit_line_id": credit_line_id}
        return await self._page("/v1/loans", LoanOut, params=params, cursor=cursor, limit=limit)

    def iterate_loans(
        self, *, status: LoanStatus | None = None, credit_line_id: UUID | None = None
    ) -> AsyncIterator[LoanOut]:
        """Every loan of the caller, page by page."""
        params = {"status": status, "credit_line_id": credit_line_id}
        return self._pages("/v1/loans", LoanOut, params=params)

    async def loan(self, loan_id: UUID) -> LoanOut:
        """One loan. Raises NotFound."""
        return await self._get(f"/v1/loans/{loan_id}", LoanOut)

    async def schedule(self, loan_id: UUID) -> ScheduleOut:
        """A loan's instalments, with what is paid of each; a plan until the loan is paid out. Raises NotFound."""
        return await self._get(f"/v1/loans/{loan_id}/schedule", ScheduleOut)

    async def transactions(self, loan_id: UUID, *, cursor: str | None = None, limit: int = 50) -> Page[TransactionOut]:
        """One page of what happened to a loan, the newest first. Raises NotFound."""
        return await self._page(f"/v1/loans/{loan_id}/transactions", TransactionOut, cursor=cursor, limit=limit)

    def iterate_transactions(self, loan_id: UUID) -> AsyncIterator[TransactionOut]:
        """Everything that happened to a loan, page by page."""
        return self._pages(f"/v1/loans/{loan_id}/transactions", TransactionOut)

    async def quote_payoff(
        self, loan_id: UUID, *, on: date | None = None, idempotency_key: str | None = None
    ) -> PayoffQuoteOut:
        """What closes a loan on a day, the business date where none is given.

        Raises NotFound, Conflict (`loan_not_open`), Unprocessable (`payoff_too_far_ahead`).
        """
        path = f"/v1/loans/{loan_id}/payoff-quotes"
        return await self._post(path, PayoffQuoteIn(on=on), PayoffQuoteOut, idempotency_key=idempotency_key)

    async def charge(self, loan_id: UUID, body: ChargeIn, *, idempotency_key: str | None = None) -> LoanOut:
        """Charges a one-off fee or penalty; for operations. Raises NotPermitted, NotFound, Conflict."""
        return await self._post(f"/v1/loans/{loan_id}/charges", body, LoanOut, idempotency_key=idempotency_key)

    async def waive(self, loan_id: UUID, body: WaiverIn, *, idempotency_key: str | None = None) -> LoanOut:
        """Waives interest, fees or penalties that are earned and owed; for operations.

        Raises NotPermitted, NotFound, Conflict (`loan_not_open`), Unprocessable (`waiver_too_large`).
        """
        return await self._post(f"/v1/loans/{loan_id}/waivers", body, LoanOut, idempotency_key=idempotency_key)

    async def credit_goodwill(
        self, loan_id: UUID, body: GoodwillCreditIn, *, idempotency_key: str | None = None
    ) -> LoanOut:
        """Credits a loan with the lender's own money; for operations.

        Raises NotPermitted, NotFound, Conflict (`loan_not_open`), Unprocessable (`goodwill_too_large`).
        """
        return await self._post(f"/v1/loans/{loan_id}/goodwill-credits", body, LoanOut, idempotency_key=idempotency_key)

    async def write_off(self, loan_id: UUID, body: WriteOffIn, *, idempotency_key: str | None = None) -> LoanOut:
        """Gives a loan up as lost; for the tenant's administrators. Raises NotPermitted, NotFound, Conflict."""
        return await self._post(f"/v1/loans/{loan_id}/write-off", body, LoanOut, idempotency_key=idempotency_key)

    async def take_back(
        self, loan_id: UUID, entry_id: UUID, body: TakeBackIn, *, idempotency_key: str | None = None
    ) -> LoanOut:
        """Takes back a charge, waiver, goodwill credit or write-off; for operations, or who may write off.

        Raises NotPermitted, NotFound, Conflict (`already_taken_back`), Unprocessable (`loan_entry_not_by_hand`).
        """
        path = f"/v1/loans/{loan_id}/transactions/{entry_id}/take-back"
        return await self._post(path, body, LoanOut, idempotency_key=idempotency_key)

    async def refund_credit(
        self, loan_id: UUID, body: CreditRefundIn | None = None, *, idempotency_key: str | None = None
    ) -> CreditRefundOut:
        """Pays an overpaid loan's credit back, to the account it was paid to by default; for operations.

        Raises NotPermitted, NotFound, Conflict (`no_credit_to_refund`), Unprocessable.
        """
        path = f"/v1/loans/{loan_id}/credit-refunds"
        return await self._post(path, body or CreditRefundIn(), CreditRefundOut, idempotency_key=idempotency_key)

    async def credit_lines(self, *, cursor: str | None = None, limit: int = 50) -> Page[CreditLineOut]:
        """One page of the caller's credit lines, the newest first."""
        return await self._page("/v1/credit-lines", CreditLineOut, cursor=cursor, limit=limit)

    def iterate_credit_lines(self) -> AsyncIterator[CreditLineOut]:
        """Every credit line of the caller, page by page."""
        return self._pages("/v1/credit-lines", CreditLineOut)

    async def credit_line(self, line_id: UUID) -> CreditLineOut:
        """One credit line, with what is drawn and what is left. Raises NotFound."""
        return await self._get(f"/v1/credit-lines/{line_id}", CreditLineOut)

    async def draw(self, line_id: UUID, body: DrawIn, *, idempotency_key: str | None = None) -> LoanOut:
        """Draws under a line. Raises NotFound, NotPermitted, Conflict, Unprocessable (`limit_exceeded`)."""
        return await self._post(f"/v1/credit-lines/{line_id}/draws", body, LoanOut, idempotency_key=idempotency_key)

    async def simulate(self, body: SimulationIn) -> SimulationOut:
        """Computes a loan that nobody has; needs no sign-in. Raises Unprocessable (`terms_not_serviceable`)."""
        return await self._post("/v1/simulations/schedule", body, SimulationOut, public=True)

    async def business_day(self) -> BusinessDayOut:
        """The tenant's business date, and the closing that is under way."""
        return await self._get("/v1/business-day", BusinessDayOut)

    async def close_business_day(self, through: date, *, idempotency_key: str | None = None) -> BusinessDayOut:
        """Has every day up to and including `through` closed; for operations. Ask `business_day` when it is done.

        Raises NotPermitted, Conflict (`nothing_to_close`), Unprocessable (`business_date_ahead`).
        """
        body = CloseBusinessDayIn(through=through)
        return await self._post("/v1/business-day/close", body, BusinessDayOut, idempotency_key=idempotency_key)
