"""The sandbox's message provider over HTTP. What it takes lies in a tester's inbox a moment later."""

import ssl
from functools import cache
from typing import Final

import httpx
import msgspec
from msgspec import Struct

from backend.notifications.errors import MessengerSilent
from backend.notifications.ports import Message

_TIMEOUT: Final = httpx.Timeout(5, connect=2)


class _Sent(Struct, frozen=True, kw_only=True):
    status: str


class SandboxMessenger:
    """Fulfils `Messenger`."""

    def __init__(self, base_url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._transport = transport

    async def send(self, message: Message) -> bool:
        """Hands a message over; False when it bounced. Raises MessengerSilent."""
        body = msgspec.json.encode(message)
        try:
            async with self._client() as client:
                response = await client.post("/messages", content=body, headers=self._headers)
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=_Sent).status != "failed"
        except (httpx.HTTPError, msgspec.DecodeError) as failure:
            raise MessengerSilent from failure

    def _client(self) -> httpx.AsyncClient:
        if self._transport is not None:
            return httpx.AsyncClient(transport=self._transport, base_url=self._base_url, timeout=_TIMEOUT)
        return httpx.AsyncClient(verify=_trust(), base_url=self._base_url, timeout=_TIMEOUT)


@cache
def _trust() -> ssl.SSLContext:
    """Made once: reading the certificates takes longer than sending."""
    return ssl.create_default_context()
