"""Where a session's tokens are kept: in memory here; in a phone's secure storage or a table elsewhere."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from shared.client.primitives import AsyncLock
from shared.client.tokens import Tokens


class AsyncTokenStore(Protocol):
    """Keeps the tokens of one signed-in user."""

    async def load(self) -> Tokens | None:
        """The tokens, or None when nobody is signed in."""
        ...

    async def save(self, tokens: Tokens) -> None:
        """Keeps `tokens` instead of what was there; durable before it returns."""
        ...

    async def clear(self) -> None:
        """Drops the tokens."""
        ...

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held from loading a pair to saving the next one; must hold across all processes that share the store."""
        ...


class AsyncMemoryTokenStore:
    """Tokens in memory, gone with the process."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens
        self._lock = AsyncLock()

    async def load(self) -> Tokens | None:
        """The tokens, or None when nobody is signed in."""
        return self._tokens

    async def save(self, tokens: Tokens) -> None:
        """Keeps `tokens` instead of what was there."""
        self._tokens = tokens

    async def clear(self) -> None:
        """Drops the tokens."""
        self._tokens = None

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Held from loading a pair to saving the next one."""
        async with self._lock:
            yield
