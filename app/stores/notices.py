"""Notices on this phone while the app is closed: asked for, renewed at each start, ended."""

from collections.abc import Awaitable, Callable

import flet as ft
import msgspec

from app.platform.port import Platform
from app.stores.action import Action
from shared.api.notifications import PushRegistrationIn, PushService
from shared.client import AsyncClient
from shared.client.errors import ClientError

_NAME = "notices"


class NoticesOn(msgspec.Struct, frozen=True):
    """Left on the device, for its borrower alone, while notices come to it."""

    service: PushService = PushService.ONESIGNAL


Recall = Callable[[str, type[NoticesOn]], Awaitable[NoticesOn | None]]
Leave = Callable[[str, NoticesOn | None], Awaitable[None]]


class Notices(ft.Observable):
    """Observable. `refused` once the device, or its owner, did not let them come."""

    def __init__(self, platform: Platform, action: Action, recall: Recall, leave: Leave) -> None:
        self._platform = platform
        self._recall = recall
        self._leave = leave
        self.action = action
        self.on = False
        self.refused = False

    async def renew(self, client: AsyncClient) -> None:
        """At the start: the name of a device changes now and then. Without a network the old one stays."""
        if not self._platform.can_push or await self._recall(_NAME, NoticesOn) is None:
            return
        self.on = True
        name = await self._platform.register_push()
        if name is None:
            return
        try:
            await client.notifications.register_for_push(_named(name))
        except ClientError:
            return

    async def turn_on(self, client: AsyncClient) -> None:
        """Has them come to this device."""
        self.refused = False
        name = await self._platform.register_push()
        if name is None:
            self.refused = True
            return
        if await self.action.run(lambda: client.notifications.register_for_push(_named(name))) is not None:
            await self._leave(_NAME, NoticesOn())
            self.on = True

    async def turn_off(self, client: AsyncClient) -> None:
        """Has them come here no more."""

        async def end() -> bool:
            await client.notifications.end_push()
            return True

        if await self.action.run(end):
            await self._leave(_NAME, None)
            self.on = False
            await self._platform.end_push()

    async def forget(self) -> None:
        """Whoever signs out gets none: the platform ended them with the session."""
        if self.on:
            self.on = False
            await self._platform.end_push()


def _named(name: str) -> PushRegistrationIn:
    return PushRegistrationIn(service=PushService.ONESIGNAL, token=name)
