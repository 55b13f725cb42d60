"""A window of the app without a browser: Flet's real session and diffing, a connection that plays the client.

It leans on Flet's inside, which is why Flet's version is locked.
"""

import asyncio
import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.messaging.connection import Connection
from flet.messaging.protocol import Message, MessageAction, configure_encode_object_for_msgpack
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

ControlT = TypeVar("ControlT", bound=BaseControl)
_encode: Any = cast("Any", configure_encode_object_for_msgpack)(BaseControl)


class PlayedClient(Connection):
    """Answers method calls with nothing, and route changes by going there."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # theirs
        self.sent: list[Message] = []
        self.packed: list[bytes] = []
        self.loop = asyncio.get_running_loop()
        self.executor = None
        self.page_url = "http://test"
        self.page_name = ""
        self.pubsubhub = PubSubHub(loop=self.loop, executor=None)
        self.session: Session | None = None

    def send_message(self, message: Message) -> None:
        packed = msgpack.packb([message.action, message.body], default=_encode)  # what later diffs compare with
        self.packed.append(bytes(packed))
        self.sent.append(message)
        if message.action == MessageAction.INVOKE_METHOD:
            self.loop.call_soon(self._answer, message.body)

    def _answer(self, body: Any) -> None:
        assert self.session is not None
        self.session.handle_invoke_method_results(body.control_id, body.call_id, None, None)
        if body.name == "push_route":
            route = body.arguments["route"] if hasattr(body, "arguments") else body.args["route"]
            self.session.apply_patch(1, {"route": route})
            self.loop.create_task(self.session.dispatch_event(1, "route_change", {"route": route}))

    def dispose(self) -> None:
        pass


class Window:
    """One window: what it shows, and what is done in it."""

    def __init__(self, session: Session, client: PlayedClient) -> None:
        self.session, self.client, self.page = session, client, session.page
        self._handled: list[asyncio.Task[None]] = []

    @classmethod
    async def open(
        cls, main: Callable[[ft.Page], Any], route: str = "/", *, width: int = 390, height: int = 844
    ) -> "Window":
        """Starts the app in a window of this size at `route`."""
        client = PlayedClient()
        session = client.session = Session(client)
        session.apply_page_patch({"route": route, "width": width, "height": height, "platform": "linux", "web": True})
        _context_page.set(session.page)
        client.send_message(Message(MessageAction.REGISTER_CLIENT, cast("Any", session).get_page_patch()))
        begun = main(session.page)
        if inspect.isawaitable(begun):
            await begun
        await session.after_event(session.page)
        window = cls(session, client)
        await window.settle()
        return window

    async def lose(self) -> None:
        """The connection breaks; the server keeps the window for a while."""
        await self.session.disconnect(300)

    async def come_back(self) -> None:
        """The client is connected again."""
        self.client = PlayedClient()
        self.client.session = self.session
        self.client.send_message(Message(MessageAction.REGISTER_CLIENT, self.page))
        await self.session.connect(self.client)
        await self.settle()

    async def close(self) -> None:
        """The server gives the window up."""
        await self.lose()
        cast("Any", self.session).close()
        await self.settle()

    async def settle(self, turns: int = 12) -> None:
        """Lets updates and effects run that are waiting."""
        for _ in range(turns):
            await asyncio.sleep(0.002)

    async def until(self, holds: Callable[[], bool], within_s: float = 30) -> None:
        """Waits until `holds`; fails when it does not in time."""
        async with asyncio.timeout(within_s):
            while not holds():  # noqa: ASYNC110 -- nothing is told when a window has changed
                await asyncio.sleep(0.01)

    def all(self, kind: type[ControlT], **properties: object) -> list[ControlT]:
        """The controls of a kind with these properties."""
        return [
            each
            for each in _walk(self.page, set())
            if isinstance(each, kind) and all(getattr(each, name, None) == value for name, value in properties.items())
        ]

    def named(self, identifier: str) -> BaseControl:
        """The pressable control that is known by `identifier`."""
        found = self.all(ft.Semantics, identifier=identifier)
        assert found, (
            f"{identifier} is not among {sorted(filter(None, (e.identifier for e in self.all(ft.Semantics))))}"
        )
        return next(each for each in _walk(found[0], set()) if isinstance(each, ft.TextButton))

    @property
    def words(self) -> str:
        """Every text that shows, in its order."""
        return "\n".join(each.value for each in self.all(ft.Text) if each.value)

    def ever_showed(self, identifier: str) -> bool:
        """Whether something of this identifier was sent, gone again or not."""
        return any(identifier.encode() in each for each in self.client.packed)

    @property
    def crashes(self) -> list[Message]:
        """What would have been shown as Flet's own error screen."""
        return [each for each in self.client.sent if each.action == MessageAction.SESSION_CRASHED]

    async def press(self, identifier: str) -> None:
        """Presses what is known by `identifier`."""
        await self.fire(self.named(identifier), "click")

    async def write(self, label: str, text: str) -> None:
        """Types into the field with this label."""
        field = self.all(ft.TextField, label=label)[0]
        await self.fire(field, "change", value=text)

    async def fire(self, control: BaseControl, event: str, data: object = None, **properties: object) -> None:
        """What a client does: sets properties, then raises an event."""
        if properties:
            self.session.apply_patch(control._i, properties)
        handled = asyncio.create_task(self.session.dispatch_event(control._i, event, data))
        self._handled.append(handled)
        await asyncio.wait({handled}, timeout=0.5)  # a handler may wait for what a test still holds back
        await self.settle()


def controls_in(control: BaseControl) -> Iterator[BaseControl]:
    """`control` and everything that it holds."""
    return _walk(control, set())


def _walk(value: object, seen: set[int]) -> Iterator[BaseControl]:
    inside: Any
    if isinstance(value, BaseControl):
        if id(value) in seen:
            return
        seen.add(id(value))
        yield value
        shown = [each for each in dataclasses.fields(value) if each.name == "_b" or not each.metadata.get("skip")]
        inside = [getattr(value, each.name, None) for each in shown]
    elif isinstance(value, list | tuple):
        inside = value
    elif isinstance(value, dict):
        inside = value.values()
    else:
        return
    for each in inside:
        if isinstance(each, BaseControl | list | tuple | dict):
            yield from _walk(each, seen)
