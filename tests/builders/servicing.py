"""Loans for tests, made as the platform makes them: by the events that servicing listens to."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from backend import ledger
from backend.kernel import business_date
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.servicing.pricing import quote
from backend.servicing.usecases.activate_loan import activate_loan
from backend.servicing.usecases.close_business_day import CloseDays, close_business_days
from backend.servicing.usecases.create_loan import create_loan
from backend.servicing.usecases.record_repayment import record_repayment
from shared.events.agreements import AgreementSigned
from shared.events.disbursement import LoanDisbursed
from shared.events.payments import PaymentMethod, PaymentReceived
from shared.ids import new_id
from shared.money import Money
from shared.terms import DayCount, Frequency, LoanTerms

TERMS = LoanTerms(
    currency="NGN",
    principal_minor=1200_00,
    annual_rate_pct=Decimal(12),
    instalments=3,
    frequency=Frequency.MONTHLY,
    day_count=DayCount.THIRTY_E_360,
)


class Desk:
    """One tenant's servicing, driven by hand."""

    def __init__(self, services: Services, tenant: Tenant) -> None:
        self.services = services
        self.tenant = tenant
        self.scope = Scope.system(tenant.id, "test")
        self.user_id = new_id()

    async def write(self, use: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Runs `use` in a transaction of its own."""
        async with self.services.database.write(self.scope) as tx:
            return await use(tx)

    async def today(self) -> date:
        """The business date."""
        async with self.services.database.read(self.scope) as tx:
            return await business_date.current(tx)

    def signed(self, terms: LoanTerms = TERMS, **more: Any) -> AgreementSigned:
        """The event of a signature."""
        return AgreementSigned(
            agreement_id=new_id(),
            application_id=new_id(),
            loan_id=new_id(),
            user_id=self.user_id,
            product_kind="working_capital",
            lender="harbor",
            terms=terms,
            payout_account_id=more.pop("payout_account_id", None) or new_id(),
            signed_at=datetime(2026, 1, 1, tzinfo=UTC),
            cooling_off_until=date(2026, 1, 15),
            **more,
        )

    async def disbursed(self, loan_id: UUID, terms: LoanTerms = TERMS, on: date | None = None) -> LoanDisbursed:
        """The event of a payout that arrived, with the journal that the payout left in the books."""
        day = on or await self.today()
        net = quote(terms, day).paid_out_minor
        event = LoanDisbursed(
            loan_id=loan_id,
            application_id=new_id(),
            payout_id=new_id(),
            amount=Money.of(net, terms.currency),
            disbursed_on=day,
        )
        await self._post(f"payout:{event.payout_id}", "payouts_in_transit", "rail_cash", event.amount, day, loan_id)
        return event

    async def open_loan(self, terms: LoanTerms = TERMS, *, on: date | None = None, **more: Any) -> UUID:
        """A loan that is paid out."""
        signed = self.signed(terms, **more)
        await self.write(lambda tx: create_loan(tx, signed))
        disbursed = await self.disbursed(signed.loan_id, terms, on)
        await self.write(lambda tx: activate_loan(tx, disbursed))
        return signed.loan_id

    async def received(self, loan_id: UUID, amount_minor: int, on: date | None = None) -> PaymentReceived:
        """The event of money that came in, with the journal that it left in the books."""
        day = on or await self.today()
        event = PaymentReceived(
            payment_id=new_id(),
            loan_id=loan_id,
            amount=Money.of(amount_minor, TERMS.currency),
            method=PaymentMethod.LINK,
            received_on=day,
            reference="test",
        )
        await self._post(f"in:{event.payment_id}", "rail_cash", "unallocated_receipts", event.amount, day, loan_id)
        return event

    async def pay(self, loan_id: UUID, amount_minor: int, on: date | None = None) -> PaymentReceived:
        """Pays a loan."""
        event = await self.received(loan_id, amount_minor, on)
        await self.write(lambda tx: record_repayment(tx, event))
        return event

    async def close_through(self, through: date) -> None:
        """Closes business days as the job does."""
        await close_business_days(JobContext(self.services.database, self.scope), CloseDays(through=through))

    async def pass_days(self, days: int) -> None:
        """Closes this many business days."""
        await self.close_through(await self.today() + timedelta(days=days - 1))

    async def balances(self, loan_id: UUID) -> dict[str, int]:
        """What the ledger shows for a loan: debit balances that are not zero."""
        async with self.services.database.read(self.scope) as tx:
            volumes = await ledger.loan_volumes(tx, loan_id)
        return {volume.account: volume.net_debit_minor for volume in volumes if volume.net_debit_minor}

    async def _post(self, key: str, debited: str, credited: str, amount: Money, on: date, loan_id: UUID) -> None:
        postings = (
            ledger.debit(debited, amount.amount_minor, amount.currency, loan_id=loan_id),
            ledger.credit(credited, amount.amount_minor, amount.currency, loan_id=loan_id),
        )
        entry = ledger.Journal(key=key, kind="test", effective_on=on, postings=postings)
        await self.write(lambda tx: ledger.post(tx, entry))


def cheap(**changes: Any) -> LoanTerms:
    """The usual terms with some of them changed."""
    return replace(TERMS, **changes)
