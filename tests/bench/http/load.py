"""Loads an HTTP server: so many connections that are kept alive, each with one request on its way at a time.

Made of bare protocols, for the generator shares the machine with what it measures and must take little of it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
_DRAIN_S = 10


@dataclass
class Sample:
    """What was measured: the time of each request in milliseconds, and how many went wrong by status."""

    times_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: "Sample") -> None:
        """Takes in what was measured at another time."""
        self.times_ms += other.times_ms
        self.errors += other.errors
        self.seconds += other.seconds

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (len(self.times_ms) - self.errors.total()) / self.seconds if self.seconds else 0.0


class _Connection(asyncio.Protocol):
    """Asks, waits for the whole answer, asks again, until the time is up."""

    def __init__(self, make: Callable[[], bytes], sample: Sample, until: float) -> None:
        self._make = make
        self._sample = sample
        self._until = until
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._buffer[: end + 2].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) : head.index(b"\r\n", at + 2)]) if at >= 0 else 0
        if len(self._buffer) < end + len(_END_OF_HEAD) + length:
            return
        now = time.perf_counter()
        status = head[9:12].decode()
        self._sample.times_ms.append((now - self._sent_at) * 1000)
        if status[0] != "2":
            self._sample.errors[status] += 1
        self._buffer = b""
        if now < self._until:
            self._ask()
        else:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._sample.errors["connection lost"] += 1
            self.done.set_result(None)

    def _ask(self) -> None:
        assert self._transport is not None, "requests are made on an open connection"
        request = self._make()
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _end(self) -> None:
        self.done.set_result(None)
        if self._transport is not None:
            self._transport.close()


async def load(port: int, make: Callable[[], bytes], *, connections: int, seconds: float) -> Sample:
    """Loads the server on this machine's `port` with the requests that `make` makes."""
    loop = asyncio.get_running_loop()
    sample = Sample()
    began = time.perf_counter()
    opened = await asyncio.gather(
        *(
            loop.create_connection(lambda: _Connection(make, sample, began + seconds), "127.0.0.1", port)
            for _ in range(connections)
        )
    )
    async with asyncio.timeout(seconds + _DRAIN_S):
        await asyncio.gather(*(protocol.done for _, protocol in opened))
    sample.seconds = time.perf_counter() - began
    return sample
