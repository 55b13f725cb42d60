"""A session's tokens in the device's secure storage, so that a lost or restarted app goes on where it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from app.platform.port import DeviceFailed, Platform
from shared.client import Tokens

_NAME = "tokens"


class KeptTokens:
    """Read from the device once; before an exchange read again, since another window may have made it already.

    Two windows that exchange the same token at once do so under the same key (see `Tokens`), and the API answers both.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._tokens: Tokens | None = None
        self._is_read = False
        self._lock = asyncio.Lock()

    async def load(self) -> Tokens | None:
        """The tokens, or None when nobody is signed in."""
        if not self._is_read:
            self._tokens, self._is_read = await self._kept(), True
        return self._tokens

    async def save(self, tokens: Tokens) -> None:
        """Keeps `tokens` on the device; where it keeps nothing, they last as long as the window."""
        self._tokens, self._is_read = tokens, True
        with suppress(DeviceFailed):
            await self._platform.keep_secret(_NAME, msgspec.json.encode(tokens).decode())

    async def clear(self) -> None:
        """Drops the tokens here and on the device."""
        self._tokens, self._is_read = None, True
        await self._platform.drop_secret(_NAME)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Held from loading a pair to saving the next one."""
        async with self._lock:
            kept = await self._kept()  # or DeviceSilent: a window without a device would exchange and not keep
            if kept is not None:
                self._tokens = kept
            yield

    async def _kept(self) -> Tokens | None:
        text = await self._platform.secret(_NAME)
        try:
            return msgspec.json.decode(text, type=Tokens) if text else None
        except msgspec.MsgspecError:
            return None
