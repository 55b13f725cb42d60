"""Something that is read from the platform, kept, and read again: the source of every screen's state."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import flet as ft

from app.stores.problem import FAILURES, Problem
from app.stores.state import Empty, Failed, Loading, Offline, Ready, ViewState, known
from shared.client.errors import TransportError
from shared.clock import Clock

T = TypeVar("T")

FRESH_FOR = timedelta(seconds=2)
SLOW_AFTER_S = 3.0


class Query(ft.Observable, Generic[T]):
    """Reads by `fetch`, once at a time. What was read stays visible while it is read again, and when that fails."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[T]],
        clock: Clock,
        *,
        is_empty: Callable[[T], bool] = lambda value: value is None or value == [],
        on_problem: Callable[[Problem], None] = lambda _: None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._is_empty = is_empty
        self._on_problem = on_problem
        self._reading: asyncio.Task[None] | None = None
        self._wanted = self._read_for = 0
        self._puts = 0
        self.state: ViewState[T] = Loading()

    @property
    def value(self) -> T | None:
        """What was read last."""
        found = known(self.state)
        return found.value if isinstance(found, Ready) else None

    async def refresh(self) -> None:
        """Reads what is so now, and waits for it: a reading that had begun before may not know of a change yet."""
        self._wanted += 1
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all())
        await asyncio.shield(self._reading)

    async def ensure(self) -> None:
        """Reads unless that was done a moment ago, or is going on."""
        if self._reading is not None and not self._reading.done():
            await asyncio.shield(self._reading)
        elif not isinstance(self.state, Ready | Empty) or self._clock.now() - self.state.at >= FRESH_FOR:
            await self.refresh()

    async def catch_up(self, since: datetime) -> None:
        """Reads again what was read before `since`, if anything was."""
        found = known(self.state)
        if found is not None and found.at < since:
            await self.refresh()

    async def retry(self) -> None:
        """Reads again after a failure."""
        if known(self.state) is None:
            self.state = Loading()
        await self.refresh()

    def put(self, value: T) -> None:
        """Takes a value that a change was answered with; what is being read meanwhile is older."""
        self._puts += 1
        self._take(value, self._clock.now())

    def _take(self, value: T, at: datetime) -> None:
        self.state = Empty(value, at) if self._is_empty(value) else Ready(value, at)

    async def _read_all(self) -> None:
        while self._read_for < self._wanted:
            wanted = self._wanted
            await self._read()
            self._read_for = wanted

    async def _read(self) -> None:
        puts, asked_at = self._puts, self._clock.now()
        reading = asyncio.ensure_future(self._fetch())
        if isinstance(self.state, Loading):
            done, _ = await asyncio.wait({reading}, timeout=SLOW_AFTER_S)
            if not done:
                self.state = Loading(slow=True)
        try:
            value = await reading
        except TransportError:
            self.state = Offline(known(self.state))
        except FAILURES as error:
            problem = Problem.of(error)
            self.state = Failed(problem, known(self.state) if problem.passes else None)
            self._on_problem(problem)
        else:
            if puts == self._puts:
                self._take(value, asked_at)
