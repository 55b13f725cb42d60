"""Payments inside a test: a rail that does what it is told, accounts and loans to pay, and the books to look at."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import select

from backend import ledger, payments, servicing
from backend.identity.people import Person
from backend.identity.store import people
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.kernel.webhooks_in import InboundEvent
from backend.onboarding.domain.nuban import nuban_check_digit
from backend.onboarding.usecases.register_account import register_account
from backend.payments import store
from backend.payments.adapters.sandbox import SandboxRail
from backend.payments.ports import MandateReport, OpenedAccount, OrderReport, RailAccount, RailRefused, RailSilent
from backend.payments.records import RailOrder, Receipt, VirtualAccount
from backend.payments.tables import rail_order
from backend.payments.usecases.resolve_orders import resolve_order
from backend.payments.usecases.send_order import send_order
from backend.payments.usecases.virtual_accounts import OpenAccount, open_account, want_account
from backend.payments.usecases.work_notice import PROVIDER, work_notice
from backend.settings import Settings
from shared.api.bank_accounts import AccountScheme, BankAccountIn
from shared.events.servicing import LoanActivated
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders import platform
from tests.builders.servicing import Desk

BANK = "058"
CALLBACK = "http://platform.test/hooks"
R = TypeVar("R", bound=SandboxRail)


class ScriptedRail(SandboxRail):
    """A rail in this process that reads webhooks as the sandbox's adapter does; `manner` is how it takes orders."""

    def __init__(self) -> None:
        nobody = httpx.MockTransport(lambda _: httpx.Response(404))
        super().__init__("http://rail.test", platform.SANDBOX_SECRET, transport=nobody)
        self.manner = "takes"  # or hangs, loses, refuses, is down
        self.reason = "account_closed"  # why it refuses
        self.orders: dict[str, OrderReport] = {}
        self.mandates: dict[str, str] = {}
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.patience = timedelta(hours=1)
        self.during_call: Callable[[str], Awaitable[None]] | None = None
        self.during_question: Callable[[str], Awaitable[None]] | None = None

    @property
    def gives_up_after(self) -> timedelta:
        return self.patience

    async def send_payout(self, reference: str, amount: Money, account: RailAccount, callback: str) -> OrderReport:
        return await self._take(reference, amount)

    async def send_debit(self, reference: str, amount: Money, mandate_reference: str, callback: str) -> OrderReport:
        return await self._take(reference, amount)

    async def find_payout(self, reference: str) -> OrderReport | None:
        self.asked.append(reference)
        if self.manner == "is down":
            raise RailSilent
        answer = self.orders.get(reference)
        if self.during_question is not None:
            await self.during_question(reference)
        return answer

    async def find_debit(self, reference: str) -> OrderReport | None:
        return await self.find_payout(reference)

    async def open_account(self, reference: str, holder_name: str, currency: str, callback: str) -> OpenedAccount:
        return OpenedAccount(account_number="0123456789", bank_code="999", bank_name="Test Bank")

    async def make_link(self, reference: str, amount: Money, callback: str) -> str:
        return f"http://rail.test/pay/{reference}"

    async def ask_mandate(self, reference: str, account: RailAccount, callback: str) -> MandateReport:
        if self.during_call is not None:
            await self.during_call(reference)
        if self.manner == "refuses":
            raise RailRefused(self.reason)
        if self.manner not in {"loses", "is down"}:
            self.mandates.setdefault(reference, "active")
        if self.manner != "takes":
            raise RailSilent
        return MandateReport(reference=reference, news=None)

    async def cancel_mandate(self, reference: str) -> bool:
        self.asked.append(reference)
        if reference in self.mandates:
            self.mandates[reference] = "cancelled"
        return reference in self.mandates

    async def _take(self, reference: str, amount: Money) -> OrderReport:
        self.sent.append(reference)
        if self.manner == "refuses":
            raise RailRefused(self.reason)
        if self.manner in {"loses", "is down"}:
            raise RailSilent
        now = datetime.now(UTC)
        taken = OrderReport(reference=reference, amount=amount, settled=False, failed=False, reason=None, at=now)
        self.orders.setdefault(reference, taken)
        if self.during_call is not None:
            await self.during_call(reference)
        if self.manner == "hangs":
            raise RailSilent
        return taken

    def becomes(self, reference: str, status: str, reason: str | None = None) -> None:
        """What the rail says of an order from now on."""
        self.orders[reference] = msgspec.structs.replace(
            self.orders[reference], settled=status == "settled", failed=status == "failed", reason=reason
        )


class Till(Generic[R]):
    """One tenant's payments, driven by hand."""

    def __init__(self, services: Services, tenant: Tenant, client: httpx.AsyncClient, rail: R) -> None:
        self.services = services
        self.tenant = tenant
        self.client = client
        self.rail = rail
        self.scope = Scope.system(tenant.id, "test")
        self.context = JobContext(services.database, self.scope)
        self.desk = Desk(services, tenant)

    @property
    def user_id(self) -> UUID:
        """The borrower."""
        return self.desk.user_id

    async def write(self, use: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Runs `use` in a transaction of its own."""
        async with self.services.database.write(self.scope) as tx:
            return await use(tx)

    def headers(self, *roles: Role, user_id: UUID | None = None) -> dict[str, str]:
        """Of a caller with these roles; of the borrower, without any."""
        who = user_id or (None if roles else self.user_id)
        return platform.caller(self.services, self.tenant, *roles, user_id=who).headers

    async def bank_account(
        self,
        telling: str = "5678",
        currency: str = "NGN",
        owner: UUID | None = None,
        business_id: UUID | None = None,
    ) -> UUID:
        """A bank account, of the borrower's by default; `telling` is what the sandbox's rail reads in its number."""
        serial = f"{new_id().int % 10**5:05d}{telling}"
        body = BankAccountIn(
            scheme=AccountScheme.NUBAN,
            bank_code=BANK,
            number=f"{serial}{nuban_check_digit(BANK, serial)}",
            currency=currency,
            holder_name="Ada Obi",
            business_id=business_id,
        )
        borrower = Principal(
            tenant_id=self.tenant.id,
            user_id=owner or self.user_id,
            session_id=new_id(),
            roles=frozenset({Role.BORROWER}),
        )
        async with self.services.database.write(Scope.of(borrower)) as tx:
            return (await register_account(tx, self.services.vault, body)).id

    async def payout(self, amount_minor: int = 5_000, *, telling: str = "5678", loan_id: UUID | None = None) -> UUID:
        """An ordered payout."""
        wanted = payments.PayoutOrder(
            payout_id=new_id(),
            amount=Money.of(amount_minor, "NGN"),
            account_id=await self.bank_account(telling),
            purpose=payments.PayoutPurpose.DISBURSEMENT,
            loan_id=loan_id,
        )
        await self.write(lambda tx: payments.order_payout(tx, wanted))
        return wanted.payout_id

    async def send(self, order_id: UUID) -> RailOrder:
        """Runs the job that sends an order; the order afterwards."""
        await send_order(self.context, self.services.vault, self.rail, CALLBACK, order_id)
        return await self.order(order_id)

    async def resolve(self, order_id: UUID) -> RailOrder:
        """Asks the rail about an order; the order afterwards."""
        await resolve_order(self.context, self.rail, order_id)
        return await self.order(order_id)

    async def order(self, order_id: UUID) -> RailOrder:
        """An order as it stands."""
        async with self.services.database.read(self.scope) as tx:
            found = await store.get(tx, RailOrder, order_id)
        assert found is not None
        return found

    async def refund_of(self, payment_id: UUID) -> UUID:
        """The newest payout that pays a receipt back."""
        mine = rail_order.c.subject_id == payment_id
        async with self.services.database.read(self.scope) as tx:
            row = await tx.first(select(rail_order.c.id).where(mine).order_by(rail_order.c.id.desc()))
        assert row is not None
        return UUID(str(row.id))

    async def receipt(self, source: str) -> Receipt:
        """What the rail calls by this name."""
        found = await self.write(lambda tx: store.lock_receipt_by_source(tx, source))
        assert isinstance(found, Receipt)
        return found

    async def loan_with_account(self, **more: Any) -> tuple[UUID, VirtualAccount]:
        """A loan that is paid out and the account that it is paid to."""
        loan_id = await self.desk.open_loan(**more)
        today = date(2026, 1, 5)
        activated = LoanActivated(
            loan_id=loan_id,
            application_id=new_id(),
            user_id=self.user_id,
            principal=Money.of(1, "NGN"),
            disbursed_on=today,
            first_due_on=today,
            last_due_on=today,
        )
        await self.write(lambda tx: want_account(tx, activated))
        async with self.services.database.read(self.scope) as tx:
            wanted = await store.account_of_loan(tx, loan_id)
        assert wanted is not None
        order = OpenAccount(account_id=wanted.id)
        await open_account(self.context, self.services.vault, self.rail, CALLBACK, order)
        return loan_id, wanted

    def credit(self, reference: str, amount_minor: int = 300, **changes: Any) -> dict[str, Any]:
        """What the rail says of money on a virtual account."""
        said: dict[str, Any] = {
            "credit_id": new_id().hex,
            "reference": reference,
            "amount_minor": amount_minor,
            "currency": "NGN",
            "status": "received",
            "at": datetime.now(UTC).isoformat(),
            "sender_name": "Ada Obi",
        }
        return said | changes

    async def hook(self, kind: str, data: dict[str, Any], *, event_id: str | None = None) -> str:
        """Sends a signed webhook and returns its id; it is stored, and not yet worked on."""
        body = msgspec.json.encode({"type": kind, "data": data})
        message_id = event_id or new_id().hex
        path = f"/v1/webhooks/rail/{self.tenant.id}"
        headers = platform.webhook_at(path).sign(message_id, body)
        answer = await self.client.post(path, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return message_id

    async def work(self, event_id: str) -> None:
        """Runs the job of a stored webhook."""
        event = InboundEvent(provider=PROVIDER, event_id=event_id)
        await work_notice(self.context, self.services.vault, self.rail, event)

    async def told(self, kind: str, data: dict[str, Any], *, event_id: str | None = None) -> None:
        """A webhook that comes and is worked on."""
        await self.work(await self.hook(kind, data, event_id=event_id))

    async def order_told(self, order: RailOrder, status: str, **changes: Any) -> None:
        """A webhook about an order."""
        said = {
            "reference": order.reference,
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "status": status,
            "at": datetime.now(UTC).isoformat(),
        }
        await self.told(f"{order.kind}.{status}", said | changes)

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """What was published under a topic, the oldest first."""
        async with self.services.database.read(self.scope) as tx:
            rows = await tx.all(select(outbox).where(outbox.c.topic == topic).order_by(outbox.c.position))
        return [row.data for row in rows]

    async def balances(self, currency: str = "NGN") -> dict[str, int]:
        """Debit balances in the books that are not zero; they add up to nothing."""
        async with self.services.database.read(self.scope) as tx:
            trial = await ledger.trial_balance(tx)
        assert trial.balanced
        lines = [line for each in trial.currencies if each.currency == currency for line in each.lines]
        nets = {line.account: line.debit_minor - line.credit_minor for line in lines}
        return {account: net for account, net in nets.items() if net}


async def known_borrower(made: Till[Any]) -> None:
    """Signs the till's borrower up."""
    borrower = Person(id=made.user_id, name="Ada Obi", locale="en", registered_at=datetime.now(UTC))
    await made.write(lambda tx: people.add(tx, made.services.vault, borrower))


@asynccontextmanager
async def till(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Till[ScriptedRail]]:
    """A till on the platform's routes; no worker runs beside it."""
    rail = ScriptedRail()
    modules = [ledger.module(services), servicing.module(services), payments.module(services, rail)]
    async with platform.serve(settings, services, modules) as client:
        made = Till(services, tenant, client, rail)
        await known_borrower(made)
        yield made
    await rail.close()
