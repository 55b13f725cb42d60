"""Tenants of the running platform with their staff, and borrowers on their way to a loan, by nothing but the SDK."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from backend import wiring
from backend.cli import papers
from backend.cli.phone import sign_in
from backend.cli.waiting import until
from backend.cli.walk import Borrower
from backend.kernel.module import Services
from backend.seed import DEMO_TENANTS, STAFF_ROLES, DemoTenant, seed_tenant
from shared.api.agreements import AgreementOut
from shared.api.applications import ApplicationOut, ApplicationStatus
from shared.api.bank_accounts import BankAccountOut
from shared.api.members import StaffIn
from shared.api.offers import OffersOut
from shared.api.onboarding import CaseOut
from shared.api.products import ProductKind
from shared.api.servicing import LoanOut, LoanStatus
from shared.client import AsyncClient, ClientConfig
from shared.i18n import Language, localizer
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders.running import RunningPlatform

PATIENCE_S = 150.0  # many walk beside each other, on machines that may have little to give
_UNDECIDED = (ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVED)
# What is true of a loan that was paid back to the last unit.
_NOTHING_LEFT = (
    "loans_principal",
    "interest_receivable",
    "fees_receivable",
    "penalties_receivable",
    "payouts_in_transit",
    "unallocated_receipts",
)


class House:
    """A tenant of its own: its business date moves for nobody else."""

    def __init__(self, demo: DemoTenant, tenant_id: UUID, client: AsyncClient) -> None:
        self.demo = demo
        self.tenant_id = tenant_id
        self.client = client
        self.country = papers.COUNTRIES[demo.currency]
        self._staff: dict[Role, AsyncClient] = {}

    @property
    def operations(self) -> AsyncClient:
        """The operations desk, signed in."""
        return self._staff[Role.OPERATIONS]

    @property
    def url(self) -> str:
        """The API's address."""
        return self.client.config.base_url

    async def staff(self, role: Role) -> AsyncClient:
        """Somebody of the tenant's with this role, signed in."""
        if role not in self._staff:
            client = self.client.as_user()
            phone = f"{self.demo.staff_phone}{STAFF_ROLES.index(role) + 11}"
            await sign_in(client, phone, role.value)
            self._staff[role] = client
        return self._staff[role]

    async def colleague(self, *roles: Role) -> AsyncClient:
        """Somebody new on the tenant's staff, signed in."""
        admin = await self.staff(Role.TENANT_ADMIN)
        phone = papers.phone_number(self.country)
        await admin.identity.add_staff(StaffIn(name="Bola Newman", roles=list(roles), phone=phone))
        client = self.client.as_user()
        await sign_in(client, phone, "Bola Newman")
        return client

    def newcomer(self, *, given: str = "Ada", family: str = "Pass") -> "Applicant":
        """Somebody who is not known yet."""
        return Applicant(self, given=given, family=family)

    async def applicant(self, *, family: str = "Pass", ending: str | None = None) -> "Applicant":
        """Somebody who is verified and has a bank account; `ending` decides how payouts to it go."""
        applicant = self.newcomer(family=family)
        await applicant.arrive(ending=ending)
        return applicant

    def money(self, units: int, minor: int = 0) -> Money:
        """So many of the demo's round amounts, and a little more."""
        return Money.of(units * self.demo.unit_minor + minor, self.demo.currency)

    async def today(self) -> date:
        """The business date."""
        return (await self.operations.servicing.business_day()).business_date

    async def advance_to(self, day: date) -> None:
        """Closes business days until `day` is the business date."""
        if await self.today() >= day:
            return
        await self.operations.servicing.close_business_day(day - timedelta(days=1))
        await until(self.today, lambda today: today >= day, f"business date {day}", patience_s=PATIENCE_S)

    async def balances(self, loan_id: UUID) -> dict[str, int]:
        """What the books hold for a loan, account by account, zeros left out."""
        accounts = await self.operations.ledger.loan_accounts(loan_id)
        nets = {each.code: sum(balance.balance_minor for balance in each.balances) for each in accounts}
        return {code: net for code, net in nets.items() if net}

    async def books_are_whole(self, *paid_back: UUID) -> None:
        """Asserts that debits equal credits, and that nothing is left of these loans."""
        assert (await self.operations.ledger.trial_balance()).balanced
        for loan_id in paid_back:
            left = await self.balances(loan_id)
            assert not left.keys() & set(_NOTHING_LEFT), f"loan {loan_id} still has {left}"

    async def paid_out(self, loan_id: UUID) -> Money:
        """What left for a loan and did not come back, by the books."""
        total = 0
        async for journal in self.operations.ledger.iterate_journals(account="payouts_in_transit", loan_id=loan_id):
            sign = {"payout_sent": 1, "payout_failed": -1}.get(journal.kind, 0)
            total += sign * sum(each.amount.amount_minor for each in journal.postings if each.account == "rail_cash")
        return Money.of(total, self.demo.currency)


class Applicant(Borrower):
    """A borrower of a house, who takes each stage in one step."""

    account: BankAccountOut

    def __init__(self, house: House, *, given: str = "Ada", family: str = "Pass") -> None:
        client = house.client.as_user()
        super().__init__(client, house.country, given=given, family=family, patience_s=PATIENCE_S)
        self.house = house

    async def arrive(self, *, ending: str | None = None) -> None:
        """Signs up, is verified and registers a bank account."""
        await self.sign_up()
        await self.pass_kyc()
        self.account = await self.add_bank_account(ending=ending)

    async def brings_business(self) -> CaseOut:
        """Has a business verified and registers its bank account, for which everything is asked from then on."""
        case = await self.pass_kyb()
        self.account = await self.add_bank_account()
        return case

    async def redoes_document(self, case_id: UUID) -> CaseOut:
        """Gives another identity document, hands the case in again, and waits for its result."""
        await self.give_document(case_id)
        await self.client.onboarding.submit_kyc(case_id)
        return await self.kyc_result(case_id)

    async def asks(
        self,
        kind: ProductKind = ProductKind.LINE_OF_CREDIT,
        amount: Money | None = None,
        instalments: int = 3,
        **more: Any,
    ) -> ApplicationOut:
        """Hands an application in."""
        product = await self.product(kind)
        wanted = (amount or self.house.money(600)).amount_minor
        return await self.apply(product, self.account.id, amount_minor=wanted, instalments=instalments, **more)

    async def decided(self, asked: ApplicationOut) -> ApplicationOut:
        """The application once the engine has decided; with its offers where it approved."""
        return await self.application_past(asked.id, *_UNDECIDED)

    async def is_offered(self, *args: Any, **kwargs: Any) -> OffersOut:
        """Applies as `asks` does, and waits for the offers."""
        asked = await self.decided(await self.asks(*args, **kwargs))
        assert asked.status is ApplicationStatus.OFFERED, f"{asked.status}: {asked.id}"
        return await self.offers(asked.id)

    async def signs(self, *args: Any, **kwargs: Any) -> AgreementOut:
        """Applies as `asks` does, takes the cheapest offer and signs."""
        offers = await self.is_offered(*args, **kwargs)
        return await self.sign(await self.accept(offers.offers[0]))

    async def borrows(self, *args: Any, **kwargs: Any) -> LoanOut:
        """Applies as `asks` does, signs, and waits until the money has arrived."""
        return await self.loan_in((await self.signs(*args, **kwargs)).loan_id, LoanStatus.ACTIVE)

    async def reaches_due_date(self, loan_id: UUID) -> LoanOut:
        """Lets days go by until the next instalment falls due."""
        loan = await self.client.servicing.loan(loan_id)
        assert loan.next_due_on is not None, "an open loan has a next instalment"
        await self.house.advance_to(loan.next_due_on)
        return await self.client.servicing.loan(loan_id)

    async def pays_what_is_due(self, loan_id: UUID) -> LoanOut:
        """Lets days go by until the next instalment falls due, and pays it to the loan's account."""
        loan = await self.reaches_due_date(loan_id)
        assert loan.next_due is not None, "it has just fallen due"
        return await self.pay(loan_id, loan.next_due)

    async def pays_off(self, loan_id: UUID, *, too_much: int = 0) -> LoanOut:
        """Pays what closes the loan today, or that and a little more."""
        quote = await self.client.servicing.quote_payoff(loan_id)
        total = Money.of(quote.total.amount_minor + too_much, quote.total.currency)
        await self.pay(loan_id, total)
        return await self.loan_in(loan_id, LoanStatus.OVERPAID if too_much else LoanStatus.CLOSED)

    async def status_is(self, application_id: UUID, status: ApplicationStatus) -> ApplicationOut:
        """The application once it has this status."""
        read = self.client.applications.application
        return await until(lambda: read(application_id), lambda found: found.status is status, f"status {status}")

    async def history(self, application_id: UUID) -> Counter[str]:
        """How often each status was come to."""
        steps = await self.client.applications.history(application_id)
        return Counter(step.status.value for step in steps)

    async def is_told(self, *titles: str) -> None:
        """Waits until there are messages with these titles, in the language of the house."""
        loc = localizer(Language(self.house.demo.locale))
        wanted = {loc.say(title) for title in titles}

        async def read() -> set[str]:
            return {each.title async for each in self.client.notifications.iterate_notifications()}

        await until(read, lambda seen: wanted <= seen, f"messages {titles}")


class Street:
    """The running platform, and a way to found tenants on it."""

    def __init__(self, platform: RunningPlatform, services: Services, stack: AsyncExitStack) -> None:
        self.platform = platform
        self.services = services
        self._stack = stack
        self._founding = asyncio.Lock()
        self._quiet: House | None = None

    async def quiet_house(self) -> House:
        """The one tenant that all may share who need no time to go by, and look at nothing but their own."""
        async with self._founding:
            self._quiet = self._quiet or await self.house()
        return self._quiet

    async def house(self, currency: str = "NGN") -> House:
        """A tenant of its own with products, staff and books."""
        pattern = next(demo for demo in DEMO_TENANTS if demo.currency == currency)
        country = papers.COUNTRIES[currency]
        slug = f"{pattern.slug}-{new_id().hex[-12:]}"
        phone = country.phone_prefix + papers.digits(country.phone_digits - 2)
        demo = replace(pattern, slug=slug, staff_phone=phone)
        await seed_tenant(self.services, demo)
        tenant = await self.services.tenants.by_slug(slug)
        url, sandbox_url = self.platform.url, self.platform.sandbox_url
        config = ClientConfig(base_url=url, tenant=slug, sandbox_url=sandbox_url, read_timeout_s=60, deadline_s=120)
        house = House(demo, tenant.id, await self._stack.enter_async_context(AsyncClient(config)))
        await house.staff(Role.OPERATIONS)
        return house


@asynccontextmanager
async def street(platform: RunningPlatform) -> AsyncIterator[Street]:
    """The platform's tenants for the length of the block."""
    services = wiring.build_services(platform.settings)
    async with AsyncExitStack() as stack:
        yield Street(platform, services, stack)
    await services.database.close()
