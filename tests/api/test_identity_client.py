"""The SDK against the real routes of identity and notifications."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from backend import identity, notifications
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.consents import ConsentIn
from shared.api.identity import CodeRequest, DeviceIn, MeChange, SignInRequest, SignInStatus, SignUpRequest
from shared.api.members import BusinessIn
from shared.client import AsyncClient, ClientConfig, errors
from shared.clock import FixedClock
from shared.roles import Role
from tests.builders import platform
from tests.builders.identity import newest_code, set_up

ADA = "+2348031234567"


class Mute:
    async def send(self, _: notifications.Message) -> bool:
        return True


@pytest.fixture
async def transport(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncBaseTransport]:
    modules = [identity.module(services), notifications.module(services, Mute())]
    async with platform.serve(settings, services, modules) as client:
        yield client._transport


def sdk(transport: httpx.AsyncBaseTransport, tenant: Tenant, clock: FixedClock | None = None) -> AsyncClient:
    return AsyncClient(ClientConfig(base_url="https://test", tenant=tenant.slug), transport=transport, clock=clock)


async def code_of(client: AsyncClient, services: Services, tenant: Tenant) -> SignInRequest:
    sent = await client.identity.request_code(CodeRequest(phone=ADA))
    code = await newest_code(services, tenant, ADA)
    return SignInRequest(challenge_id=sent.challenge_id, code=code, device=DeviceIn(name="Test"))


async def test_a_borrower_signs_up_acts_and_signs_out_by_the_sdk(
    transport: httpx.AsyncBaseTransport, services: Services, tenant: Tenant
) -> None:
    await set_up(services, tenant)
    client = sdk(transport, tenant)

    assert (await client.identity.tenant()).name == "Acme Credit"
    proven = await client.identity.sign_in(await code_of(client, services, tenant))
    assert proven.status is SignInStatus.SIGN_UP
    consents = [ConsentIn(kind=one.kind, version=one.version) for one in await client.identity.consent_texts()]
    ticket = proven.ticket or ""
    await client.identity.sign_up(SignUpRequest(ticket=ticket, name="Ada", consents=consents))

    business = await client.identity.register_business(BusinessIn(name="Ada & Co", country="NG"))
    assert business.my_roles == [Role.BUSINESS_OWNER]
    assert (await client.identity.change_me(MeChange(locale="yo"))).locale == "yo"
    assert [one.current for one in await client.identity.sessions()] == [True]
    assert [one async for one in client.notifications.iterate_notifications()] == []
    await client.identity.sign_out()
    with pytest.raises(errors.NotAuthenticated):
        await client.identity.me()


async def test_the_sdk_renews_its_tokens_and_a_wrong_code_is_told_apart_from_a_lost_session(
    transport: httpx.AsyncBaseTransport, services: Services, tenant: Tenant
) -> None:
    await set_up(services, tenant)
    clock = FixedClock(services.database.clock.now())
    client = sdk(transport, tenant, clock)
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        contact = identity.Contact(phone=ADA)
        await identity.add_staff(tx, services.vault, contact=contact, name="Ada", roles=[Role.OPERATIONS])
    await client.identity.sign_in(await code_of(client, services, tenant))
    before = await client.tokens.load()

    clock.advance(timedelta(minutes=5))
    await client.identity.begin_authenticator()
    after = await client.tokens.load()
    with pytest.raises(errors.NotPermitted) as refused:
        await client.identity.confirm_authenticator("000000")

    assert refused.value.code == "confirmation_refused"
    assert before is not None
    assert after is not None
    assert before.refresh_token != after.refresh_token
    assert await client.tokens.load() == after
