"""A pool that hands out open SQLAlchemy connections as they are.

SQLAlchemy's own pool makes a connection object anew for each checkout, and takes half a dozen steps for each return: as
much as a short transaction costs otherwise. What one transaction leaves behind is the caller's care, who gives clean
connections back and drops the others.
"""

import asyncio
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

WAIT_S = 15


class Pooled(NamedTuple):
    """A connection and its driver's."""

    connection: AsyncConnection
    driver: Any


class Pool:
    """At most `size` connections of `engine`; the one that was used last is handed out first."""

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self._engine = engine
        self._idle: list[Pooled] = []
        self._free = asyncio.Semaphore(size)

    async def take(self) -> Pooled:
        """A connection, opened where none is idle; those that the server has cut meanwhile are thrown away, unasked.

        Raises TimeoutError after WAIT_S without a free one, and what opening raises.
        """
        if self._free.locked():
            async with asyncio.timeout(WAIT_S):
                await self._free.acquire()
        else:
            await self._free.acquire()
        try:
            while self._idle:
                pooled = self._idle.pop()
                if not pooled.driver.is_closed():
                    return pooled
                await _discard(pooled)
            return await self._open()
        except BaseException:
            self._free.release()
            raise

    def give(self, pooled: Pooled) -> None:
        """Takes a clean connection back."""
        self._idle.append(pooled)
        self._free.release()

    async def drop(self, pooled: Pooled) -> None:
        """Takes a connection back that nobody may use again."""
        try:
            await _discard(pooled)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Closes what is idle."""
        while self._idle:
            await self._idle.pop().connection.close()

    async def _open(self) -> Pooled:
        connection = await self._engine.connect()
        return Pooled(connection, (await connection.get_raw_connection()).driver_connection)


async def _discard(pooled: Pooled) -> None:
    await pooled.connection.invalidate()
    await pooled.connection.close()
