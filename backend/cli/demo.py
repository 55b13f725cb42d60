"""`caas demo`: one loan from sign-up to last repayment, through the API, telling each step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import click
from rich.console import Console
from rich.table import Table

from backend.cli import papers
from backend.cli.phone import sign_in
from backend.cli.throwaway import throwaway_platform
from backend.cli.waiting import until
from backend.cli.walk import Borrower
from backend.seed import DEMO_TENANTS, DemoTenant, staff_phone
from shared.api.applications import ApplicationStatus
from shared.api.offers import OfferOut
from shared.api.products import ProductKind
from shared.api.servicing import LoanOut, LoanStatus
from shared.client import AsyncClient, ClientConfig
from shared.i18n import Language, localizer
from shared.money import Money
from shared.roles import Role

console = Console(highlight=False, soft_wrap=True)


@click.command()
@click.option("--url", help="An API that runs already; without it a platform is started for this and thrown away.")
@click.option("--sandbox-url", default="http://127.0.0.1:8001", show_default=True, help="The sandbox beside --url.")
@click.option(
    "--currency",
    "currencies",
    multiple=True,
    type=click.Choice([demo.currency for demo in DEMO_TENANTS]),
    help="Only these; all three where none is named.",
)
def demo(*, url: str | None, sandbox_url: str, currencies: tuple[str, ...]) -> None:
    """Walks a loan through the API: sign-up, KYC, application, decision, offers, signature, payout, repayments, close.

    Once for each currency; the three of them have two, no and three decimals.
    """
    chosen = [tenant for tenant in DEMO_TENANTS if not currencies or tenant.currency in currencies]
    asyncio.run(_demo(url, sandbox_url, chosen))


async def _demo(url: str | None, sandbox_url: str, tenants: list[DemoTenant]) -> None:
    async with _platform(url, sandbox_url) as (api, sandbox):
        for tenant in tenants:
            async with AsyncClient(ClientConfig(base_url=api, tenant=tenant.slug, sandbox_url=sandbox)) as client:
                await _Story(client, tenant).tell()


@asynccontextmanager
async def _platform(url: str | None, sandbox_url: str) -> AsyncIterator[tuple[str, str]]:
    if url is not None:
        yield url, sandbox_url
        return
    console.print("Starting a platform for this …", style="dim")
    async with throwaway_platform() as platform:
        yield platform.api_url, platform.sandbox_url


class _Story:
    """One loan in one tenant."""

    def __init__(self, client: AsyncClient, tenant: DemoTenant) -> None:
        self.client = client
        self.tenant = tenant
        self.borrower = Borrower(client, papers.COUNTRIES[tenant.currency])
        self.operations = client.as_user()
        self._shown = localizer(Language.ENGLISH)

    def say(self, step: str, detail: str = "") -> None:
        """Prints one step."""
        console.print(f"  [bold]{step:<14}[/bold] {detail}")

    def money(self, amount: Money) -> str:
        """An amount as people read it."""
        return self._shown.money(amount)

    async def tell(self) -> None:
        """The whole story."""
        console.print(f"\n[bold]{self.tenant.name}[/bold] ({self.tenant.slug}, {self.tenant.currency})")
        await sign_in(self.operations, staff_phone(self.tenant, Role.OPERATIONS), "Operations")
        offer = await self._apply()
        loan = await self._disburse(offer)
        await self._repay(loan)
        await self._books()

    async def _apply(self) -> OfferOut:
        borrower = self.borrower
        await borrower.sign_up()
        self.say("sign-up", f"{borrower.name}, by a one-time code")
        case = await borrower.pass_kyc()
        self.say("KYC", f"{case.state} after the provider's signed webhook")
        account = await borrower.add_bank_account()
        product = await borrower.product(ProductKind.LINE_OF_CREDIT)
        amount = Money.of(600 * self.tenant.unit_minor, self.tenant.currency)
        submitted = await borrower.apply(product, account.id, amount_minor=amount.amount_minor, instalments=6)
        self.say("application", f"{product.name}, {self.money(amount)} in 6 months, with a bank statement")
        waiting = (ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED)
        decided = await borrower.application_past(submitted.id, *waiting)
        decision = await self.client.underwriting.decision(submitted.id)
        self.say(
            "decision", f"{decision.outcome}" + (f", up to {self.money(decision.limit)}" if decision.limit else "")
        )
        found = await borrower.offers(decided.id)
        for offer in found.offers:
            cost = (
                f"{self.money(offer.instalment)} a month, {self.money(offer.total_cost)} in all, APR {offer.apr_pct} %"
            )
            self.say("offer", f"{offer.lender_name}: {cost}")
        return found.offers[0]

    async def _disburse(self, offer: OfferOut) -> LoanOut:
        borrower = self.borrower
        agreement = await borrower.accept(offer)
        self.say("agreement", f"{', '.join(doc.kind for doc in agreement.documents)} as PDF")
        signed = await borrower.sign(agreement)
        self.say("signature", f"by a code bound to {agreement.signing.signing_hash[:16]}…" if agreement.signing else "")
        loan = await borrower.loan_in(signed.loan_id, LoanStatus.ACTIVE)
        disbursement = await self.client.disbursement.of_loan(loan.id)
        self.say("disbursement", f"{self.money(disbursement.amount)} paid out")
        return loan

    async def _repay(self, loan: LoanOut) -> None:
        for _ in range(3):
            loan = await self._advance_to_due(loan)
            assert loan.next_due is not None, "a loan that is paid back has something due"
            loan = await self._pay(loan, loan.next_due, "repayment")
        loan = await self._advance_to_due(loan)
        assert loan.next_due is not None, "a loan that is paid back has something due"
        loan = await self._pay(loan, Money.of(loan.next_due.amount_minor // 3, loan.next_due.currency), "partial")
        quote = await self.client.servicing.quote_payoff(loan.id)
        loan = await self._pay(loan, quote.total, "early payoff")
        closed = await self.borrower.loan_in(loan.id, LoanStatus.CLOSED)
        self.say("closed", f"on {closed.closed_on}")

    async def _pay(self, loan: LoanOut, amount: Money, what: str) -> LoanOut:
        paid = await self.borrower.pay(loan.id, amount)
        self.say(what, f"{self.money(amount)} on {paid.as_of}, {self.money(paid.outstanding)} still to come")
        return paid

    async def _advance_to_due(self, loan: LoanOut) -> LoanOut:
        """Closes business days until the next instalment falls due."""
        loan = await self.client.servicing.loan(loan.id)
        assert loan.next_due_on is not None, "an active loan has a next instalment"
        due_on = loan.next_due_on
        day = await self.client.servicing.business_day()
        if day.business_date < due_on:
            await self.operations.servicing.close_business_day(due_on - timedelta(days=1))
            await until(
                self.client.servicing.business_day, lambda now: now.business_date >= due_on, "close of business"
            )
        return await self.client.servicing.loan(loan.id)

    async def _books(self) -> None:
        balance = await self.operations.ledger.trial_balance()
        for book in balance.currencies:
            table = Table("Account", "Debit", "Credit", title=f"Trial balance in {book.currency}", title_justify="left")
            for line in book.lines:
                sides = (line.debit_minor, line.credit_minor)
                table.add_row(line.name, *(self.money(Money.of(side, book.currency)) if side else "" for side in sides))
            totals = (book.total_debit_minor, book.total_credit_minor)
            table.add_section()
            table.add_row("Total", *(self.money(Money.of(total, book.currency)) for total in totals))
            console.print(table)
            console.print(f"Debits less credits: {self.money(Money.of(book.difference_minor, book.currency))}")
            if book.difference_minor:
                raise click.ClickException(f"The books in {book.currency} do not balance.")
