"""Agreements in a test: from an accepted offer to a signature, as the borrower does it over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import select

from backend import agreements
from backend.agreements import store
from backend.agreements.adapters.typst_typesetter import TypstTypesetter
from backend.agreements.domain.agreement import Agreement
from backend.agreements.jobs import setting
from backend.agreements.usecases.draft_agreement import SetDocuments, draft_agreement
from backend.kernel.db import ReadTx
from backend.kernel.jobs import JobContext
from backend.kernel.module import Module, Services
from backend.kernel.scope import Role
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.agreements import AgreementOut
from shared.events import Event
from shared.events.offers import OfferAccepted
from shared.ids import new_id
from shared.terms import Fee, FeeWhen, LoanTerms
from tests.builders import identity, platform
from tests.builders.applications import verify
from tests.builders.members import add_business, add_person
from tests.builders.offers import Market, ToldLender, quoted

TERMS: dict[str, Any] = {"currency": "NGN", "principal_minor": 30_000_000, "annual_rate_pct": "18", "instalments": 6}


class Notary(Market):
    """One borrower of one tenant, with an agreement to sign."""

    http: httpx.AsyncClient
    agreement: Agreement

    async def call(
        self, method: str, path: str, body: Any = None, *roles: Role, who: UUID | None = None
    ) -> httpx.Response:
        """A request under /v1 by the borrower, unless told otherwise."""
        caller = platform.caller(self.services, self.tenant, *roles, user_id=who or self.user_id)
        headers = caller.headers | {"User-Agent": "tests/1.0"}
        sent = {} if body is None else {"json": msgspec.to_builtins(body)}
        return await self.http.request(method, f"/v1{path}", headers=headers, **sent)

    @property
    def path(self) -> str:
        """The agreement's address."""
        return f"/agreements/{self.agreement.id}"

    def accepted(self, **changes: Any) -> OfferAccepted:
        """The event of an accepted offer."""
        fees = (
            Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=250),
            Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=50_000),
        )
        terms = msgspec.convert({**TERMS, "frequency": "monthly"}, LoanTerms)
        values: dict[str, Any] = {
            "application_id": self.application_id,
            "offer_id": new_id(),
            "user_id": self.user_id,
            "product_id": self.product.id,
            "product_kind": self.product.kind.value,
            "lender": "harbor",
            "lender_name": "Harbor",
            "terms": msgspec.structs.replace(terms, fees=fees),
            "payout_account_id": self.account_id,
            **changes,
        }
        return OfferAccepted(**values)

    async def draft(self, **changes: Any) -> Agreement:
        """Lets agreements hear of the acceptance, and keeps what it drafted."""
        event = self.accepted(**changes)
        await self.write(lambda tx: draft_agreement(tx, event))
        (found,) = await self.write(lambda tx: store.lock_of_application(tx, self.application_id))
        assert isinstance(found, Agreement)
        self.agreement = found
        return found

    async def set_documents(self) -> None:
        """Runs the job that sets the documents."""
        profiles = [lender.profile for lender in self.lenders]
        job = setting(self.services.vault, TypstTypesetter(), profiles)
        await job.handle(JobContext(self.services.database, self.scope), SetDocuments(agreement_id=self.agreement.id))

    async def ready(self, **changes: Any) -> AgreementOut:
        """An agreement that can be signed."""
        await self.draft(**changes)
        await self.set_documents()
        return await self.shown()

    async def shown(self) -> AgreementOut:
        """The agreement as the borrower sees it."""
        answer = await self.call("GET", self.path)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=AgreementOut)

    async def code(self, who: UUID | None = None) -> str:
        """Asks for a code and reads it from the phone."""
        sent = await self.call("POST", f"{self.path}/signing-codes", who=who)
        assert sent.status_code == 202, sent.text
        return (await self.codes(who))[-1]

    async def codes(self, who: UUID | None = None) -> list[str]:
        """The codes that went to the borrower's phone, or to that of `who`, the newest last."""
        phone = f"+23480{(who or self.user_id).int % 10**8:08}"
        return [each.params["code"] for each in await identity.messages(self.services, self.tenant, phone)]

    async def sign(self, code: str, *, who: UUID | None = None, **changes: Any) -> httpx.Response:
        """Signs what is shown with a code."""
        signing = (await self.shown()).signing
        body = {
            "code": code,
            "signing_hash": signing.signing_hash if signing else "0" * 64,
            "consent_version": signing.consent_version if signing else "x",
            **changes,
        }
        return await self.call("POST", f"{self.path}/sign", body, who=who)

    async def signed(self, **changes: Any) -> AgreementOut:
        """A signed agreement."""
        await self.ready(**changes)
        answer = await self.sign(await self.code())
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=AgreementOut)

    async def events(self, kind: type[Event]) -> list[Any]:
        """What was published of one kind."""

        async def read(tx: ReadTx) -> list[Any]:
            wanted = select(outbox.c.data).where(outbox.c.topic == kind.topic).order_by(outbox.c.position)
            return [msgspec.convert(row.data, kind) for row in await tx.all(wanted)]

        return await self.write(read)  # type: ignore[no-any-return]

    async def stored(self) -> Agreement:
        """The agreement as it is stored."""
        found = await self.write(lambda tx: store.get(tx, self.agreement.id))
        assert isinstance(found, Agreement)
        return found


def module(services: Services, lenders: list[Any]) -> Module:
    """Agreements with the real typesetter."""
    return agreements.module(services, TypstTypesetter(), lenders)


@asynccontextmanager
async def notary(
    settings: Settings, services: Services, tenant: Tenant, *, locale: str = "en"
) -> AsyncIterator[Notary]:
    """A verified borrower with an approved application, and the platform's door."""
    desk = await Notary.open(services, tenant, ToldLender("harbor", quoted()))
    await desk.write(lambda tx: add_person(tx, services.vault, desk.user_id, locale=locale))
    await verify(services, tenant, desk.user_id)
    await desk.apply()
    async with platform.serve(settings, services, [module(services, desk.lenders)]) as http:
        desk.http = http
        yield desk


async def with_business(desk: Notary, members: dict[UUID, Role]) -> UUID:
    """A business that the borrower and others act for."""
    business_id = new_id()
    await desk.write(lambda tx: add_business(tx, desk.services.vault, business_id, members))
    return business_id
