import inspect
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from shared import errors as server_errors
from shared.client import errors
from shared.client.config import ClientConfig
from shared.client.failures import failure_from
from shared.client.problems import Answer, error_from
from shared.client.retry import retry_after_s
from shared.errors import CaasError

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def answer(status: int, document: Any = None, media_type: str = "application/problem+json", **headers: str) -> Answer:
    content = document if isinstance(document, bytes) else msgspec.json.encode(document)
    return Answer(status=status, headers={"content-type": media_type, **headers}, content=content, request_id="r-1")


def error_of(*arguments: Any, **options: Any) -> Any:
    return error_from(answer(*arguments, **options), now=NOW, idempotency_key="k-1")


def test_each_branch_of_the_servers_tree_has_its_mirror() -> None:
    for branch in CaasError.__subclasses__():
        if branch.__module__ != server_errors.__name__:
            continue
        error = error_of(branch.status, {"code": branch.code, "status": branch.status, "title": "t", "detail": "d"})

        assert type(error).__name__ == branch.__name__
        assert (error.status, error.code, error.detail) == (branch.status, branch.code, "d")


def test_the_tree_printed_in_the_module_is_the_tree() -> None:
    def tree(kind: type[BaseException], depth: int) -> list[tuple[int, str]]:
        below = [line for child in kind.__subclasses__() for line in tree(child, depth + 1)]
        return [(depth, kind.__name__), *below]

    printed = []
    for line in inspect.getdoc(errors).splitlines()[1:]:  # type: ignore[union-attr]
        stem = line.lstrip(" │├└─")
        name = stem.split(" ")[0]
        if name[:1].isupper() and hasattr(errors, name):
            printed.append(((len(line) - len(stem)) // 4, name))

    assert printed[0] == (0, "ClientError")
    assert sorted(printed) == sorted(tree(errors.ClientError, 0))


def test_a_leaf_code_maps_by_its_status() -> None:
    error = error_of(409, {"code": "loan_not_active", "detail": "Closed."})

    assert isinstance(error, errors.Conflict)
    assert error.code == "loan_not_active"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_page_means_unavailable(status: int) -> None:
    error = error_of(status, b"<html>", "text/html", **{"retry-after": "7"})

    assert isinstance(error, errors.Unavailable)
    assert (error.code, error.retry_after_s, error.request_id) == ("unavailable", 7, "r-1")


@pytest.mark.parametrize(("status", "body"), [(404, b"<html>"), (500, b"boom"), (302, b""), (400, b"[1]")])
def test_an_answer_that_is_no_problem_document_is_unexpected(status: int, body: bytes) -> None:
    error = error_of(status, body, "text/html" if status != 400 else "application/problem+json")

    assert isinstance(error, errors.UnexpectedResponse)
    assert error.status == status
    assert error.body_start == body.decode()


@pytest.mark.parametrize(("status", "kind"), [(418, errors.ApiError), (501, errors.ServerError)])
def test_an_unknown_status_maps_to_its_family(status: int, kind: type[errors.ApiError]) -> None:
    assert type(error_of(status, {"code": "odd"})) is kind


@pytest.mark.parametrize(
    "told",
    [
        {"amount": "is negative"},
        [{"field": "amount", "message": "is negative"}],
        [{"pointer": "amount", "detail": "is negative"}],
    ],
)
def test_field_errors_are_read_in_either_form(told: object) -> None:
    assert error_of(400, {"code": "invalid_input", "errors": told}).fields == {"amount": "is negative"}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("Mon, 02 Mar 2026 12:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 12:00:30 -0000", None),
    ],
)
def test_retry_after_is_read_as_rfc_9110_says(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


@pytest.mark.parametrize(
    ("raised", "method", "kind", "unknown"),
    [
        (httpx.ConnectError("x"), "POST", errors.ConnectionFailed, False),
        (httpx.ProxyError("x"), "POST", errors.ConnectionFailed, False),
        (httpx.LocalProtocolError("x"), "POST", errors.ConnectionFailed, False),
        (httpx.ConnectTimeout("x"), "POST", errors.TimedOut, False),
        (httpx.PoolTimeout("x"), "POST", errors.TimedOut, False),
        (httpx.ReadTimeout("x"), "POST", errors.TimedOut, True),
        (httpx.WriteTimeout("x"), "PUT", errors.TimedOut, True),
        (httpx.ReadTimeout("x"), "GET", errors.TimedOut, False),
        (httpx.ReadError("x"), "POST", errors.ConnectionLost, True),
        (httpx.RemoteProtocolError("x"), "GET", errors.ConnectionLost, False),
        (httpx.DecodingError("x"), "POST", errors.ConnectionLost, True),
    ],
)
def test_a_failure_on_the_way_says_whether_the_call_may_have_worked(
    raised: httpx.RequestError, method: str, kind: type[errors.TransportError], *, unknown: bool
) -> None:
    failure = failure_from(raised, method=method, request_id="r-9", idempotency_key="k-9")

    assert type(failure) is kind
    assert failure.outcome_unknown is unknown
    assert (failure.request_id, failure.idempotency_key) == ("r-9", "k-9")


def test_settings_show_no_secret() -> None:
    assert "token" not in repr(ClientConfig(base_url="https://api.test", tenant="demo"))
