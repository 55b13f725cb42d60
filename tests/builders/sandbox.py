"""The outside world inside a test: the real sandbox, in this process and in a hurry."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import msgspec

from backend.kernel import webhooks_in
from backend.sandbox.main import create_sandbox
from backend.sandbox.pace import Pace
from backend.sandbox.store import LEASE
from backend.settings import Settings
from shared.client.webhooks import Webhook
from shared.ids import new_id
from tests.builders import platform

PATIENCE_S = LEASE.total_seconds() + 10  # a webhook that was on its way when its process ended goes out after its lease
QUICK = Pace(soon_from_s=0.01, soon_to_s=0.02, slow_s=0.4, hang_s=0.3, first_retry_s=0.02)


@asynccontextmanager
async def outside_world(
    settings: Settings, *, webhooks: httpx.AsyncBaseTransport, pace: Pace = QUICK
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the sandbox that holds its key; webhooks go out by `webhooks`, say an ASGITransport of the platform.

    `client._transport` is what an adapter needs to reach the same sandbox.
    """
    app = create_sandbox(settings, pace=pace, transport=webhooks)
    async with platform._living(app):
        transport = httpx.ASGITransport(app=cast(Any, app), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {settings.sandbox_secret}"}
        async with httpx.AsyncClient(transport=transport, base_url=settings.sandbox_url, headers=headers) as client:
            yield client


@dataclass(frozen=True)
class Notice:
    """A webhook as it was received."""

    id: str
    type: str
    data: dict[str, Any]


@dataclass
class Ear:
    """Receives webhooks at an address that no other test knows, and checks their signatures."""

    secret: str
    refuse_first: int = 0
    url: str = field(default_factory=lambda: f"http://platform.test/hooks/{new_id().hex}")
    heard: list[Notice] = field(default_factory=list)
    refused: int = 0

    @property
    def transport(self) -> httpx.MockTransport:
        """What the sandbox sends its webhooks by."""
        return httpx.MockTransport(self._receive)

    def _receive(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != self.url:
            return httpx.Response(200)
        webhook = Webhook(webhooks_in.endpoint_secret(self.secret, request.url.path))
        message_id = webhook.verify(request.headers, request.content)
        if self.refused < self.refuse_first:
            self.refused += 1
            return httpx.Response(503)
        body = msgspec.json.decode(request.content)
        self.heard.append(Notice(id=message_id, type=body["type"], data=body["data"]))
        return httpx.Response(200)

    @property
    def types(self) -> list[str]:
        """What kinds were heard, in the order of arrival."""
        return [notice.type for notice in self.heard]

    async def wait(self, count: int) -> list[Notice]:
        """The notices once there are `count`; a moment longer, so that one too many would show."""
        await until(lambda: len(self.heard) >= count, timeout_s=PATIENCE_S)
        await asyncio.sleep(0.08)
        return self.heard


async def until(condition: Callable[[], bool], timeout_s: float = 60) -> None:
    """Waits until `condition` holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 -- what is waited for happens in another process's stead, unannounced
            await asyncio.sleep(0.01)
