"""What differs between the async and the sync client beyond keywords: sleeping and sharing one piece of work."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class AsyncSingleFlight(Generic[T]):
    """Runs a piece of work once for all who ask while it is under way; they share its result or its failure.

    The work goes on when the one who started it is cancelled: a rotation of tokens that reached the server must be
    written down here, or the next one would look like theft.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[T] | None = None

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of `work`, or of the one under way."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._wrapped(work))
            self._task.add_done_callback(_note_failure)
        return await asyncio.shield(self._task)

    async def settle(self) -> None:
        """Waits for the work under way, if there is any; its failure belongs to those who asked for it."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _wrapped(self, work: Callable[[], Awaitable[T]]) -> T:
        return await work()


def _note_failure(task: "asyncio.Task[T]") -> None:
    """Marks a failure as seen, should everyone who waited have been cancelled."""
    if not task.cancelled():
        task.exception()


class SingleFlight(Generic[T]):
    """The same for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flight: Future[T] | None = None

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, or of the one under way in another thread."""
        with self._lock:
            flight = self._flight
            leads = flight is None
            if flight is None:
                flight = self._flight = Future()
        if leads:
            self._lead(flight, work)
        return flight.result()

    def settle(self) -> None:
        """Waits for the work under way, if there is any; its failure belongs to those who asked for it."""
        with self._lock:
            flight = self._flight
        if flight is not None:
            flight.exception()

    def _lead(self, flight: "Future[T]", work: Callable[[], T]) -> None:
        try:
            flight.set_result(work())
        except BaseException as error:  # noqa: BLE001  # handed to everyone who waits, this caller among them
            flight.set_exception(error)
        finally:
            with self._lock:
                self._flight = None


async def async_sleep(seconds: float) -> None:
    """Waits without holding up others."""
    await asyncio.sleep(seconds)


def sleep(seconds: float) -> None:
    """Waits."""
    time.sleep(seconds)


# What a token store holds while it exchanges one pair for the next.
AsyncLock = asyncio.Lock
Lock = threading.Lock
