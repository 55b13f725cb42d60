"""Both flavours of the SDK over a scripted server, so that one test speaks for the two."""

import asyncio
import inspect
from collections.abc import AsyncIterable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from shared.client._async import client as async_client
from shared.client._async import resource as async_resource
from shared.client._sync import client as sync_client
from shared.client._sync import resource as sync_resource
from shared.client.config import ClientConfig
from shared.client.tokens import RefreshAnswer
from shared.clock import FixedClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Handler = Callable[[httpx.Request], httpx.Response]


def config(**changes: Any) -> ClientConfig:
    """Settings without pauses between tries."""
    return ClientConfig(**{"base_url": "https://api.test", "tenant": "demo", "backoff_base_s": 0.0, **changes})


def grant(n: int = 1, *, expires_in: int = 900, refresh: bool = True) -> RefreshAnswer:
    """The n-th pair of tokens."""
    return RefreshAnswer(
        access_token=f"access-{n}", refresh_token=f"refresh-{n}" if refresh else None, expires_in=expires_in
    )


def problem(status: int, code: str, *, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
    """A problem document as the API writes it."""
    document = {"type": f"/problems/{code}", "title": code, "status": status, "detail": "No.", "code": code, **fields}
    content = msgspec.json.encode(document)
    return httpx.Response(
        status, content=content, headers={"Content-Type": "application/problem+json", **(headers or {})}
    )


@dataclass
class Server:
    """Answers with `handler` and remembers what it was asked."""

    handler: Handler
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.handler(request)

    def headers(self, name: str) -> list[str | None]:
        """One header of each request."""
        return [request.headers.get(name) for request in self.requests]


def script(*steps: httpx.Response | Exception) -> Server:
    """A server that takes one step for each request."""
    remaining = list(steps)

    def step(_: httpx.Request) -> httpx.Response:
        answer = remaining.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Server(step)


@dataclass
class Sdk:
    """One flavour: a client, a bare resource on it, and what is needed to await either."""

    client: Any
    resource: Any
    clock: FixedClock
    is_async: bool

    async def call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Calls `resource._<method>` and waits for its result."""
        return await settle(getattr(self.resource, f"_{method}")(*arguments, **options))

    async def collect(self, items: Any) -> list[Any]:
        """All items of an iterator."""
        if isinstance(items, AsyncIterable):
            return [item async for item in items]
        assert isinstance(items, Iterable)
        return list(items)

    async def together(self, *calls: Callable[[], Any]) -> list[Any]:
        """Runs calls at once, in tasks or in threads; failures come back as values."""
        if self.is_async:
            return await asyncio.gather(*(call() for call in calls), return_exceptions=True)
        return await asyncio.gather(*(asyncio.to_thread(call) for call in calls), return_exceptions=True)


async def settle(value: Any) -> Any:
    """The value itself, or what it resolves to."""
    return await value if inspect.isawaitable(value) else value


def async_sdk(server: Any, **options: Any) -> Sdk:
    """The asynchronous flavour."""
    clock = FixedClock(NOON)
    transport = httpx.MockTransport(server)
    client = async_client.AsyncClient(options.pop("config", config()), transport=transport, clock=clock, **options)
    return Sdk(client, async_resource.Resource(client._session), clock, is_async=True)


def sync_sdk(server: Any, **options: Any) -> Sdk:
    """The synchronous flavour."""
    clock = FixedClock(NOON)
    transport = httpx.MockTransport(server)
    client = sync_client.Client(options.pop("config", config()), transport=transport, clock=clock, **options)
    return Sdk(client, sync_resource.Resource(client._session), clock, is_async=False)


BOTH = [async_sdk, sync_sdk]
