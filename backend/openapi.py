"""The OpenAPI 3.1 document: what Litestar derives from the handlers, completed with what holds for every operation."""

from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Server
from litestar.routes import HTTPRoute

from backend.kernel.edge import KEY_HEADER, TENANT_HEADER
from backend.kernel.problems import MEDIA_TYPE

Json = dict[str, Any]

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
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    handlers = _handlers(app)
    for path_item in schema["paths"].values():
        for method, operation in path_item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                _complete(method, operation, handlers[operation["operationId"]], components["schemas"])
    return schema


def _handlers(app: Litestar) -> dict[str, HTTPRouteHandler]:
    return {
        str(handler.operation_id): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.operation_id
    }


def _complete(method: str, operation: Json, handler: HTTPRouteHandler, schemas: Json) -> None:
    public = bool(handler.opt.get("public"))
    operation["security"] = [] if public else [{"bearer": []}]
    parameters: list[Json] = operation.setdefault("parameters", [])
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
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "example" not in content and "examples" not in content:
            content["example"] = example_of(content.get("schema", {}), schemas)


def _header(name: str, description: str, shortest: int, longest: int, example: str | None = None) -> Json:
    shape = {"type": "string", "minLength": shortest, "maxLength": longest, "pattern": r"^[A-Za-z0-9._-]+$"}
    told = {"name": name, "in": "header", "required": True, "description": description, "schema": shape}
    return told | ({"example": example} if example else {"example": "0193a6f2-5b1c-7d44-9a51-3f0c8f2b7e10"})


def example_of(schema: Json, schemas: Json, depth: int = 0) -> Any:  # noqa: C901, PLR0911  (one return a kind of schema)
    """An example value that fits `schema`, from the examples of its fields."""
    if depth > 8:
        return None
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth + 1)
    if schema.get("examples"):
        return schema["examples"][0]
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("oneOf", "anyOf"):
        if schema.get(name):
            return example_of(schema[name][0], schemas, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return {
            name: example_of(field, schemas, depth + 1)
            for name, field in schema.get("properties", {}).items()
            if name in schema.get("required", ())
        }
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, depth + 1)]
    return _scalar(kind, schema)


def _scalar(kind: Any, schema: Json) -> Any:
    by_format = {
        "uuid": "0193a6f2-5b1c-7d44-9a51-3f0c8f2b7e10",
        "date": "2026-12-01",
        "date-time": "2026-12-01T09:00:00Z",
        "decimal": "24.5",
    }
    if kind == "string":
        return by_format.get(schema.get("format", ""), "text".ljust(schema.get("minLength", 0), "x"))
    return {"integer": max(schema.get("minimum", 1), 1), "number": 1, "boolean": True}.get(kind)
