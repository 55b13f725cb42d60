"""The tour of the first screen: which part of it is being shown to whoever is new on this device."""

from collections.abc import Sequence
from enum import StrEnum

import flet as ft

from app.platform.port import Platform

_SEEN = "toured"  # of the device, not of a person: it says nothing of anybody, so it outlives a sign-out


class Stop(StrEnum):
    """A part of the first screen."""

    LIMIT = "limit"
    QUICK = "quick"
    NEXT_PAYMENT = "next_payment"
    HELP = "help"


class Tour(ft.Observable):
    """Observable. Shown once on a device, and again to whoever asks for it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.stops: tuple[Stop, ...] = ()
        self.at = 0

    @property
    def stop(self) -> Stop | None:
        """Where the tour is, while there is one."""
        return self.stops[self.at] if self.stops else None

    async def offer(self, stops: Sequence[Stop]) -> None:
        """Begins with the first of `stops`, unless the tour was taken or skipped here."""
        if not self.stops and await self._platform.setting(_SEEN) is None:
            self.stops, self.at = tuple(stops), 0

    async def ask(self) -> None:
        """Has the tour offered again."""
        await self._platform.keep_setting(_SEEN, None)

    async def go_on(self) -> None:
        """To the next part; behind the last one the tour ends."""
        if self.at + 1 < len(self.stops):
            self.at += 1
        else:
            await self.end()

    def go_back(self) -> None:
        """To the part before."""
        self.at = max(0, self.at - 1)

    async def end(self) -> None:
        """Ends the tour for good."""
        self.stops, self.at = (), 0
        await self._platform.keep_setting(_SEEN, "yes")
