"""The app's server: what it hands out, what it refuses, and that sockets leave nothing behind."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import brotli
import flet as ft
import flet_web.fastapi as flet_fastapi
import httpx
import msgpack
import msgspec
import pytest

from app.config import AppConfig
from app.data import CALLER
from app.design.tokens import FONT, FONT_FILES
from app.main import start_with
from backend.appserver import AppServer, ServerOptions
from backend.appserver.page import Page
from backend.appserver.sockets import Asgi, Message, Receive, Send, SocketGuard, SocketLimits
from backend.kernel.ratelimit import Plan
from shared.api.identity import Brand
from tests.builders.app_stage import DeviceInMemory, Table, TableConnections
from tests.builders.sandbox import until

ORIGIN = "https://app.example"
REGISTERS = b"\x00\x92\x01\x80"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    options = ServerOptions(
        app=AppConfig(api_url="http://127.0.0.1:9"), origins=frozenset({ORIGIN}), cache=tmp_path_factory.mktemp("cache")
    )
    return AppServer(options)


@pytest.fixture
async def client(server: AppServer) -> AsyncIterator[httpx.AsyncClient]:
    transport: Any = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as open_client:
        yield open_client


@pytest.mark.parametrize("path", ["/", "/loans/1/pay", "/profile"])
async def test_every_place_is_answered_with_the_one_page_and_its_policy(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert answer.headers["cache-control"] == "no-cache"
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "cross-origin-embedder-policy" not in answer.headers  # the engine would draw on a second thread
    for address in re.findall(r"https?://[^\s\"')]+", answer.text):
        assert address.startswith("http://www.w3.org"), "the page loads nothing from elsewhere"


async def test_files_are_known_by_the_version_of_all_of_them_and_never_go_stale(client: httpx.AsyncClient) -> None:
    version = re.search(r'src="([0-9a-f]{12})/flutter_bootstrap.js"', (await client.get("/")).text)
    assert version is not None

    lasting = await client.get(f"/{version[1]}/flutter_bootstrap.js")
    plain = await client.get("/fonts/Inter.ttf")
    again = await client.get("/fonts/Inter.ttf", headers={"If-None-Match": plain.headers["etag"]})

    assert "immutable" in lasting.headers["cache-control"]
    assert lasting.headers["content-type"] == "text/javascript"
    assert "immutable" not in plain.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/fonts/../../pyproject.toml", "/pyodide/pyodide.mjs", "/x.js"],
)
async def test_no_other_file_can_be_asked_for(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert b"[project]" not in answer.content


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/upload", "/oauth_callback"])
async def test_what_flet_would_serve_besides_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    written = await client.put(path, content=b"x")

    assert b"swagger" not in answer.content.lower()
    assert written.status_code == 405


async def test_compressed_files_come_to_whoever_takes_them(
    server: AppServer, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file = server._static.files["fonts/Inter.ttf"]
    file.compressed = brotli.compress(b"squeezed")

    squeezed = await client.get("/fonts/Inter.ttf", headers={"Accept-Encoding": "br"})
    file.compressed = None

    assert squeezed.headers["content-encoding"] == "br"
    assert squeezed.content == b"squeezed"


def test_every_font_is_there_before_the_first_frame_and_the_engine_fetches_none_of_its_own(server: AppServer) -> None:
    manifest = server._static.files["assets/FontManifest.json"].content()
    listed = {each["family"]: each["fonts"][0]["asset"] for each in msgspec.json.decode(manifest)}
    page = server._page.html.decode()

    assert {name: f"../{file}" for name, file in FONT_FILES.items()}.items() <= listed.items()
    assert listed["Roboto"] == f"../{FONT_FILES[FONT]}", (
        "else the engine would load its own, and write in serifs till then"
    )
    ahead = re.findall(r'<link rel="preload" as="fetch" href="[0-9a-f]{12}/([^"]+)" crossorigin>', page)
    assert ahead
    assert set(ahead) <= set(FONT_FILES.values()) <= server._static.files.keys()


def test_a_tenants_name_can_not_break_out_of_the_page() -> None:
    page = Page("0" * 12, name='<script>alert("x")</script>', brand=Brand(primary_colour="#112233"))

    assert b"<script>alert" not in page.html
    assert b"<script>alert" not in page.icon
    assert b"#112233" in page.html


class Socket:
    """One side of a socket, played."""

    def __init__(self, *frames: bytes, origin: str = ORIGIN, address: str = "1.2.3.4") -> None:
        self.scope = {
            "type": "websocket",
            "scheme": "wss",
            "path": "/ws",
            "query_string": b"",
            "server": ("app.example", 443),
            "client": (address, 1),
            "headers": [(b"origin", origin.encode())],
        }
        self.sent: list[Message] = []
        self.broken: Exception | None = None
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._queue.put_nowait({"type": "websocket.connect"})
        for frame in frames:
            self._queue.put_nowait({"type": "websocket.receive", "bytes": frame})

    def hang_up(self) -> None:
        self._queue.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def receive(self) -> Message:
        return await self._queue.get()

    async def send(self, message: Message) -> None:
        if self.broken is not None:
            raise self.broken
        self.sent.append(message)

    async def hear(self, words: bytes) -> None:
        await until(lambda: any(words in each.get("bytes", b"") for each in self.sent))

    @property
    def closed_with(self) -> int | None:
        return next((each["code"] for each in self.sent if each["type"] == "websocket.close"), None)


def registers(session_id: str | None = None) -> bytes:
    page = {"route": "/", "web": True, "platform": "linux", "platform_brightness": "light"}
    return b"\0" + bytes(msgpack.packb([1, {"session_id": session_id, "page_name": "", "page": page}]))


class Listener:
    """An application that takes every frame until the end, or never ends."""

    def __init__(self, *, stubborn: bool = False) -> None:
        self.frames: list[bytes] = []
        self.begun = self.ended = 0
        self._stubborn = stubborn

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.begun += 1
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                self.frames.append(message.get("bytes", b""))
            if self._stubborn:
                await asyncio.Event().wait()
        finally:
            self.ended += 1


def guard(listener: Asgi, **limits: Any) -> SocketGuard:
    given = SocketLimits(first_frame_s=0.05, farewell_s=0.05, **limits)
    return SocketGuard(listener, frozenset({ORIGIN}), lambda: 0, given)


@pytest.mark.parametrize("origin", ["", "https://evil.example", "null", ORIGIN + ".evil.example"])
async def test_a_foreign_origin_is_turned_away_before_anything_begins(origin: str) -> None:
    listener, socket = Listener(), Socket(REGISTERS, origin=origin)

    await guard(listener)(socket.scope, socket.receive, socket.send)

    assert socket.closed_with == 1008
    assert not listener.begun


@pytest.mark.parametrize("frames", [(), (b"",), (b"\x00\x92\x03",), (b"\x01junk",), (b"GET / HTTP/1.1",)])
async def test_who_does_not_say_who_they_are_first_is_turned_away(frames: tuple[bytes, ...]) -> None:
    listener, socket = Listener(), Socket(*frames)

    await guard(listener)(socket.scope, socket.receive, socket.send)

    assert socket.closed_with == 1008
    assert not listener.begun


async def test_a_session_that_does_not_end_by_itself_is_ended_with_its_socket() -> None:
    listener, socket = Listener(stubborn=True), Socket(REGISTERS)
    held = guard(listener)
    socket.hang_up()

    await asyncio.wait_for(held(socket.scope, socket.receive, socket.send), 2)

    assert (listener.begun, listener.ended, held.open) == (1, 1, 0)
    assert listener.frames[-1] == REGISTERS


@pytest.mark.parametrize("broken", [OSError("they are gone"), RuntimeError("it was closed")], ids=["by them", "by us"])
async def test_a_window_that_is_drawn_while_its_socket_ends_is_left_and_can_be_taken_up(broken: Exception) -> None:
    begun: list[ft.Page] = []
    left = asyncio.Event()

    async def start(page: ft.Page) -> None:
        page.on_disconnect = left.set
        begun.append(page)

    listener = flet_fastapi.app(start)
    held, socket = guard(listener), Socket(registers())
    living = asyncio.create_task(held(socket.scope, socket.receive, socket.send))
    await until(lambda: bool(begun))

    socket.broken = broken
    begun[0].title = "Drawn meanwhile"
    begun[0].update()
    await asyncio.sleep(0.05)
    socket.hang_up()
    await living
    assert left.is_set()

    again = Socket(registers(begun[0].session.id))
    living = asyncio.create_task(held(again.scope, again.receive, again.send))
    await again.hear(b"Drawn meanwhile")
    again.hang_up()
    await living
    assert len(begun) == 1


def sizes(frame: bytes) -> dict[int, int]:
    """How many properties the controls in a frame have, by their ids."""
    found: dict[int, int] = {}

    def look(part: Any) -> None:
        if isinstance(part, dict) and "_i" in part:
            found[part["_i"]] = len(part)
        for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            look(each)

    look(msgpack.unpackb(frame[1:], strict_map_key=False, ext_hook=lambda code, data: (code, data)))
    return found


async def test_a_window_that_comes_back_is_sent_nothing_that_must_be_compared_to_be_told_apart() -> None:
    pages: list[ft.Page] = []

    async def start(page: ft.Page) -> None:
        pages.append(page)
        page.add(ft.Column([ft.Row([ft.Text("Hello", size=12)])]))

    held, in_the_window = guard(flet_fastapi.app(start)), dict[int, int]()
    for turn in range(4):
        socket = Socket(registers(pages[0].session.id if pages else None))
        living = asyncio.create_task(held(socket.scope, socket.receive, socket.send))
        await socket.hear(b"Hello")
        pages[0].add(ft.Text(f"Since turn {turn}"))
        await socket.hear(b"Since turn %d" % turn)
        socket.hang_up()
        await living

        first, *later = (each["bytes"] for each in socket.sent if each.get("bytes"))
        sent = sizes(first)
        assert turn == 0 or in_the_window.keys() <= sent.keys()
        assert [each for each in in_the_window if sent[each] == in_the_window[each]] == []
        in_the_window = sent | {each: size for frame in later for each, size in sizes(frame).items()}
    assert len(pages) == 1


async def test_a_window_that_comes_back_from_another_address_is_the_same_and_acts_from_there() -> None:
    pages: list[ft.Page] = []
    callers: list[str | None] = []

    async def start(page: ft.Page) -> None:
        pages.append(page)
        page.on_connect = lambda: callers.append(CALLER.get())
        page.add(ft.Text("Hello"))

    held = guard(flet_fastapi.app(start))
    for address in ("1.2.3.4", "5.6.7.8"):
        socket = Socket(registers(pages[0].session.id if pages else None), address=address)
        living = asyncio.create_task(held(socket.scope, socket.receive, socket.send))
        await socket.hear(b"Hello")
        socket.hang_up()
        await living

    await until(lambda: bool(callers))
    assert (len(pages), callers) == (1, ["5.6.7.8"])


async def test_the_platform_is_told_where_whoever_sits_at_the_window_is_and_not_what_their_client_says() -> None:
    table = Table()
    held = guard(flet_fastapi.app(start_with(TableConnections(table), device=lambda _: DeviceInMemory())))
    lie = b"\0" + bytes(msgpack.packb([4, {"id": 1, "props": {"client_ip": "6.6.6.6"}}]))
    for address in ("1.2.3.4", "5.6.7.8"):
        table.asked.clear()
        socket = Socket(registers(), lie, address=address)
        living = asyncio.create_task(held(socket.scope, socket.receive, socket.send))
        await until(lambda: any(each.url.path == "/v1/loans" for each in table.asked))
        socket.hang_up()
        await living

        assert {each.headers.get("X-Forwarded-For") for each in table.asked} == {address}


async def test_who_speaks_too_fast_is_cut_off() -> None:
    listener, socket = Listener(), Socket(REGISTERS, *[b"\x00frame"] * 50)

    await guard(listener, frames=Plan(name="frames", limit=5, window_s=60))(socket.scope, socket.receive, socket.send)

    assert socket.closed_with == 1008
    assert len(listener.frames) <= 8


async def test_one_address_opens_only_so_many_sockets() -> None:
    listener = Listener()
    held = guard(listener, open_per_address=1)
    first, second = Socket(REGISTERS), Socket(REGISTERS)
    living = asyncio.create_task(held(first.scope, first.receive, first.send))
    await asyncio.sleep(0.01)

    await held(second.scope, second.receive, second.send)

    assert second.closed_with == 1013
    first.hang_up()
    await living
    assert held.open == 0
