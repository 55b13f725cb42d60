"""Who the bot is at the platform: a service account of each tenant, with no power of its own.

For a linked chat it asks for a delegation, which says how sure the platform is of who writes. What that is not enough
for is refused there, not here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx

from bot.conversation.driving import Refused
from bot.conversation.inbound import Inbound
from bot.conversation.state import State
from bot.lines import LineAtWork
from shared.api.channels import ServiceSignIn
from shared.client import AsyncClient, ClientConfig
from shared.clock import Clock


class Services:
    """The bot's own account of every tenant that this process speaks for."""

    def __init__(self, api_url: str, clock: Clock, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._api_url, self._clock, self._transport = api_url, clock, transport
        self._services: dict[str, AsyncClient] = {}
        self._signing_in = asyncio.Lock()

    async def close(self) -> None:
        """Closes the connections."""
        for client in self._services.values():
            await client.aclose()

    async def service(self, line: LineAtWork) -> AsyncClient:
        """The tenant's own service account, signed in."""
        tenant = line.line.tenant
        async with self._signing_in:
            if tenant not in self._services:
                config = ClientConfig(base_url=self._api_url, tenant=tenant, read_timeout_s=8.0, deadline_s=12.0)
                client = AsyncClient(config, clock=self._clock, transport=self._transport)
                await client.identity.sign_in_service(ServiceSignIn(secret=line.line.service_key, name="bot"))
                self._services[tenant] = client
        return self._services[tenant]

    async def forget(self, line: LineAtWork) -> None:
        """Drops a session that ended: the next call signs in anew."""
        async with self._signing_in:
            stale = self._services.pop(line.line.tenant, None)
        if stale is not None:
            await stale.aclose()


class Person:
    """Whoever wrote one message: the bot's account, their link, and a delegation in their name."""

    def __init__(self, services: Services, line: LineAtWork, state: State, inbound: Inbound) -> None:
        self._services, self.line, self.state, self.inbound = services, line, state, inbound
        self._link_id = state.link_id
        self._acting: AsyncClient | None = None

    async def bot(self) -> AsyncClient:
        """The bot's own account."""
        return await self._services.service(self.line)

    def linked_as(self, link_id: UUID) -> None:
        """From now on the chat has this link."""
        self._link_id, self._acting = link_id, None

    @property
    def link_id(self) -> UUID:
        """The chat's link. Raises Refused without one."""
        if self._link_id is None:
            raise Refused("not_linked")
        return self._link_id

    async def acting(self) -> AsyncClient:
        """A client in the person's name. Raises Refused for a chat without a link."""
        if self._acting is None:
            service = await self.bot()
            delegation = await service.bot.delegate(self.link_id)
            self._acting = service.as_user()
            await self._acting.adopt(delegation)
        return self._acting

    def names(self) -> tuple[str, str | None]:
        """The chat identity and its other name at Meta."""
        other = self.state.phone if self.state.phone != self.state.address else None
        return self.state.address, other


Handler = Callable[[Person, Any, str], Awaitable[Any]]
