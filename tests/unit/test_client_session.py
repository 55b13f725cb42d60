import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import Struct

from shared.client import AsyncMemoryTokenStore, errors
from shared.client.call import Call
from shared.client.tokens import Tokens
from tests.builders.sdk import BOTH, NOON, Sdk, Server, async_sdk, config, grant, problem, script, settle

Make = Callable[..., Sdk]
both = pytest.mark.parametrize("make", BOTH)


class Thing(Struct, frozen=True, kw_only=True):
    name: str


class AuthServer:
    """Issues pairs of tokens, replays a repeated key, and counts a spent refresh token as theft."""

    def __init__(self, *, slow_s: float = 0.0) -> None:
        self.generation = 1
        self.refreshes: list[httpx.Request] = []
        self.reuses = 0
        self.answers: dict[str, bytes] = {}
        self.lose_answers = 0
        self._slow_s = slow_s
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/refresh":
            time.sleep(self._slow_s)
            with self._lock:
                return self._refresh(request)
        if request.headers.get("Authorization") != f"Bearer access-{self.generation}":
            return problem(401, "not_authenticated")
        return httpx.Response(200, json={"name": "a loan"})

    def _refresh(self, request: httpx.Request) -> httpx.Response:
        self.refreshes.append(request)
        key = request.headers["Idempotency-Key"]
        if key not in self.answers:
            if msgspec.json.decode(request.content) != {"refresh_token": f"refresh-{self.generation}"}:
                self.reuses += 1
                return problem(401, "refresh_reused")
            self.generation += 1
            self.answers[key] = msgspec.json.encode(grant(self.generation))
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx.ReadTimeout("lost")
        return httpx.Response(200, content=self.answers[key])

    def expire_access(self) -> None:
        """Makes the access token in use worthless, as a restart with new keys would."""
        self.generation += 1
        self.answers.clear()


async def signed_in(make: Make, server: Any, **options: Any) -> Sdk:
    sdk = make(server, **options)
    await settle(sdk.client.adopt(grant(1)))
    return sdk


@both
async def test_calls_carry_the_access_token_except_public_ones(make: Make) -> None:
    server = Server(lambda _: httpx.Response(200, json={"name": "x"}))
    sdk = await signed_in(make, server)

    await sdk.call("get", "/v1/things", Thing)
    await sdk.call("get", "/v1/things", Thing, public=True)

    assert server.headers("Authorization") == ["Bearer access-1", None]


@both
async def test_tokens_are_renewed_shortly_before_they_expire(make: Make) -> None:
    server = AuthServer()
    sdk = await signed_in(make, server)

    sdk.clock.advance(timedelta(seconds=869))
    await sdk.call("get", "/v1/things", Thing)
    assert server.refreshes == []

    sdk.clock.advance(timedelta(seconds=1))
    await sdk.call("get", "/v1/things", Thing)
    assert len(server.refreshes) == 1
    assert "Authorization" not in server.refreshes[0].headers
    stored = await settle(sdk.client.tokens.load())
    assert (stored.access_token, stored.refresh_token) == ("access-2", "refresh-2")
    assert stored.renew_at == sdk.clock.now() + timedelta(seconds=870)


def test_short_lived_tokens_are_renewed_at_half_their_life() -> None:
    tokens = Tokens.granted(grant(1, expires_in=20), NOON)

    assert not tokens.is_due(NOON + timedelta(seconds=9))
    assert tokens.is_due(NOON + timedelta(seconds=10))
    assert not Tokens.granted(grant(1, refresh=False), NOON).is_due(NOON + timedelta(days=9))


@both
async def test_a_401_renews_once_and_repeats_the_call_under_its_key(make: Make) -> None:
    seen: list[tuple[str, str]] = []
    auth = AuthServer()
    auth.generation = 1

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/auth/refresh":
            seen.append((request.headers["Authorization"], request.headers["Idempotency-Key"]))
            if request.headers["Authorization"] == "Bearer access-1":
                return problem(401, "not_authenticated")
        return auth(request)

    sdk = await signed_in(make, handler)

    await sdk.call("post", "/v1/things", None, Thing)

    assert [bearer for bearer, _ in seen] == ["Bearer access-1", "Bearer access-2"]
    assert len({key for _, key in seen}) == 1


@both
async def test_a_401_after_renewal_is_final(make: Make) -> None:
    refreshes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/refresh":
            refreshes.append(1)
            return httpx.Response(200, content=msgspec.json.encode(grant(2)))
        return problem(401, "step_up_required")

    sdk = await signed_in(make, handler)

    with pytest.raises(errors.NotAuthenticated) as told:
        await sdk.call("get", "/v1/things", Thing)

    assert told.value.code == "step_up_required"
    assert len(refreshes) == 1


@both
async def test_without_tokens_a_401_is_told_at_once(make: Make) -> None:
    server = script(problem(401, "not_authenticated"))

    with pytest.raises(errors.NotAuthenticated):
        await make(server).call("get", "/v1/things", Thing)

    assert len(server.requests) == 1


@both
async def test_a_dead_refresh_token_ends_the_session(make: Make) -> None:
    sdk = await signed_in(make, lambda _: problem(401, "session_revoked", detail="Signed out elsewhere."))

    with pytest.raises(errors.SessionExpired) as told:
        await sdk.call("get", "/v1/things", Thing)

    assert told.value.code == "session_revoked"
    assert isinstance(told.value, errors.NotAuthenticated)
    assert await settle(sdk.client.tokens.load()) is None


@both
async def test_a_refresh_that_fails_on_the_way_keeps_the_tokens(make: Make) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/refresh":
            return problem(500, "internal_error")
        return problem(401, "not_authenticated")

    sdk = await signed_in(make, handler)

    with pytest.raises(errors.ServerError):
        await sdk.call("get", "/v1/things", Thing)

    assert (await settle(sdk.client.tokens.load())).refresh_token == "refresh-1"


@both
async def test_thirty_calls_at_once_refresh_once(make: Make) -> None:
    server = AuthServer(slow_s=0.02)
    sdk = await signed_in(make, server)
    sdk.clock.advance(timedelta(hours=1))

    results = await sdk.together(*[lambda: sdk.resource._get("/v1/things", Thing)] * 30)

    assert results == [Thing(name="a loan")] * 30
    assert len(server.refreshes) == 1
    assert server.reuses == 0


@both
async def test_calls_that_fail_after_the_renewal_of_others_do_not_spend_the_new_pair(make: Make) -> None:
    server = AuthServer()
    sdk = await signed_in(make, server)
    await settle(sdk.client._session._renew("access-1"))

    await settle(sdk.client._session._renew("access-1"))

    assert len(server.refreshes) == 1
    assert server.reuses == 0


@both
async def test_two_clients_over_one_store_refresh_once(make: Make) -> None:
    server = AuthServer(slow_s=0.01)
    first = await signed_in(make, server)
    second = make(server, tokens=first.client.tokens)
    first.clock.advance(timedelta(hours=1))
    second.clock.advance(timedelta(hours=1))

    calls = [lambda sdk=sdk: sdk.resource._get("/v1/things", Thing) for sdk in (first, second) * 5]
    results = await first.together(*calls)

    assert results == [Thing(name="a loan")] * 10
    assert len(server.refreshes) == 1
    assert server.reuses == 0


@both
async def test_a_lost_answer_to_a_refresh_is_asked_for_again_under_its_key(make: Make) -> None:
    server = AuthServer()
    server.lose_answers = 1
    sdk = await signed_in(make, server)
    sdk.clock.advance(timedelta(hours=1))

    with pytest.raises(errors.TimedOut):
        await sdk.call("get", "/v1/things", Thing)
    restarted = make(server, tokens=sdk.client.tokens)
    restarted.clock.advance(timedelta(hours=1))
    assert await restarted.call("get", "/v1/things", Thing) == Thing(name="a loan")

    assert len(server.refreshes) == 2
    assert len({request.headers["Idempotency-Key"] for request in server.refreshes}) == 1
    assert server.reuses == 0


async def test_a_cancelled_call_does_not_lose_the_rotated_pair() -> None:
    started = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/refresh":
            started.set()
            await asyncio.sleep(0.02)
            return httpx.Response(200, content=msgspec.json.encode(grant(2)))
        return httpx.Response(200, json={"name": "a loan"})

    sdk = await signed_in(async_sdk, handler)
    sdk.clock.advance(timedelta(hours=1))
    call = asyncio.create_task(sdk.resource._get("/v1/things", Thing))
    await started.wait()

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await sdk.client.aclose()

    assert (await sdk.client.tokens.load()).access_token == "access-2"


@both
async def test_users_share_connections_and_nothing_else(make: Make) -> None:
    server = Server(lambda _: httpx.Response(200, json={"name": "x"}))
    sdk = await signed_in(make, server)
    other = sdk.client.as_user()
    await settle(other.adopt(grant(7)))

    await settle(other._session.send(Call(method="GET", path="/v1/things")))
    await sdk.call("get", "/v1/things", Thing)

    assert server.headers("Authorization") == ["Bearer access-7", "Bearer access-1"]
    assert other._connections is sdk.client._connections


@both
async def test_forgetting_signs_out_here(make: Make) -> None:
    server = Server(lambda _: httpx.Response(200, json={"name": "x"}))
    sdk = await signed_in(make, server)

    await settle(sdk.client.forget())
    await sdk.call("get", "/v1/things", Thing)

    assert server.headers("Authorization") == [None]


async def test_a_client_closes_its_connections_but_not_those_it_was_lent() -> None:
    sdk = async_sdk(Server(lambda _: httpx.Response(200, json={"name": "x"})), config=config())
    async with sdk.client as client:
        async with client.as_user(AsyncMemoryTokenStore()):
            pass
        assert not client._connections.api._http.is_closed

    assert client._connections.api._http.is_closed
