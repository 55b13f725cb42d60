"""The client: one tenant's API, its parts as attributes."""

from types import TracebackType
from typing import Self

import httpx

from shared.client._async.session import AsyncSession
from shared.client._async.token_store import AsyncMemoryTokenStore, AsyncTokenStore
from shared.client._async.transport import AsyncTransport
from shared.client.config import ClientConfig
from shared.client.tokens import Grant
from shared.clock import Clock, SystemClock


class AsyncClient:
    """Everything the API offers, typed. Use it as a context manager, or close it yourself.

    One client is one user: `as_user` gives another one over the same connections. It may be shared by all tasks of its
    event loop, or in the synchronous flavour by all threads.
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        tokens: AsyncTokenStore | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        shared: AsyncTransport | None = None,
    ) -> None:
        self.config = config
        self._clock = clock or SystemClock()
        self._transport = shared or AsyncTransport(config, self._clock, transport)
        self._owns_transport = shared is None
        self.tokens: AsyncTokenStore = tokens if tokens is not None else AsyncMemoryTokenStore()
        self._session = AsyncSession(self._transport, self.tokens, self._clock)
        self._attach(self._session)

    def _attach(self, calls: AsyncSession) -> None:
        """One line for each context's part."""

    def as_user(self, tokens: AsyncTokenStore | None = None) -> Self:
        """A client for another user over the same connections; valid while this one is open."""
        return type(self)(self.config, tokens=tokens, clock=self._clock, shared=self._transport)

    async def adopt(self, grant: Grant) -> None:
        """Signs in with tokens obtained elsewhere."""
        await self._session.adopt(grant)

    async def forget(self) -> None:
        """Drops the tokens here, without telling the API."""
        await self._session.forget()

    async def aclose(self) -> None:
        """Waits for a renewal of tokens under way, then closes the connections if this client opened them."""
        await self._session.settle()
        if self._owns_transport:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
