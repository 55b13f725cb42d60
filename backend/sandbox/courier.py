"""Delivers webhooks when they are due, signed for their address, again and again until they are taken."""

import asyncio
import contextlib
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import structlog

from backend.kernel import webhooks_in
from backend.kernel.db import Contention
from backend.sandbox.store import Waiting, World
from shared.client.webhooks import Webhook
from shared.errors import Unavailable

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 120
_AT_ONCE = 32
_SHORTEST_S, _IDLE_S = 0.01, 0.5
_LONGEST = timedelta(seconds=30)


class Courier:
    """One loop that hands out what is due; several may run side by side."""

    def __init__(self, world: World, secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._world = world
        self._secret = secret
        self._transport = transport
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Delivers until cancelled; a database that is away is waited for."""
        timeout = httpx.Timeout(10, connect=3)
        async with (
            httpx.AsyncClient(transport=self._transport, timeout=timeout) as http,
            asyncio.TaskGroup() as group,
        ):
            while True:
                self._world.stirred.clear()
                try:
                    pause_s = await self._start_due(http, group)
                except (Unavailable, Contention):
                    pause_s = _IDLE_S
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._world.stirred.wait(), pause_s)

    async def _start_due(self, http: httpx.AsyncClient, group: asyncio.TaskGroup) -> float:
        """Sends what is due; returns after how many seconds to look again, if nothing stirs."""
        free = _AT_ONCE - len(self._under_way)
        if not free:
            return _SHORTEST_S
        async with self._world.open() as tx:
            due = await tx.claim_webhooks(free)
            next_at = await tx.next_webhook_at()
            wait_s = _IDLE_S if next_at is None else (next_at - tx.now).total_seconds()
        for waiting in due:
            task = group.create_task(self._deliver(http, waiting))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return min(max(wait_s, _SHORTEST_S), _IDLE_S)

    async def _deliver(self, http: httpx.AsyncClient, waiting: Waiting) -> None:
        try:
            response = await http.post(waiting.url, content=waiting.body, headers=self._headers(waiting))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
            outcome, taken = type(failure).__name__, False
        else:
            outcome, taken = str(response.status_code), response.is_success
        # Without the note the webhook is sent again once its lease is over, as a real sender's would be.
        with contextlib.suppress(Unavailable, Contention):
            await self._note(waiting, outcome, taken=taken)

    def _headers(self, waiting: Waiting) -> dict[str, str]:
        """Raises ValueError for an address that is none."""
        webhook = Webhook(webhooks_in.endpoint_secret(self._secret, urlsplit(waiting.url).path))
        return {"Content-Type": "application/json", **webhook.sign(waiting.message_id, waiting.body)}

    async def _note(self, waiting: Waiting, outcome: str, *, taken: bool) -> None:
        async with self._world.open() as tx:
            if taken:
                await tx.end_webhook(waiting.id, outcome)
            elif waiting.attempts >= MAX_ATTEMPTS:
                await tx.end_webhook(waiting.id, f"given up: {outcome}")
                log.warning("webhook_given_up", attempt=waiting.attempts, reason=outcome)
            else:
                await tx.put_off_webhook(waiting.id, outcome, self._pause(waiting.attempts))

    def _pause(self, attempts: int) -> timedelta:
        first = timedelta(seconds=self._world.pace.first_retry_s)
        return min(_LONGEST, first * int(2 ** min(attempts - 1, 16)))
