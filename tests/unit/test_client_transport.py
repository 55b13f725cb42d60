import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import Struct

from shared.client import errors
from tests.builders.sdk import BOTH, NOON, Sdk, Server, async_sdk, config, problem, script, sync_sdk

Make = Callable[..., Sdk]
both = pytest.mark.parametrize("make", BOTH)


class Thing(Struct, frozen=True, kw_only=True):
    name: str


class ThingIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str


def ok() -> httpx.Response:
    return httpx.Response(200, json={"name": "a loan"})


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, recorded instead of slept."""
    taken: list[float] = []

    async def async_sleep(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr("shared.client._async.transport.async_sleep", async_sleep)
    monkeypatch.setattr("shared.client._sync.transport.sleep", taken.append)
    return taken


@both
async def test_a_call_carries_tenant_agent_language_and_its_own_request_id(make: Make) -> None:
    server = script(ok())
    sdk = make(server, config=config(language="yo"))

    await sdk.call("get", "/v1/things", Thing)

    sent = server.requests[0]
    assert str(sent.url) == "https://api.test/v1/things"
    assert sent.headers["X-Tenant"] == "demo"
    assert sent.headers["User-Agent"].startswith("caas-python/")
    assert sent.headers["Accept-Language"] == "yo"
    assert UUID(sent.headers["X-Request-Id"]).version == 7
    assert "Authorization" not in sent.headers
    assert "Idempotency-Key" not in sent.headers


@both
async def test_the_path_of_the_base_address_is_kept(make: Make) -> None:
    server = script(ok())
    sdk = make(server, config=config(base_url="https://api.test/lend/"))

    await sdk.call("get", "/v1/things", Thing)

    assert str(server.requests[0].url) == "https://api.test/lend/v1/things"


@both
@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_passing_failure_is_tried_again_under_the_same_key_and_bytes(
    make: Make, status: int, pauses: list[float]
) -> None:
    server = script(problem(status, "busy"), problem(status, "busy"), httpx.Response(201, json={"name": "x"}))
    sdk = make(server)

    thing = await sdk.call("post", "/v1/things", ThingIn(name="x"), Thing)

    assert thing == Thing(name="x")
    assert len(pauses) == 2
    keys = server.headers("Idempotency-Key")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert UUID(keys[0]).version == 7
    assert {request.content for request in server.requests} == {b'{"name":"x"}'}
    assert len(set(server.headers("X-Request-Id"))) == 1


@both
async def test_a_key_that_was_given_is_used(make: Make) -> None:
    server = script(ok())

    await make(server).call("post", "/v1/things", None, Thing, idempotency_key="order-77-payment")

    assert server.headers("Idempotency-Key") == ["order-77-payment"]
    assert server.requests[0].content == b""


@both
async def test_each_post_gets_a_key_of_its_own(make: Make) -> None:
    server = script(ok(), ok())
    sdk = make(server)

    await sdk.call("post", "/v1/things", None, Thing)
    await sdk.call("post", "/v1/things", None, Thing)

    assert len(set(server.headers("Idempotency-Key"))) == 2


@both
@pytest.mark.parametrize("method", ["get", "put", "delete"])
async def test_methods_that_may_be_repeated_are(make: Make, method: str, pauses: list[float]) -> None:
    server = script(httpx.ConnectError("refused"), problem(503, "unavailable"), ok())
    arguments: list[Any] = [ThingIn(name="x")] if method == "put" else []

    assert await make(server).call(method, "/v1/things/1", *arguments, Thing) == Thing(name="a loan")
    assert len(pauses) == 2


@both
async def test_a_patch_is_repeated_with_a_key_only(make: Make, pauses: list[float]) -> None:
    without = script(problem(503, "unavailable"))
    with_key = script(problem(503, "unavailable"), ok())

    with pytest.raises(errors.Unavailable):
        await make(without).call("patch", "/v1/things/1", ThingIn(name="x"), Thing)
    await make(with_key).call("patch", "/v1/things/1", ThingIn(name="x"), Thing, idempotency_key="k-12345678")

    assert len(without.requests) == 1
    assert with_key.headers("Idempotency-Key") == ["k-12345678"] * 2
    assert len(pauses) == 1


@both
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
async def test_a_refusal_is_not_tried_again(make: Make, status: int, pauses: list[float]) -> None:
    server = script(problem(status, "no"))

    with pytest.raises(errors.ApiError):
        await make(server).call("get", "/v1/things", Thing)

    assert len(server.requests) == 1
    assert pauses == []


@both
async def test_tries_are_limited_and_the_last_failure_is_told(make: Make, pauses: list[float]) -> None:
    server = Server(lambda _: problem(503, "unavailable"))

    with pytest.raises(errors.Unavailable) as told:
        await make(server, config=config(max_retries=2)).call("post", "/v1/things", None, Thing)

    assert len(server.requests) == 3
    assert len(pauses) == 2
    assert told.value.idempotency_key == server.headers("Idempotency-Key")[0]


@both
async def test_retry_after_is_honoured_in_seconds_and_as_a_date(make: Make, pauses: list[float]) -> None:
    at = "Mon, 02 Mar 2026 12:00:09 GMT"
    server = script(
        problem(429, "too_many_requests", headers={"Retry-After": "4"}),
        problem(503, "unavailable", headers={"Retry-After": at}),
        ok(),
    )
    sdk = make(server)
    assert sdk.clock.now() == NOON

    await sdk.call("get", "/v1/things", Thing)

    assert pauses == [4.0, 9.0]


@both
async def test_a_wait_beyond_the_deadline_is_left_to_the_caller(make: Make, pauses: list[float]) -> None:
    server = script(problem(429, "too_many_requests", headers={"Retry-After": "3600"}))

    with pytest.raises(errors.TooManyRequests) as told:
        await make(server).call("get", "/v1/things", Thing)

    assert told.value.retry_after_s == 3600
    assert pauses == []


@both
async def test_pauses_grow_and_are_capped(make: Make, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.client.retry._random.uniform", lambda _low, high: high, raising=False)
    settings = config(max_retries=6, backoff_base_s=0.5, backoff_cap_s=3.0)
    server = Server(lambda _: problem(503, "unavailable"))

    with pytest.raises(errors.Unavailable):
        await make(server, config=settings).call("get", "/v1/things", Thing)

    assert pauses == [0.5, 1.0, 2.0, 3.0, 3.0, 3.0]


@both
async def test_a_server_never_reached_means_nothing_happened(make: Make, pauses: list[float]) -> None:
    server = script(*[httpx.ConnectError("refused")] * 4)

    with pytest.raises(errors.ConnectionFailed) as told:
        await make(server).call("post", "/v1/things", None, Thing)

    assert not told.value.outcome_unknown
    assert len(pauses) == 3


@both
async def test_a_broken_connection_is_repeated_under_the_key_and_its_outcome_is_unknown(
    make: Make, pauses: list[float]
) -> None:
    server = script(*[httpx.RemoteProtocolError("closed")] * 4)

    with pytest.raises(errors.ConnectionLost) as told:
        await make(server).call("post", "/v1/things", None, Thing)

    assert told.value.outcome_unknown
    assert told.value.idempotency_key
    assert len(set(server.headers("Idempotency-Key"))) == 1
    assert len(pauses) == 3


@both
async def test_a_missing_answer_is_not_asked_for_again_and_says_so(make: Make, pauses: list[float]) -> None:
    server = script(httpx.ReadTimeout("slow"))

    with pytest.raises(errors.TimedOut) as told:
        await make(server).call("post", "/v1/things", None, Thing)

    assert isinstance(told.value, TimeoutError)
    assert told.value.outcome_unknown
    assert told.value.request_id == server.headers("X-Request-Id")[0]
    assert told.value.idempotency_key == server.headers("Idempotency-Key")[0]
    assert pauses == []


@both
async def test_no_connection_in_time_is_tried_again(make: Make, pauses: list[float]) -> None:
    server = script(httpx.ConnectTimeout("slow"), ok())

    await make(server).call("get", "/v1/things", Thing)

    assert len(pauses) == 1


@both
async def test_strict_time_outs_reach_the_connection(make: Make) -> None:
    server = script(ok())

    await make(server, config=config(connect_timeout_s=1.5, read_timeout_s=7)).call("get", "/v1/things", Thing)

    assert server.requests[0].extensions["timeout"] == {"connect": 1.5, "read": 7, "write": 7, "pool": 1.5}


@both
async def test_the_deadline_cuts_the_time_outs_of_a_try(make: Make) -> None:
    server = script(ok())

    await make(server, config=config(deadline_s=2.0)).call("get", "/v1/things", Thing)

    assert 1.0 < server.requests[0].extensions["timeout"]["read"] <= 2.0


@both
async def test_an_oversized_answer_is_refused(make: Make) -> None:
    server = script(httpx.Response(200, content=b"x" * 5000))

    with pytest.raises(errors.UnexpectedResponse, match="exceeds 4096 bytes"):
        await make(server, config=config(max_response_bytes=4096)).call("get", "/v1/things", Thing)


async def test_an_answer_that_trickles_in_is_cut_off_at_the_deadline() -> None:
    async def drip() -> AsyncIterator[bytes]:
        for _ in range(50):
            await asyncio.sleep(0.01)
            yield b" "

    def drip_for_threads() -> Iterator[bytes]:
        for _ in range(50):
            time.sleep(0.01)
            yield b" "

    for make, content in ((async_sdk, drip()), (sync_sdk, drip_for_threads())):
        server = script(httpx.Response(200, content=content))
        with pytest.raises(errors.TimedOut):
            await make(server, config=config(deadline_s=0.05)).call("get", "/v1/things", Thing)


@both
async def test_a_redirect_is_not_followed(make: Make) -> None:
    server = script(httpx.Response(302, headers={"Location": "https://elsewhere.test/"}))

    with pytest.raises(errors.UnexpectedResponse) as told:
        await make(server).call("get", "/v1/things", Thing)

    assert told.value.status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"base_url": "api.test"}, "not a web address"),
        ({"base_url": "http://api.test"}, "plain http"),
        ({"base_url": "https://user@api.test"}, "user name"),
        ({"tenant": ""}, "tenant is empty"),
        ({"read_timeout_s": 0}, "positive"),
        ({"max_retries": 99}, "between 0 and 10"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        config(**changes)


def test_plain_http_is_for_this_machine_or_by_consent() -> None:
    local = config(base_url="http://127.0.0.1:8000")
    trusted = config(base_url="http://api.internal:8000", allow_plain_http=True)

    assert (local.allow_plain_http, trusted.allow_plain_http) == (False, True)
