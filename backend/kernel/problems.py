"""Errors as RFC 9457 problem details: one shape for every refusal, with a stable code and the request's id."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from backend.kernel.telemetry import correlation_id
from shared.errors import CaasError, InvalidInput, TooManyRequests
from shared.ids import new_id

MEDIA_TYPE = "application/problem+json"
PROBLEMS_PATH = "/problems"
log = structlog.get_logger(__name__)


class Problem(Struct, frozen=True, kw_only=True, rename=None):
    """Problem details (RFC 9457) with our extensions: `code`, `errors` for each field, and `request_id`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    errors: dict[str, str] | None = None


_CODE_OF_STATUS = {
    400: "invalid_input",
    401: "not_authenticated",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    body = {name: value for name, value in msgspec.to_builtins(problem).items() if value is not None}
    return Response(
        content=msgspec.json.encode(body),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"X-Request-Id": problem.request_id, **(headers or {})},
    )


def _problem(request: Request[Any, Any, Any], *, status: int, code: str, detail: str, **more: Any) -> Problem:
    return Problem(
        type=f"{PROBLEMS_PATH}/{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        instance=request.url.path,
        request_id=correlation_id() or new_id().hex,  # an address that no route matches has none yet
        **more,
    )


def on_caas_error(request: Request[Any, Any, Any], error: CaasError) -> Response[bytes]:
    """A refusal that the code declares."""
    fields = error.fields if isinstance(error, InvalidInput) and error.fields else None
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooManyRequests) else None
    if error.status >= 500:
        log.warning("request_failed", code=error.code, exc_info=error.__cause__)
    problem = _problem(request, status=error.status, code=error.code, detail=error.detail, errors=fields)
    return _answer(problem, headers)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """A refusal by the framework: routing, parsing, validation."""
    fields = None
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        fields = {
            str(part.get("key", "body")): str(part.get("message", "")) for part in error.extra if isinstance(part, dict)
        }
    if error.status_code >= 500:
        log.error("request_crashed", exc_info=error)
    code = _CODE_OF_STATUS.get(error.status_code, "refused" if error.status_code < 500 else "internal_error")
    problem = _problem(request, status=error.status_code, code=code, detail=error.detail, errors=fields or None)
    return _answer(problem, dict(error.headers) if error.headers else None)


def on_not_unicode(request: Request[Any, Any, Any], _: UnicodeDecodeError) -> Response[bytes]:
    """A body whose bytes are not UTF-8, which the JSON decoder says in its own way."""
    return on_caas_error(request, InvalidInput({"body": "is not UTF-8"}))


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: logged with its traceback, told without it."""
    log.error("request_crashed", exc_info=error)
    problem = _problem(request, status=500, code=CaasError.code, detail=CaasError.message)
    return _answer(problem)
