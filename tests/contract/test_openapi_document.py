"""The OpenAPI document and its pages: whole, exact, and sufficient without anything from outside."""

import re
from typing import Any, get_args

import msgspec
import pytest
from litestar import HttpMethod, Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from backend import wiring
from backend.kernel.module import Services
from backend.main import create_app
from backend.openapi import document
from backend.settings import Settings
from tests.builders import platform

SUCCESS = re.compile(r"2\d\d")
OPERATION_ID = re.compile(r"[a-z]+([A-Z][a-z0-9]*)*")
JSON = "application/json"


@pytest.fixture
def app(settings: Settings, services: Services) -> Litestar:
    return create_app(wiring.assemble(settings, services, wiring.modules(settings, services)))


@pytest.fixture
def handlers(app: Litestar) -> list[HTTPRouteHandler]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    found = {id(handler): handler for route in routes for handler in route.route_handlers}
    return [handler for handler in found.values() if handler.http_methods != {HttpMethod.OPTIONS}]


@pytest.fixture
def operations(app: Litestar) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document(app)["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "patch", "delete"}
    }


def test_every_handler_names_its_operation_itself(handlers: list[HTTPRouteHandler]) -> None:
    described = [handler for handler in handlers if handler.resolve_include_in_schema()]

    ids = [handler.operation_id for handler in described]

    assert [handler.fn for handler in described if not isinstance(handler.operation_id, str)] == []
    assert sorted(map(str, ids)) == sorted(set(map(str, ids)))
    assert [each for each in ids if not OPERATION_ID.fullmatch(str(each))] == []


def test_every_operation_says_what_it_does_and_what_it_refuses(operations: dict[str, dict[str, Any]]) -> None:
    lacking = [(name, what) for name, operation in operations.items() for what in missing_in(operation)]

    assert lacking == []
    assert len(operations) > 150


def missing_in(operation: dict[str, Any]) -> list[str]:
    refusals = {status: it for status, it in operation["responses"].items() if not SUCCESS.fullmatch(status)}
    requested = [parameter for parameter in operation["parameters"] if parameter["in"] != "path"]
    told = {
        "summary": operation.get("summary"),
        "description": operation.get("description"),
        "tags": operation.get("tags"),
        "one kind of success": len(operation["responses"]) == len(refusals) + 1,
        "refusals": {"400", "401", "404", "429", "503"} <= refusals.keys(),
        "problem details": all("application/problem+json" in refusal["content"] for refusal in refusals.values()),
        "who may call it": "security" in operation,
        "described parameters": all(parameter.get("description") for parameter in requested),
    }
    return [what for what, it in told.items() if not it]


def test_every_body_has_an_example_that_its_own_struct_reads(
    operations: dict[str, dict[str, Any]], handlers: list[HTTPRouteHandler]
) -> None:
    by_id = {str(handler.operation_id): handler for handler in handlers}
    wrong, tried = [], 0

    for name, operation in operations.items():
        handler = by_id[operation["operationId"]]
        for content, kind in bodies(operation, handler):
            tried += 1
            try:
                msgspec.json.decode(msgspec.json.encode(content["example"]), type=kind)
            except msgspec.ValidationError as refusal:
                wrong.append((name, str(refusal)))

    assert wrong == []
    assert tried > 200


def bodies(operation: dict[str, Any], handler: HTTPRouteHandler) -> list[tuple[dict[str, Any], Any]]:
    asked = operation.get("requestBody", {}).get("content", {}).get(JSON)
    given = operation["responses"][str(handler.status_code)].get("content", {}).get(JSON)
    data, returned = handler.parsed_data_field, handler.parsed_return_field
    kind = get_args(returned.annotation)[0] if returned.is_subclass_of(Response) else returned.annotation
    return ([(asked, data.annotation)] if asked and data else []) + ([(given, kind)] if given else [])


@pytest.mark.parametrize("path", ["/docs", "/docs/redoc"])
async def test_a_page_takes_nothing_from_outside(path: str, settings: Settings, services: Services) -> None:
    async with platform.serve(settings, services, []) as client:
        page = await client.get(path)
        scripts = re.findall(r'src="([^"]+)"', page.text)
        answers = [await client.get(script) for script in scripts]

    assert page.headers["content-type"].startswith("text/html")
    assert re.findall(r"https?://|//[a-z]", page.text) == []
    assert len(scripts) == 2
    assert [(answer.status_code, answer.headers["content-type"]) for answer in answers] == [
        (200, "text/javascript; charset=utf-8")
    ] * 2
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} <= {
        "'none'",
        "'self'",
        "'unsafe-inline'",
        "data:",
        "blob:",
    }
