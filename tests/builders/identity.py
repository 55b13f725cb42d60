"""Tenants that are set up, and people who sign in as they do from outside: by the codes that were sent to them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import ColumnElement, Table, func, select, text, update

from backend import identity
from backend.identity import OutgoingMessage, TenantProfile
from backend.identity.tables import challenge
from backend.kernel.jobs import Order
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import audit_entry, outbox
from backend.kernel.tenants import Tenant
from shared.api.identity import TenantSettings
from shared.ids import new_id
from shared.roles import Role

NAIJA = TenantProfile(name="Acme Credit", country="NG", currency="NGN", locale="en", time_zone="Africa/Lagos")
_PAYLOADS = text("SELECT payload FROM pgqueuer WHERE entrypoint = :job ORDER BY id")


async def set_up(
    services: Services, tenant: Tenant, settings: TenantSettings | None = None, *, app_url: str | None = None
) -> Tenant:
    """Gives `tenant` a profile and consent texts."""
    profile = msgspec.structs.replace(NAIJA, settings=settings or TenantSettings(), app_url=app_url)
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await identity.set_up_tenant(tx, profile)
    return tenant


async def messages(services: Services, tenant: Tenant, to: str) -> list[OutgoingMessage]:
    """The messages that wait to be sent to one phone or address, oldest first."""
    async with services.database.unscoped() as connection:
        payloads = (await connection.execute(_PAYLOADS, {"job": identity.SEND_JOB})).scalars().all()
    orders = [msgspec.json.decode(payload, type=Order) for payload in payloads]
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        ring = await services.vault.keyring(tx)
    found = [
        identity.open_sealed(ring, msgspec.json.decode(order.payload, type=identity.SealedMessage))
        for order in orders
        if order.tenant_id == tenant.id
    ]
    return [message for message in found if message.to == to]


async def let_pass(services: Services, tenant: Tenant, span: timedelta) -> None:
    """Lets so much time pass since the tenant's codes were sent."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await tx.execute(update(challenge).values(created_at=challenge.c.created_at - span))


async def newest_code(services: Services, tenant: Tenant, to: str) -> str:
    """The code that was sent last to one phone or address."""
    return (await messages(services, tenant, to))[-1].params["code"]


@dataclass
class Browser:
    """Somebody's app: it signs up and in, and keeps its tokens."""

    http: httpx.AsyncClient
    services: Services
    tenant: Tenant
    contact: dict[str, str]
    tokens: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where codes go."""
        return next(iter(self.contact.values()))

    def headers(self, **more: str) -> dict[str, str]:
        """Headers of a request of theirs."""
        signed = {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}
        return {"X-Tenant": self.tenant.slug, **signed, **more}

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """A POST with its own Idempotency-Key."""
        headers.setdefault("Idempotency-Key", new_id().hex)
        return await self.http.post(f"/v1{path}", json=body, headers=self.headers(**headers))

    async def get(self, path: str) -> httpx.Response:
        """A GET."""
        return await self.http.get(f"/v1{path}", headers=self.headers())

    async def ask_code(self) -> str:
        """Asks for a code; returns the challenge's id."""
        answer = await self.post("/auth/codes", self.contact)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["challenge_id"])

    async def code(self) -> str:
        """The newest code on their phone."""
        return await newest_code(self.services, self.tenant, self.address)

    async def prove(self) -> dict[str, Any]:
        """Asks for a code and answers it; returns what comes next."""
        challenge_id = await self.ask_code()
        answer = await self.post("/auth/sessions", {"challenge_id": challenge_id, "code": await self.code()})
        assert answer.status_code == 200, answer.text
        return self._keep(answer.json())

    async def sign_up(self, name: str = "Ada Obi") -> UUID:
        """Signs up with every text agreed to; returns the person's id."""
        ticket = (await self.prove())["ticket"]
        texts = (await self.get("/consent-texts")).json()
        consents = [{"kind": one["kind"], "version": one["version"]} for one in texts]
        answer = await self.post("/auth/sign-ups", {"ticket": ticket, "name": name, "consents": consents})
        assert answer.status_code == 200, answer.text
        self._keep(answer.json())
        return UUID((await self.get("/me")).json()["id"])

    async def refresh(self, **headers: str) -> httpx.Response:
        """Exchanges the refresh token; keeps the new pair when there is one."""
        answer = await self.http.post(
            "/v1/auth/refresh",
            json={"refresh_token": self.tokens["refresh_token"]},
            headers={"X-Tenant": self.tenant.slug, "Idempotency-Key": new_id().hex, **headers},
        )
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    def _keep(self, answer: dict[str, Any]) -> dict[str, Any]:
        if answer.get("tokens"):
            self.tokens = answer["tokens"]
        return answer


def any_phone() -> str:
    """A number that no other test writes to: queue and messenger may hold what an earlier one left behind."""
    return f"+234803{new_id().int % 10**7:07d}"


async def count(browser: Browser, table: Table, *where: ColumnElement[bool]) -> int:
    """How many rows of the tenant there are."""
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table).where(*where)))


async def published(browser: Browser, topic: str) -> int:
    """How many events of a kind the tenant has seen."""
    return await count(browser, outbox, outbox.c.topic == topic)


async def audited(browser: Browser, action: str) -> int:
    """How often something is on the tenant's record."""
    return await count(browser, audit_entry, audit_entry.c.action == action)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json()["code"]


async def staff(services: Services, tenant: Tenant, phone: str, *roles: Role) -> UUID:
    """One of the tenant's own people, who signs in by this phone."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        added = await identity.add_staff(
            tx, services.vault, contact=identity.Contact(phone=phone), name="Staff", roles=roles
        )
    return added.id
