"""Onboarding inside a test: the platform, its worker and the sandbox, and applicants who walk through it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from backend import onboarding
from backend.identity.people import Person
from backend.identity.store import businesses, people
from backend.kernel.module import Module, Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tenants import Tenant
from backend.onboarding.adapters.sandbox import SandboxVerification
from backend.onboarding.domain.mrz import check_digit
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.members import add_business
from tests.builders.sandbox import QUICK, outside_world
from tests.builders.worker import working

PATIENCE_S, HANG_S = 0.6, 1.0


class LateTransport(httpx.AsyncBaseTransport):
    """A transport that is told its way later: two applications that call each other must both exist first."""

    target: httpx.AsyncBaseTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.target is None:
            raise httpx.ConnectError("nobody listens yet")
        return await self.target.handle_async_request(request)


class ImpatientTransport(httpx.AsyncBaseTransport):
    """Gives up waiting as a real connection would; what was asked goes on happening."""

    def __init__(self, target: httpx.AsyncBaseTransport) -> None:
        self._target = target

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = asyncio.ensure_future(self._target.handle_async_request(request))
        try:
            return await asyncio.wait_for(asyncio.shield(answer), PATIENCE_S)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time") from None


@dataclass(frozen=True)
class Stage:
    """What a test of onboarding plays on."""

    services: Services
    client: httpx.AsyncClient
    module: Module


@asynccontextmanager
async def stage(
    settings: Settings, services: Services, *, more: Sequence[Module] = (), works: bool = True
) -> AsyncIterator[Stage]:
    """The platform with onboarding, the sandbox, and a worker unless the test does its work itself."""
    back = LateTransport()
    pace = QUICK.__class__(soon_from_s=0.01, soon_to_s=0.02, slow_s=0.6, hang_s=HANG_S, first_retry_s=0.02)
    assert settings.sandbox_secret is not None
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(outside_world(settings, webhooks=back, pace=pace))
        provider = SandboxVerification(
            settings.sandbox_url, settings.sandbox_secret, transport=ImpatientTransport(world._transport)
        )
        stack.push_async_callback(provider.close)
        module = onboarding.module(services, provider)
        client = await stack.enter_async_context(platform.serve(settings, services, [module, *more]))
        back.target = client._transport
        if works:
            await stack.enter_async_context(working(settings, services, [module, *more]))
        yield Stage(services, client, module)


def picture(kind: str = "JPEG") -> bytes:
    """A picture that no other test has."""
    image, buffer = Image.new("RGB", (64, 48)), BytesIO()
    image.frombytes(new_id().bytes * (64 * 48 * 3 // 16))
    image.save(buffer, kind)
    return buffer.getvalue()


def passport_zone(given: str = "ADA", family: str = "PASS", birth: str = "910523", expiry: str = "310522") -> list[str]:
    """A Nigerian passport's zone with every digit right and a number of its own."""
    number = f"A{new_id().int % 10**8:08d}"
    personal = "<" * 14
    dated = f"{birth}{check_digit(birth)}"
    left = f"{number}{check_digit(number)}NGA{dated}F"
    right = f"{expiry}{check_digit(expiry)}{personal}<"
    composite = check_digit(left[:10] + dated + right)
    return [f"P<NGA{family}<<{given}".ljust(44, "<")[:44], f"{left}{right}{composite}"]


def fresh_bvn() -> str:
    """A BVN that no other test uses."""
    return f"{new_id().int % 10**11:011d}"


@dataclass(frozen=True)
class Applicant:
    """Somebody with a case, and the calls they make."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    user_id: UUID
    family: str = "Pass"

    @classmethod
    def new(cls, stage: Stage, tenant: Tenant, family: str = "Pass", *roles: Role) -> "Applicant":
        who = platform.caller(stage.services, tenant, *roles)
        return cls(stage.client, who.headers, who.user_id, family)

    async def call(self, method: str, path: str, body: Any = None, *, expect: int = 200, **more: Any) -> Any:
        """One call; its answer as JSON."""
        headers = self.headers | more.pop("headers", {})
        answer = await self.client.request(method, f"/v1{path}", json=body, headers=headers, **more)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def upload(self, purpose: str, content: bytes | None = None, *, expect: int = 201) -> Any:
        """Uploads a picture of their own, or what is given."""
        files = {"file": ("picture.jpg", content or picture(), "image/jpeg")}
        answer = await self.client.post("/v1/documents", files=files, data={"purpose": purpose}, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def details(self, **changes: Any) -> dict[str, Any]:
        person = {"given_name": "Ada", "family_name": self.family, "birth_date": "1991-05-23", "nationality": "NG"}
        return {**person, "bvn": fresh_bvn(), **changes}

    async def fill(self, case_id: str, *, zone: list[str] | None = None, **details: Any) -> Any:
        """Does every task of a person's case."""
        await self.call("PUT", f"/kyc/{case_id}/identity-details", self.details(**details))
        await self.give_document(case_id, zone=zone)
        selfie = await self.upload("selfie")
        await self.call("PUT", f"/kyc/{case_id}/selfie", {"document_id": selfie["id"]})
        address = {"line_1": "1 Marina", "city": "Lagos", "country": "NG"}
        return await self.call("PUT", f"/kyc/{case_id}/address", address)

    async def give_document(self, case_id: str, *, zone: list[str] | None = None) -> Any:
        front = await self.upload("identity_front")
        lines = zone or passport_zone(family=self.family.upper())
        body = {"kind": "passport", "issuing_country": "NG", "front_id": front["id"], "mrz": lines}
        return await self.call("PUT", f"/kyc/{case_id}/document", body)

    async def open(self) -> str:
        """Opens the case and returns its id."""
        case = await self.call("POST", "/kyc", expect=201)
        return str(case["id"])

    async def submitted(self, **details: Any) -> str:
        """A filled and submitted case."""
        case_id = await self.open()
        await self.fill(case_id, **details)
        await self.call("POST", f"/kyc/{case_id}/submit")
        return case_id

    async def settled(self, case_id: str, *, until: Callable[[Any], bool] | None = None, kind: str = "kyc") -> Any:
        """The case once the provider has answered."""
        waiting = {"submitted", "in_review"}
        done = until or (lambda case: case["state"] not in waiting)
        async with asyncio.timeout(60):
            while not done(case := await self.call("GET", f"/{kind}/{case_id}")):  # noqa: ASYNC110 -- as clients do
                await asyncio.sleep(0.03)
        return case


async def known_person(services: Services, tenant: Tenant, user_id: UUID) -> None:
    """Somebody who has signed up."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await people.add(tx, services.vault, Person(id=user_id, locale="en", registered_at=tx.now))


async def owned_business(services: Services, tenant: Tenant, owner: UUID, name: str = "Pass Foods Ltd") -> UUID:
    """A business that `owner` has registered."""
    business_id, members = new_id(), {owner: Role.BUSINESS_OWNER}
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await add_business(tx, services.vault, business_id, members, name=name)
    return business_id


async def join_business(services: Services, tenant: Tenant, business_id: UUID, user_id: UUID, role: Role) -> None:
    """Makes somebody a member."""
    await known_person(services, tenant, user_id)
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await businesses.join(tx, business_id, user_id, role)


def officer(given: str = "Ada", family: str = "Obi", **changes: Any) -> dict[str, Any]:
    """A director, or with `share_bps` an owner."""
    person = {"given_name": given, "family_name": family, "birth_date": "1980-02-01", "nationality": "NG"}
    return {**person, "bvn": fresh_bvn(), **changes}


async def fill_business(applicant: Applicant, case_id: str, legal_name: str = "Pass Foods Ltd") -> Any:
    """Does every task of a business's case."""
    registration = {
        "legal_name": legal_name,
        "registration_number": f"RC {new_id().int % 10**8}",
        "country": "NG",
        "registered_on": "2018-03-01",
    }
    await applicant.call("PUT", f"/kyb/{case_id}/registration-details", registration)
    await applicant.call("PUT", f"/kyb/{case_id}/directors", {"directors": [officer()]})
    owners = [officer(share_bps=6_000), officer("Bola", "Eze", share_bps=4_000)]
    await applicant.call("PUT", f"/kyb/{case_id}/beneficial-owners", {"owners": owners})
    proof = await applicant.upload("proof_of_address")
    address = {"line_1": "1 Marina", "city": "Lagos", "country": "NG", "proof_id": proof["id"]}
    return await applicant.call("PUT", f"/kyb/{case_id}/proof-of-address", address)
