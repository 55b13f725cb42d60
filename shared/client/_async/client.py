"""The client: one tenant's API, its parts as attributes."""

from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

from shared.client._async.agreements import Agreements
from shared.client._async.applications import Applications
from shared.client._async.arrears import Arrears
from shared.client._async.bot import Bot
from shared.client._async.conversation import Conversation
from shared.client._async.desk import Desk
from shared.client._async.disbursement import Disbursement
from shared.client._async.disputes import Disputes
from shared.client._async.identity import Identity
from shared.client._async.ledger import Ledger
from shared.client._async.live import Live
from shared.client._async.my_data import MyData
from shared.client._async.notifications import Notifications
from shared.client._async.offers import Offers
from shared.client._async.onboarding import Onboarding
from shared.client._async.passkeys import Passkeys
from shared.client._async.payments import Payments
from shared.client._async.reconciliation import Reconciliation
from shared.client._async.sandbox import Sandbox
from shared.client._async.servicing import Servicing
from shared.client._async.session import AsyncSession
from shared.client._async.token_store import AsyncMemoryTokenStore, AsyncTokenStore
from shared.client._async.transport import AsyncTransport
from shared.client._async.underwriting import Underwriting
from shared.client.config import ClientConfig
from shared.client.tokens import Grant
from shared.clock import Clock, SystemClock


class AsyncConnections:
    """The pools of connections that the clients of several users can share."""

    def __init__(
        self,
        config: ClientConfig,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        sandbox_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.api = AsyncTransport(config, clock, transport)
        self.sandbox: AsyncTransport | None = None
        if config.sandbox_url is not None:
            self.sandbox = AsyncTransport(replace(config, base_url=config.sandbox_url), clock, sandbox_transport)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self.api.aclose()
        if self.sandbox is not None:
            await self.sandbox.aclose()


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
        sandbox_transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        shared: AsyncConnections | None = None,
        caller: str | None = None,
    ) -> None:
        self.config = config
        self._clock = clock or SystemClock()
        self._connections = shared or AsyncConnections(config, self._clock, transport, sandbox_transport)
        self._owns_connections = shared is None
        self.tokens: AsyncTokenStore = tokens if tokens is not None else AsyncMemoryTokenStore()
        headers = () if caller is None else (("X-Forwarded-For", caller),)
        self._session = AsyncSession(self._connections.api, self.tokens, self._clock, headers)
        self._attach(self._session)

    def _attach(self, calls: AsyncSession) -> None:
        """One line for each context's part."""
        self.applications = Applications(calls)
        self.agreements = Agreements(calls)
        self.arrears = Arrears(calls)
        self.bot = Bot(calls)
        self.conversation = Conversation(calls)
        self.desk = Desk(calls)
        self.disbursement = Disbursement(calls)
        self.disputes = Disputes(calls)
        self.identity = Identity(calls)
        self.ledger = Ledger(calls)
        self.live = Live(calls)
        self.my_data = MyData(calls)
        self.notifications = Notifications(calls)
        self.offers = Offers(calls)
        self.onboarding = Onboarding(calls)
        self.passkeys = Passkeys(calls)
        self.payments = Payments(calls)
        self.reconciliation = Reconciliation(calls)
        self.servicing = Servicing(calls)
        self.underwriting = Underwriting(calls)

    @property
    def sandbox(self) -> Sandbox:
        """The outside world of a test platform. Raises ValueError when the configuration does not say where it is."""
        if self._connections.sandbox is None:
            raise ValueError("Set sandbox_url in ClientConfig to reach the outside world of a test platform.")
        return Sandbox(AsyncSession(self._connections.sandbox, AsyncMemoryTokenStore(), self._clock))

    def as_user(self, tokens: AsyncTokenStore | None = None, *, caller: str | None = None) -> Self:
        """A client for another user over the same connections; valid while this one is open.

        `caller` is the network address of whom a server calls for. The API believes it from servers that it knows.
        """
        return type(self)(self.config, tokens=tokens, clock=self._clock, shared=self._connections, caller=caller)

    async def adopt(self, grant: Grant) -> None:
        """Signs in with tokens obtained elsewhere."""
        await self._session.adopt(grant)

    async def forget(self) -> None:
        """Drops the tokens here, without telling the API."""
        await self._session.forget()

    async def aclose(self) -> None:
        """Waits for a renewal of tokens under way, then closes the connections if this client opened them."""
        await self._session.settle()
        if self._owns_connections:
            await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
