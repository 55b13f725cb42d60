"""The SDK offers all that the API serves, and asks for nothing else."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from litestar import Litestar, Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from backend import wiring
from backend.kernel.module import Services
from backend.main import create_app
from backend.settings import Settings
from shared.client import Client
from shared.client._sync.resource import Resource
from shared.paging import Page
from tests.contract.sdk_calls import CONFIG, Asked, asked_by, disagreement, resources, served_by

# What the client asks for by itself, whichever method is called: its session renews its tokens.
BY_ITSELF = {"POST /v1/auth/refresh"}


class ThingIn(Struct, frozen=True, kw_only=True):
    name: str


class Thing(Struct, frozen=True, kw_only=True):
    id: UUID


class Things(Resource):
    def thing(self, thing_id: UUID) -> Thing:
        return self._get(f"/v1/things/{thing_id}", Thing)

    def iterate(self, *, limit: int = 5) -> Iterator[Thing]:
        return self._pages("/v1/things", Thing, limit=limit)

    def make(self, body: ThingIn, *, idempotency_key: str | None = None) -> Thing:
        return self._post("/v1/things", body, Thing, idempotency_key=idempotency_key)

    def newest(self) -> Page[Thing]:
        return self._get("/v1/things/newest", Page[Thing])


@get("/v1/things/{thing_id:uuid}")
async def get_thing(thing_id: FromPath[UUID]) -> Response[Thing]:
    return Response(Thing(id=thing_id))


@get("/v1/things/newest")
async def get_newest() -> Thing:
    raise NotImplementedError


@get("/v1/things")
async def list_things() -> Page[Thing]:
    raise NotImplementedError


@post("/v1/things")
async def make_thing(data: JSONBody[Thing]) -> Thing:
    raise NotImplementedError


def _all_asked() -> list[Asked]:
    with Client(CONFIG) as client:
        return [asked for part in resources(client).values() for asked in asked_by(type(part))]


def test_what_a_method_asks_for_is_found_by_calling_it() -> None:
    found = {asked.name: asked for asked in asked_by(Things)}

    assert {(asked.method, asked.path.rsplit("/", 1)[0]) for asked in found.values()} == {
        ("GET", "/v1/things"),
        ("GET", "/v1"),
        ("POST", "/v1"),
    }
    assert found["Things.make"].body is ThingIn


def test_differences_between_sdk_and_api_are_told() -> None:
    app = Litestar([get_thing, get_newest, list_things, make_thing], openapi_config=None)
    told = {}
    for asked in asked_by(Things):
        served = next(it for it in served_by(app) if it.matches(asked))
        told[asked.name] = disagreement(asked, served)

    assert told["Things.thing"] is None
    assert told["Things.iterate"] is None
    assert told["Things.make"] == f"Things.make (POST /v1/things) sends {ThingIn}, the API takes {Thing}"
    assert "expects" in str(told["Things.newest"])


@pytest.fixture(scope="module")
def app(settings: Settings, services: Services) -> Litestar:
    return create_app(wiring.assemble(settings, services, wiring.modules(settings, services)))


def test_each_call_of_the_sdk_is_served_as_it_expects(app: Litestar) -> None:
    served = served_by(app)
    complaints = []
    for asked in _all_asked():
        operation = next((it for it in served if it.matches(asked)), None)
        found = f"{asked} is not served" if operation is None else disagreement(asked, operation)
        complaints += [found] if found else []

    assert not complaints, "\n".join(complaints)


def test_each_operation_of_the_api_can_be_reached_by_the_sdk(app: Litestar) -> None:
    served = served_by(app)
    reached = {next((it for it in served if it.matches(asked)), None) for asked in _all_asked()}
    missed = {f"{it.method} {it.path}" for it in served if it not in reached}

    assert missed == BY_ITSELF, "\n".join(missed ^ BY_ITSELF)
