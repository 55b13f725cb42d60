"""The raw path: verifies a webhook's signature, stores its body by one statement, answers. Nothing else.

It is what the bot is held against: the least that a Python program on this server and driver can do with a webhook.
Started by uvicorn with as many workers as the bot has; CAAS_BOT_DATABASE_URL and CAAS_BOT_LINES are the bot's.
"""

import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg

from bot.settings import from_environ
from bot.store.schema import plain
from shared.ids import new_id

Message = MutableMapping[str, Any]
_INSERT = (
    "INSERT INTO bot.inbox (event_id, conversation_id, body, received_at, done_at) VALUES ($1, $2, $3, now(), now())"
)


class Bare:
    """One ASGI application over one pool."""

    def __init__(self) -> None:
        self._settings = from_environ(os.environ)
        self._secret = self._settings.lines[0].app_secret.encode()
        self._pool: Any = None

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        wanted = b"sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest().encode()
        status = 200 if hmac.compare_digest(dict(scope["headers"]).get(b"x-hub-signature-256", b""), wanted) else 401
        if status == 200:
            async with self._pool.acquire() as connection:
                await connection.execute(_INSERT, new_id().hex, new_id(), body)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def _live(
        self, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        await receive()
        self._pool = await asyncpg.create_pool(
            plain(self._settings.database_url),
            min_size=1,
            max_size=self._settings.database_pool,
            server_settings={"bot.tenant": self._settings.lines[0].tenant, "jit": "off"},
            reset=_keep,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _keep(_: object) -> None:
    """Keeps a connection as it is between its uses."""


def application() -> Bare:
    """For uvicorn."""
    return Bare()
