"""A client that is no browser: it sets whatever it likes, raises whatever it likes, and gets nothing by it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgpack
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.app.browser.conftest import AppProcess, Borrower

REGISTER, CONTROL_EVENT, SET_PROPERTIES = 1, 3, 4
EVENTS = ("click", "change", "submit", "dismiss", "focus", "blur", "route_change", "resize", "view_pop", "result", "x")
PAGE = {"route": "/", "web": True, "width": 390.0, "height": 844.0, "platform": "linux", "platform_brightness": "light"}


def packed(*message: object) -> bytes:
    return b"\0" + bytes(msgpack.packb(list(message)))


def unpacked(frame: bytes) -> Any:
    return msgpack.unpackb(frame[1:], strict_map_key=False, ext_hook=lambda code, data: (code, data))


def controls(value: Any) -> Iterator[int]:
    """The ids of all controls in what the server sent."""
    if isinstance(value, dict):
        if isinstance(value.get("_i"), int):
            yield value["_i"]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from controls(each)


class Intruder:
    """One socket, and everything that came over it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[Any] = []

    async def listen(self, for_s: float = 1.0) -> None:
        with_patience = asyncio.timeout(for_s)
        try:
            async with with_patience:
                while True:
                    frame = await self.socket.recv()
                    assert isinstance(frame, bytes)
                    self.heard.append(unpacked(frame))
        except (TimeoutError, ConnectionClosed):
            return

    @property
    def everything(self) -> str:
        return str(self.heard)


@asynccontextmanager
async def intruder(process: AppProcess, route: str = "/", origin: str | None = None) -> AsyncIterator[Intruder]:
    url = process.url.replace("http", "ws") + "/ws"
    async with connect(url, origin=origin or process.url, max_size=None) as socket:  # type: ignore[arg-type]  # a string
        await socket.send(packed(REGISTER, {"session_id": None, "page_name": "", "page": {**PAGE, "route": route}}))
        one = Intruder(socket)
        await one.listen()
        yield one


async def test_a_page_of_another_site_gets_no_socket(app_process: AppProcess) -> None:
    async with connect(app_process.url.replace("http", "ws") + "/ws", origin=app_process.url) as fine:  # type: ignore[arg-type]
        assert fine.state.name == "OPEN"
    with pytest.raises(Exception, match=r"403|1008|rejected"):
        async with intruder(app_process, origin="https://evil.example") as one:
            assert one.heard


async def test_properties_and_events_of_a_strangers_choice_lead_nowhere(
    app_process: AppProcess, borrower: Borrower
) -> None:
    async with intruder(app_process) as one:
        ids = sorted(set(controls(one.heard)))
        assert ids
        for number in ids:
            poison = {
                "data": "x",
                "value": "x",
                "disabled": False,
                "visible": True,
                "route": f"/loans/{borrower.loan.id}",
            }
            await one.socket.send(packed(SET_PROPERTIES, {"id": number, "props": poison}))
            for event in EVENTS[:4]:
                await one.socket.send(packed(CONTROL_EVENT, {"target": number, "name": event, "data": {"x": [1]}}))
            if number % 8 == 0:
                await asyncio.sleep(0.5)  # slow enough not to be cut off for that alone
                await one.listen(0.05)
        await one.listen(1)

        assert str(borrower.loan.id) not in one.everything.replace(f"/loans/{borrower.loan.id}", "")
        assert borrower.phone not in one.everything
        assert "Traceback" not in one.everything
        assert "/work" not in one.everything


async def test_a_place_of_somebody_elses_is_not_shown_to_who_asks_for_it_by_route(
    app_process: AppProcess, borrower: Borrower
) -> None:
    async with intruder(app_process, f"/loans/{borrower.loan.id}/pay") as one:
        await one.socket.send(
            packed(CONTROL_EVENT, {"target": 1, "name": "route_change", "data": {"route": "/profile"}})
        )
        await one.listen(1)

        assert "Ada Pass" not in one.everything
        assert "₦" not in one.everything


@pytest.mark.parametrize(
    "frame", [b"", b"\x00", b"\x00\x92\x01\xc0", b"\x00\x92\x01\x80", b"\x01\x00\x00\x00\x00", b"\xff" * 64]
)
async def test_a_frame_that_means_nothing_ends_one_socket_and_no_more(app_process: AppProcess, frame: bytes) -> None:
    async with connect(app_process.url.replace("http", "ws") + "/ws", origin=app_process.url) as socket:  # type: ignore[arg-type]
        await socket.send(frame)
        one = Intruder(socket)
        await one.listen(2)
        assert "session_id" not in one.everything

    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{app_process.url}/health/ready")).is_success


async def test_a_flood_of_frames_is_cut_off(app_process: AppProcess) -> None:
    async with intruder(app_process) as one:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(2000):
                await one.socket.send(packed(CONTROL_EVENT, {"target": 1, "name": "resize", "data": None}))
                await asyncio.sleep(0)
        await one.listen(5)

        assert one.socket.state.name in {"CLOSING", "CLOSED"}
        assert one.socket.close_code == 1008
