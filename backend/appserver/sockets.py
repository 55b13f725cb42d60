"""Guards the sockets: who may open one, how many, how fast they speak, and that nothing stays behind when one ends.

Flet 1.0.5 checks no origin, keeps a task and some 70 kB for each socket that ends before it has said who it is, and
for good a session that was sent something while its socket broke, which nobody can take up again then.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, MutableMapping
from contextlib import asynccontextmanager, suppress
from contextvars import Context, copy_context
from typing import Any

from msgspec import Struct

from app.data import CALLER
from backend.appserver.resuming import REGISTERS, Resuming
from backend.kernel.ratelimit import Plan, RateLimiter

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Any, Receive, Send], Coroutine[Any, Any, None]]

POLICY_VIOLATION, TRY_LATER = 1008, 1013  # RFC 6455, 7.4.1 and its registry


class SocketLimits(Struct, frozen=True, kw_only=True):
    """How much one address, and one socket, may ask for."""

    open_per_address: int = 400  # whole towns share an address behind a carrier
    openings: Plan = Plan(name="openings", limit=600, window_s=60)
    frames: Plan = Plan(name="frames", limit=200, window_s=5)
    first_frame_s: float = 10
    farewell_s: float = 10  # what a session's code gets to end once its socket has


class SocketGuard:
    """Hands sockets over to `app` and takes care of their ends."""

    def __init__(self, app: Asgi, origins: frozenset[str], clock_ns: Callable[[], int], limits: SocketLimits) -> None:
        self._app = app
        self._origins = origins
        self._limits = limits
        self._open: Counter[str] = Counter()
        self._openings = RateLimiter(clock_ns)
        self._frames = RateLimiter(clock_ns)
        self._resuming = Resuming()
        self._serial = 0

    @property
    def open(self) -> int:
        """How many sockets are open."""
        return self._open.total()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One socket from its opening to its end."""
        await receive()
        address = (scope.get("client") or ("?", 0))[0]
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"").decode("latin-1")
        if origin not in self._origins:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if not self._admits(address):
            await send({"type": "websocket.close", "code": TRY_LATER})
            return
        async with self._counted(address):
            await send({"type": "websocket.accept"})
            first = await self._first_frame(receive)
            if first is None:
                with suppress(RuntimeError):  # the other side may have gone first
                    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
            context = copy_context()
            context.run(CALLER.set, address)
            nowhere = {**scope, "client": None}  # Flet takes a phone for another window when its network changes
            await self._hand_over(nowhere, first, receive, send, context)

    def _admits(self, address: str) -> bool:
        few = self._open[address] < self._limits.open_per_address
        return few and self._openings.check(self._limits.openings, address).allowed

    @asynccontextmanager
    async def _counted(self, address: str) -> AsyncIterator[None]:
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    async def _first_frame(self, receive: Receive) -> Message | None:
        try:
            first = await asyncio.wait_for(receive(), self._limits.first_frame_s)
        except TimeoutError:
            return None
        return first if (first.get("bytes") or b"").startswith(REGISTERS) else None

    async def _hand_over(self, scope: Any, first: Message, receive: Receive, send: Send, context: Context) -> None:
        self._serial += 1
        name = str(self._serial)
        queue: asyncio.Queue[Message] = asyncio.Queue(maxsize=64)
        await queue.put({"type": "websocket.connect"})
        await queue.put(first)
        ended = False

        async def sent(message: Message) -> None:
            nonlocal ended
            if message["type"] == "websocket.accept" or ended:
                return  # accepted already; a closed socket takes nothing more
            if message.get("bytes"):
                message["bytes"] = self._resuming.marked(message["bytes"])
            try:
                await send(message)
            except (OSError, RuntimeError):  # they have gone, or we closed it: Flet must not hear before it reads so
                ended = True

        session = asyncio.create_task(self._app(scope, queue.get, sent), context=context)
        try:
            await self._pump(name, queue, receive, send, session)
        finally:
            ended = True
            _, waiting = await asyncio.wait({session}, timeout=self._limits.farewell_s)
            for task in waiting:
                task.cancel()
            await asyncio.gather(session, return_exceptions=True)

    async def _pump(
        self, name: str, queue: asyncio.Queue[Message], receive: Receive, send: Send, session: asyncio.Task[None]
    ) -> None:
        while not session.done():
            message = await receive()
            if message["type"] == "websocket.receive" and not self._frames.check(self._limits.frames, name).allowed:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                message = {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            with suppress(TimeoutError):  # a session that has stopped listening is ended below
                await asyncio.wait_for(queue.put(message), self._limits.farewell_s)
            if message["type"] == "websocket.disconnect":
                return
