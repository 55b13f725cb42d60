"""Whether a window's client is connected. Flet drops what is meant for one that is not, and waits for its answers."""

import asyncio
from contextlib import suppress


class Presence:
    """One for each window; here from the start. A phone's app is always here."""

    def __init__(self) -> None:
        self._here = asyncio.Event()
        self._here.set()
        self._changed = asyncio.Event()
        self.ended = False

    @property
    def is_here(self) -> bool:
        """Whether what is sent arrives."""
        return self._here.is_set()

    def leave(self) -> None:
        """The connection is lost; it may come back."""
        self._here.clear()

    def come_back(self) -> None:
        """The client is connected again."""
        self._here.set()
        self._turn()

    def end(self) -> None:
        """The window is gone for good: nobody waits for it any more."""
        self.ended = True
        self._here.set()
        self._turn()

    async def wait(self) -> None:
        """Until the client is connected, or gone for good."""
        await self._here.wait()

    async def pause(self, seconds: float | None) -> None:
        """So long while the client is here, None without end; over at once when it comes back after a gap."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        await self.wait()

    def _turn(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
