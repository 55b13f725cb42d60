"""Something that is read from the platform, kept, and read again: the source of every screen's state."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

import flet as ft

from app.stores.problem import FAILURES, Problem
from app.stores.state import Empty, Failed, Loading, Offline, Ready, ViewState
from shared.client.errors import TransportError
from shared.clock import Clock

T = TypeVar("T")

FRESH_FOR = timedelta(seconds=2)
SLOW_AFTER_S = 3.0


class Query(ft.Observable, Generic[T]):
    """Reads by `fetch`, once at a time. What was read stays visible while it is read again."""

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
        self.state: ViewState[T] = Loading()

    @property
    def value(self) -> T | None:
        """What was read last, whether or not the platform can be reached now."""
        return self.state.value if isinstance(self.state, Ready | Offline) else None

    async def refresh(self) -> None:
        """Reads again and waits for the end; whoever asks meanwhile waits for the same reading."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    async def ensure(self) -> None:
        """Reads unless that was done a moment ago."""
        if isinstance(self.state, Ready) and self._clock.now() - self.state.at < FRESH_FOR:
            return
        await self.refresh()

    async def retry(self) -> None:
        """Begins anew after a failure."""
        if isinstance(self.state, Failed):
            self.state = Loading()
        await self.refresh()

    def put(self, value: T) -> None:
        """Takes a value that a change was answered with."""
        now = self._clock.now()
        self.state = Empty(value, now) if self._is_empty(value) else Ready(value, now)

    async def _read(self) -> None:
        reading = asyncio.ensure_future(self._fetch())
        if isinstance(self.state, Loading):
            done, _ = await asyncio.wait({reading}, timeout=SLOW_AFTER_S)
            if not done:
                self.state = Loading(slow=True)
        try:
            self.put(await reading)
        except TransportError:
            before = self.state
            self.state = Offline(before.value, before.at) if isinstance(before, Ready | Offline) else Offline()
        except FAILURES as error:
            problem = Problem.of(error)
            self.state = Failed(problem)
            self._on_problem(problem)
