"""The OpenAPI 3.1 document: what Litestar derives from the handlers, completed with what holds for every operation."""

from collections.abc import Iterator
from typing import Any, get_args

from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Server
from litestar.routes import HTTPRoute

from backend.kernel.edge import KEY_HEADER, TENANT_HEADER
from backend.kernel.json_schema import REF, Json, describe, example_of, used
from backend.kernel.problems import MEDIA_TYPE

Operation = tuple[str, Json, HTTPRouteHandler]

DESCRIPTION = """
Credit as a service: sign-up, verification, applications, decisions, offers, agreements, loans and money.

Every POST takes an `Idempotency-Key`: the same key with the same input returns the first answer, with
`Idempotency-Replayed: true`; with another input it is refused. Errors are problem details (RFC 9457) with a stable
`code`. Money is an integer count of the currency's minor unit. Every answer carries `X-Request-Id`.
""".strip()

_PROBLEM: Json = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/not_found"]},
        "title": {"type": "string", "examples": ["Not found"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "examples": ["There is no such thing here. Check the identifier."]},
        "code": {"type": "string", "examples": ["not_found"]},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_REQUEST_ID: Json = {
    "description": "Names this request in our logs; what the request sent as `X-Request-Id`, if it was fit",
    "schema": {"type": "string"},
    "example": "0193a6f25b1c7d449a513f0c8f2b7e10",
}
_JSON = "application/json"
_REFUSALS = {
    "400": "The request can't be understood; `errors` names the fields",
    "401": "Sign in first",
    "403": "Your roles do not allow this",
    "404": "It is not there, or not yours",
    "405": "This address does not take this method",
    "409": "It clashes with the present state",
    "413": "The body is too large",
    "415": "The body is of another media type than this takes",
    "422": "Understood, but it can't be done with these figures",
    "429": "Too many requests; wait for `Retry-After` seconds",
    "503": "A part that we depend on does not answer; safe to try again",
}
_ONLY_WITH_A_CALLER = ("403",)
_ONLY_WITH_A_BODY = ("413", "415")


def openapi_config(public_url: str) -> OpenAPIConfig:
    """What Litestar is told. The completed document is served by `backend.docs_pages`."""
    return OpenAPIConfig(
        title="CaaS API",
        version="2026-11-01",
        description=DESCRIPTION,
        servers=[Server(url=public_url)],
        path="/docs/raw",
        render_plugins=[JsonRenderPlugin()],
        use_handler_docstrings=True,
    )


def document(app: Litestar) -> Json:
    """The completed document as plain data."""
    schema: Json = app.openapi_schema.to_schema()
    components = schema.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    components["headers"] = {"RequestId": _REQUEST_ID}
    schemas = components.setdefault("schemas", {})
    operations = list(_operations(app, schema["paths"]))
    schemas |= _describe_bodies(operations)
    schemas["Problem"] = _PROBLEM
    for operation in operations:
        _complete(*operation, schemas)
    components["schemas"] = {name: schemas[name] for name in sorted(used(schema["paths"], schemas))}
    return schema


def _operations(app: Litestar, paths: Json) -> Iterator[Operation]:
    handlers = {
        str(handler.operation_id): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.operation_id
    }
    for path_item in paths.values():
        for method, operation in path_item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield method, operation, handlers[operation["operationId"]]


def _describe_bodies(operations: list[Operation]) -> Json:
    """Puts the structs' own schemas in place of the framework's looser ones; returns those that they refer to."""
    bodies: list[tuple[Json, Any]] = []
    for _, operation, handler in operations:
        asked = operation.get("requestBody", {}).get("content", {})
        if _JSON in asked and handler.parsed_data_field is not None:
            bodies.append((asked[_JSON], handler.parsed_data_field.annotation))
        given = operation.get("responses", {}).get(str(handler.status_code), {}).get("content", {})
        returned = handler.parsed_return_field
        kind = get_args(returned.annotation)[0] if returned.is_subclass_of(Response) else returned.annotation
        if kind is bytes and _JSON in given:
            given["*/*"] = {"schema": {"type": "string", "format": "binary"}}
            del given[_JSON]
        elif _JSON in given:
            bodies.append((given[_JSON], kind))
    schemas, components = describe(kind for _, kind in bodies)
    for (content, _), schema in zip(bodies, schemas, strict=True):
        content["schema"] = schema
    return components


def _complete(method: str, operation: Json, handler: HTTPRouteHandler, schemas: Json) -> None:
    public = bool(handler.opt.get("public"))
    operation["security"] = [] if public else [{"bearer": []}]
    parameters: list[Json] = operation.setdefault("parameters", [])
    if levels := handler.opt.get("by_chat"):  # how sure a bot must be of whom it speaks for
        operation["x-by-chat"] = sorted(levels)
    if method == "post" and not handler.opt.get("unkeyed"):
        parameters.append(_header(KEY_HEADER, "New for each thing you want done; the same to repeat it", 8, 200))
    if public and handler.opt.get("tenant", True):
        parameters.append(_header(TENANT_HEADER, "The tenant's short name", 1, 63, example="demo"))
    responses: Json = operation.setdefault("responses", {})
    left_out = _ONLY_WITH_A_CALLER * public + _ONLY_WITH_A_BODY * ("requestBody" not in operation)
    for status, meaning in _REFUSALS.items():
        if status in left_out:
            continue
        responses[status] = {
            "description": meaning,
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF + "Problem"}}},
        }
    bodies = [operation.get("requestBody", {}), responses.get(str(handler.status_code), {})]
    for content in (content for body in bodies for content in body.get("content", {}).values()):
        if "example" not in content and "examples" not in content:
            content["example"] = example_of(content.get("schema", {}), schemas)
    for response in responses.values():
        response.setdefault("headers", {})["X-Request-Id"] = {"$ref": "#/components/headers/RequestId"}


def _header(name: str, description: str, shortest: int, longest: int, example: str | None = None) -> Json:
    shape = {"type": "string", "minLength": shortest, "maxLength": longest, "pattern": "^[!-~]+$"}
    told = {"name": name, "in": "header", "required": True, "description": description, "schema": shape}
    return told | ({"example": example} if example else {"example": "0193a6f2-5b1c-7d44-9a51-3f0c8f2b7e10"})
