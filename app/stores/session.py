"""Who is signed in."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from uuid import UUID

import flet as ft

from app.platform.port import DeviceFailed
from app.stores.problem import FAILURES, Kind, Problem
from shared.api.identity import MeOut, TenantOut
from shared.client import AsyncClient, AsyncTokenStore
from shared.client.errors import ClientError, NotAuthenticated


class SessionStatus(StrEnum):
    """How far the app knows."""

    STARTING = "starting"
    UNREACHABLE = "unreachable"  # the platform did not answer at the start
    SIGNED_OUT = "signed_out"
    SIGNED_IN = "signed_in"


class Session(ft.Observable):
    """Observable. `me` is set while somebody is signed in."""

    def __init__(
        self,
        tokens: AsyncTokenStore,
        *,
        on_person: Callable[[UUID, bool], Awaitable[None]],
        on_leave: Callable[[], None],
    ) -> None:
        self._tokens = tokens
        self._on_person = on_person
        self._on_leave = on_leave
        self.status = SessionStatus.STARTING
        self.me: MeOut | None = None
        self.tenant: TenantOut | None = None
        self.problem: Problem | None = None

    async def learn(self, client: AsyncClient) -> None:
        """Finds out whose app this is, where the platform says so."""
        try:
            self.tenant = await client.identity.tenant()
        except ClientError as error:
            self.problem = Problem.of(error)

    async def begin(self, client: AsyncClient) -> None:
        """Finds out who is signed in by the tokens that the device kept, once it is known whose app this is."""
        if self.tenant is None:
            self.status = SessionStatus.UNREACHABLE
            return
        try:
            await self.settle(client)
        except FAILURES as error:
            self.fail(error)

    def fail(self, error: ClientError | DeviceFailed) -> None:
        """Nobody can say who is signed in."""
        self.problem, self.status = Problem.of(error), SessionStatus.UNREACHABLE

    async def settle(self, client: AsyncClient) -> None:
        """Reads who is signed in now. Raises ClientError or DeviceFailed when nobody can say."""
        if await self._tokens.load() is None:
            self.leave()
            return
        try:
            me = await client.identity.me()
        except NotAuthenticated:
            await self._tokens.clear()
            self.leave()
            return
        if self.me is not None and self.me.id != me.id:
            self._on_leave()  # another window of this device has signed in somebody else
        self.me = me
        await self._on_person(me.id, self.status is SessionStatus.SIGNED_OUT)
        self.status = SessionStatus.SIGNED_IN

    def leave(self) -> None:
        """Nobody is signed in any more, and nothing that was read for them is known any more."""
        self._on_leave()
        self.me, self.status = None, SessionStatus.SIGNED_OUT

    def heed(self, problem: Problem) -> None:
        """Notices in a refusal that the session has ended elsewhere."""
        if problem.kind is Kind.SIGNED_OUT:
            self.leave()
