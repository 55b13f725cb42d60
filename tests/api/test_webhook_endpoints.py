"""Webhooks are signed for one tenant's address of one provider: captured, they are worth nothing at any other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from backend import ledger, onboarding, payments, servicing
from backend.kernel import webhooks_in
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import webhook_event
from backend.kernel.tenants import Tenant
from backend.onboarding.adapters.sandbox import SandboxVerification
from backend.payments.adapters.sandbox import SandboxRail
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.sandbox import outside_world

ORDERS: dict[str, tuple[str, dict[str, object]]] = {
    "rail": ("/rail/payouts", {"amount_minor": 500, "currency": "NGN"}),
    "kyc": ("/kyc/verifications", {"kind": "person", "given_name": "Ada", "family_name": "Pass"}),
}
ACCOUNT = {"scheme": "local", "account_number": "12345678", "holder_name": "Ada"}


@dataclass(frozen=True)
class Door:
    """The platform's webhook addresses of two tenants, and the sandbox whose webhooks are caught on their way."""

    services: Services
    client: httpx.AsyncClient
    world: httpx.AsyncClient
    caught: "asyncio.Queue[httpx.Request]"

    async def capture(self, provider: str, tenant_id: UUID) -> httpx.Request:
        """A webhook that the sandbox sent to a tenant's address."""
        path, order = ORDERS[provider]
        callback = webhooks_in.callback_url(self.services.public_url, provider, tenant_id)
        known = {"reference": str(new_id()), "subject": str(new_id()), "callback_url": callback, "account": ACCOUNT}
        answer = await self.world.post(path, json=order | known)
        assert answer.status_code == 201, answer.text
        while True:
            request = await asyncio.wait_for(self.caught.get(), 10)
            if str(request.url) == callback:
                return request

    async def deliver(self, request: httpx.Request, path: str) -> int:
        """How the platform answers to the very bytes and headers at `path`."""
        headers = {name: value for name, value in request.headers.items() if name.startswith("webhook-")}
        return (await self.client.post(path, content=request.content, headers=headers)).status_code

    async def stored(self, tenant_id: UUID) -> list[str]:
        """The events that a tenant has."""
        async with self.services.database.read(Scope.system(tenant_id, "test")) as tx:
            return [str(row.provider) for row in await tx.all(select(webhook_event.c.provider))]


@pytest.fixture
async def door(settings: Settings, services: Services) -> AsyncIterator[Door]:
    caught: asyncio.Queue[httpx.Request] = asyncio.Queue()

    def catch(request: httpx.Request) -> httpx.Response:
        caught.put_nowait(request)
        return httpx.Response(200)

    sandbox = (settings.sandbox_url, settings.sandbox_secret or "")
    rail, verification = SandboxRail(*sandbox), SandboxVerification(*sandbox)
    modules = [
        ledger.module(services),
        servicing.module(services),
        payments.module(services, rail),
        onboarding.module(services, verification),
    ]
    async with (
        outside_world(settings, webhooks=httpx.MockTransport(catch)) as world,
        platform.serve(settings, services, modules) as client,
    ):
        yield Door(services, client, world, caught)
    await rail.close()
    await verification.close()


@pytest.mark.parametrize("provider", ["rail", "kyc"])
async def test_a_webhook_captured_from_one_tenant_is_refused_at_anothers_address(
    door: Door, tenant: Tenant, provider: str
) -> None:
    other = await platform.new_tenant(door.services)
    captured = await door.capture(provider, tenant.id)

    assert await door.deliver(captured, f"/v1/webhooks/{provider}/{other.id}") == 401
    assert await door.stored(other.id) == []

    assert await door.deliver(captured, f"/v1/webhooks/{provider}/{tenant.id}") == 200
    assert await door.stored(tenant.id) == [provider]


async def test_a_webhook_captured_from_one_provider_is_refused_at_anothers_address(door: Door, tenant: Tenant) -> None:
    captured = await door.capture("rail", tenant.id)

    assert await door.deliver(captured, f"/v1/webhooks/kyc/{tenant.id}") == 401
    assert await door.stored(tenant.id) == []


def test_each_address_has_a_secret_of_its_own_that_only_the_shared_secret_gives() -> None:
    tenant_id = new_id()
    urls = [webhooks_in.callback_url("http://a.test/", provider, tenant_id) for provider in ("rail", "kyc")]
    urls.append(webhooks_in.callback_url("http://a.test", "rail", new_id()))

    paths = [urlsplit(url).path for url in urls]
    secrets = {webhooks_in.endpoint_secret(shared, path) for shared in ("whsec_YQ==", "whsec_Yg==") for path in paths}

    assert len(secrets) == 6
    assert paths[0] == f"/v1/webhooks/rail/{tenant_id}"
