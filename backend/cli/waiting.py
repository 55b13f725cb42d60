"""Waiting for what happens elsewhere, by asking again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.client.errors import NotFound

T = TypeVar("T")

PATIENCE_S = 60.0


class TookTooLong(Exception):
    """What was waited for did not come."""


async def until(
    read: Callable[[], Awaitable[T]], done: Callable[[T], bool], what: str, *, patience_s: float = PATIENCE_S
) -> T:
    """Reads again and again until `done`. Raises TookTooLong."""
    loop = asyncio.get_running_loop()
    ends_at, pause = loop.time() + patience_s, 0.05
    while True:
        found = await read()
        if done(found):
            return found
        if loop.time() > ends_at:
            raise TookTooLong(f"{what}: not within {patience_s:.0f} s; the last was {found}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, 1.0)


async def present(read: Callable[[], Awaitable[T]], what: str, *, patience_s: float = PATIENCE_S) -> T:
    """What `read` gives once it no longer raises NotFound. Raises TookTooLong."""

    async def tried() -> T | None:
        try:
            return await read()
        except NotFound:
            return None

    found = await until(tried, lambda it: it is not None, what, patience_s=patience_s)
    assert found is not None, "it was waited for"
    return found
