"""Turns an answer that says no into the exception that stands for it (RFC 9457 problem details)."""

from datetime import datetime

import msgspec
from msgspec import Struct

from shared.client.errors import ApiError, ClientError, UnexpectedResponse, error_class
from shared.client.retry import retry_after_s

_FALLBACK_CODE = {429: "too_many_requests", 502: "unavailable", 503: "unavailable", 504: "unavailable"}


class Answer(Struct, frozen=True, kw_only=True):
    """One HTTP answer, read to its end. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes
    request_id: str | None

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _Problem(Struct, frozen=True, kw_only=True):
    code: str | None = None
    title: str = ""
    detail: str = ""
    instance: str | None = None
    errors: object = None
    request_id: str | None = None


def error_from(answer: Answer, *, now: datetime, idempotency_key: str | None) -> ClientError:
    """The exception for an answer outside 2xx.

    An answer without a problem document (a proxy's page, say) maps by its status; a redirect or an odd status is
    UnexpectedResponse.
    """
    wait = retry_after_s(answer.headers.get("retry-after"), now)
    problem = _problem_in(answer)
    if problem is None and answer.status not in _FALLBACK_CODE:
        return unexpected(answer, "The answer is not a problem document", idempotency_key)
    problem = problem or _Problem()
    return error_class(answer.status)(
        status=answer.status,
        code=problem.code or _FALLBACK_CODE.get(answer.status, f"http_{answer.status}"),
        title=problem.title,
        detail=problem.detail,
        instance=problem.instance,
        fields=_fields(problem.errors),
        retry_after_s=wait,
        request_id=answer.request_id or problem.request_id,
        idempotency_key=idempotency_key,
    )


def unexpected(answer: Answer, why: str, idempotency_key: str | None = None) -> UnexpectedResponse:
    """An UnexpectedResponse with the start of the body, to see who answered."""
    return UnexpectedResponse(
        f"{why}: status {answer.status}, {answer.media_type or 'no media type'}.",
        status=answer.status,
        body_start=answer.content[:200].decode(errors="replace"),
        request_id=answer.request_id,
        idempotency_key=idempotency_key,
    )


def is_problem(error: ClientError, *codes: str) -> bool:
    """Whether `error` is an API error with one of `codes`."""
    return isinstance(error, ApiError) and error.code in codes


def _problem_in(answer: Answer) -> _Problem | None:
    if answer.status < 400 or answer.media_type not in {"application/problem+json", "application/json"}:
        return None
    try:
        return msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.MsgspecError:
        return None


def _fields(errors: object) -> dict[str, str]:
    """Field errors as name -> reason, from an object or from RFC 9457's own list of `pointer` and `detail`."""
    if isinstance(errors, dict):
        return {str(name): str(reason) for name, reason in errors.items()}
    found: dict[str, str] = {}
    for item in errors if isinstance(errors, list) else []:
        if isinstance(item, dict):
            name = item.get("field") or item.get("pointer") or item.get("key") or ""
            found[str(name)] = str(item.get("detail") or item.get("message") or "")
    return found
