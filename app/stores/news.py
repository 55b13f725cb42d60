"""Keeps what is on the screen in step with the platform: by its live news, or where they can't be had by looking."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from app.data import Connections
from app.platform.presence import Presence
from app.stores.problem import FAILURES
from app.stores.query import Query
from shared.client import AsyncClient
from shared.clock import Clock

LISTEN_AFTER_S = 1.0  # what was read a moment ago needs no news, and a first sight no second connection
FIRST_LOOK_S, RARE_LOOK_S = 3.0, 30.0
LINGER_S = 3.0  # from one screen to the next
_UNTOLD = {"live.hello", "live.reset"}  # what happened before a stream began, or in a gap of it, is read
MOST_STREAMS = 60  # of one process; each holds a connection of the pool for as long as it lasts


@dataclass(frozen=True, slots=True, eq=False)
class _Follower:
    query: Query[Any]
    topics: tuple[str, ...]


class News:
    """One for each window: one stream for all that is in sight, while there is anything and somebody is there."""

    def __init__(
        self, connections: Connections, clock: Clock, presence: Presence, client: Callable[[], AsyncClient]
    ) -> None:
        self._connections = connections
        self._clock = clock
        self._presence = presence
        self._client = client
        self._followers: list[_Follower] = []
        self._listening: asyncio.Task[None] | None = None

    async def follow(self, query: Query[Any], topics: Collection[str]) -> None:
        """Reads `query` again whenever something of `topics` happens, for as long as it is asked for.

        A topic such as `support.` stands for all that begin so. What happened before the news were followed, or in a
        gap of them, is read again.
        """
        follower = _Follower(query, tuple(topics))
        self._followers.append(follower)
        try:
            await self._look_while_deaf(query)
        finally:
            self._followers.remove(follower)
            asyncio.get_running_loop().call_later(LINGER_S, self._hush_if_alone)

    def hush(self) -> None:
        """Ends the stream, as when nobody is there to see; it begins again by itself."""
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _hush_if_alone(self) -> None:
        if not self._followers:
            self.hush()

    async def _look_while_deaf(self, query: Query[Any]) -> None:
        since = self._clock.now()
        await self._presence.pause(LISTEN_AFTER_S)
        if self._hears:  # for others, since before: what they were told is not told again
            await query.catch_up(since)
        pause, before = FIRST_LOOK_S, query.value
        while not self._presence.ended:
            self._listen()
            await self._presence.pause(pause)
            if self._hears:
                pause, before = FIRST_LOOK_S, query.value
                continue
            await query.refresh()
            pause = min(pause * 2, RARE_LOOK_S) if query.value == before else FIRST_LOOK_S
            before = query.value

    @property
    def _hears(self) -> bool:
        return self._listening is not None and not self._listening.done()

    def _listen(self) -> None:
        if not self._hears and self._presence.is_here and self._connections.streams < MOST_STREAMS:
            self._listening = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        self._connections.streams += 1
        try:
            async with aclosing(self._client().live.iterate()) as events:
                async for event in events:
                    missed = event.topic in _UNTOLD
                    told = {each.query for each in self._followers if missed or event.topic.startswith(each.topics)}
                    await asyncio.gather(*(query.refresh() for query in told))
        except FAILURES:
            return  # those who follow look for themselves, and try to listen again
        finally:
            self._connections.streams -= 1
