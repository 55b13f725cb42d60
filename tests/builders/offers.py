"""Approved applications, lenders that answer as told, and rounds of offers, for tests."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import select

from backend import applications
from backend.applications import store as application_store
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.offers.domain.asking import Answer, LenderProfile, Question, Quoted
from backend.offers.jobs import asking
from backend.offers.ports import Lender
from backend.offers.usecases.start_round import AskLenders, start_round
from shared.api.applications import ApplicationStatus, Purpose
from shared.api.offers import OffersOut
from shared.api.products import Channel, ProductOut
from shared.events.offers import OfferAccepted
from shared.events.underwriting import DecisionMade, DecisionOutcome
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders import identity, platform
from tests.builders.applications import add_product


def quoted(rate: str = "18", **changes: Any) -> Quoted:
    """A price that holds for a day."""
    values: dict[str, Any] = {"max_amount_minor": 10**12, "expires_in_s": 86_400, **changes}
    return Quoted(rate_pct=Decimal(rate), **values)


class ToldLender:
    """A lender that gives the answer it was told, after a while if need be, and remembers what it was asked."""

    def __init__(self, code: str, answer: Answer | Exception, *, after_s: float = 0) -> None:
        self.profile = LenderProfile(code=code, name=code.title(), licence=f"Licence {code}", address=f"1 {code} road")
        self.answer = answer
        self.after_s = after_s
        self.asked: list[Question] = []

    async def quote(self, question: Question) -> Answer:
        self.asked.append(question)
        await asyncio.sleep(self.after_s)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Market:
    """One tenant's applicant with an approved application, and the lenders who are asked about it."""

    def __init__(self, services: Services, tenant: Tenant, product: ProductOut, lenders: list[Lender]) -> None:
        self.services = services
        self.tenant = tenant
        self.product = product
        self.lenders = lenders
        self.scope = Scope.system(tenant.id, "test")
        self.user_id = new_id()
        self.account_id = new_id()
        self.application_id = new_id()

    @classmethod
    async def open(cls, services: Services, tenant: Tenant, *lenders: Lender, **product: Any) -> Self:
        """A tenant that is set up, with a product and lenders."""
        await identity.set_up(services, tenant)
        return cls(services, tenant, await add_product(services, tenant, **product), list(lenders))

    async def write(self, use: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Runs `use` in a transaction of its own."""
        async with self.services.database.write(self.scope) as tx:
            return await use(tx)

    async def apply(self, amount_minor: int = 30_000_000, business_id: UUID | None = None) -> UUID:
        """A submitted application."""

        async def add(tx: Tx) -> None:
            new = applications.Application(
                id=self.application_id,
                user_id=self.user_id,
                business_id=business_id,
                product_id=self.product.id,
                product_kind=self.product.kind,
                product_name=self.product.name,
                channel=Channel.WEB,
                status=ApplicationStatus.SUBMITTED,
                revision=1,
                purpose=Purpose.STOCK,
                currency=self.product.currency,
                amount_minor=amount_minor,
                instalments=6,
                payout_account_id=self.account_id,
                created_at=tx.now,
                updated_at=tx.now,
                submitted_at=tx.now,
            )
            await application_store.add(tx, new, None)

        await self.write(add)
        return self.application_id

    def approval(self, limit_minor: int = 100_000_000, **changes: Any) -> DecisionMade:
        """The decision on it."""
        values: dict[str, Any] = {"outcome": DecisionOutcome.APPROVE, "score_band": "B", "reasons": [], **changes}
        limit = Money.of(limit_minor, self.product.currency) if values["outcome"] == "approve" else None
        return DecisionMade(application_id=self.application_id, decision_id=new_id(), limit=limit, **values)

    async def decide(self, decision: DecisionMade | None = None) -> None:
        """Lets offers hear of the decision."""
        made = decision or self.approval()
        await self.write(lambda tx: start_round(tx, made))

    async def ask(self, round_no: int = 1) -> None:
        """Runs the job that asks the lenders."""
        wanted = AskLenders(application_id=self.application_id, round_no=round_no)
        await asking(self.lenders).handle(JobContext(self.services.database, self.scope), wanted)

    async def offered(self, amount_minor: int = 30_000_000, **how: Any) -> UUID:
        """An application with offers on it."""
        await self.apply(amount_minor, how.pop("business_id", None))
        await self.decide(self.approval(**how))
        await self.ask()
        return self.application_id


class Shop(Market):
    """A market with a door: requests under /v1."""

    http: httpx.AsyncClient

    async def call(self, method: str, path: str, *roles: Role, who: UUID | None = None) -> httpx.Response:
        caller = platform.caller(self.services, self.tenant, *roles, user_id=who or self.user_id)
        return await self.http.request(method, f"/v1{path}", headers=caller.headers)

    async def compare(self) -> OffersOut:
        answer = await self.call("GET", f"/applications/{self.application_id}/offers")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=OffersOut)

    async def accepted_events(self) -> list[OfferAccepted]:
        async def read(tx: ReadTx) -> list[OfferAccepted]:
            wanted = select(outbox.c.data).where(outbox.c.topic == OfferAccepted.topic)
            return [msgspec.convert(row.data, OfferAccepted) for row in await tx.all(wanted)]

        return await self.write(read)  # type: ignore[no-any-return]
