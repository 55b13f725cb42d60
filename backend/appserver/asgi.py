"""The server: one page for the app and one for passkeys, known files, guarded sockets, and nothing else."""

import asyncio
import gzip
import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import flet_web
import flet_web.fastapi as flet_fastapi
from msgspec import Struct

from app.config import AppConfig
from app.data import Connections
from app.main import Start, start_with
from backend.appserver.page import FALLBACK_NAME, Page
from backend.appserver.passkeys import PasskeyDesk, PasskeyPage, small_body
from backend.appserver.sockets import Receive, Send, SocketGuard, SocketLimits
from backend.appserver.static import StaticFile, StaticFiles
from shared.api.identity import Brand, TenantOut
from shared.client import AsyncMemoryTokenStore
from shared.client.errors import ClientError
from shared.i18n import Language

log = logging.getLogger("caas.appserver")

ASSETS = Path(__file__).parents[2] / "assets" / "app"
_FOREVER, _SOON = "public, max-age=31536000, immutable", "public, max-age=3600, stale-while-revalidate=604800"
# No `cross-origin-embedder-policy`: with it the engine draws on a thread of its own, and spoils letters (decision 24).
_SAFE = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class ServerOptions(Struct, frozen=True, kw_only=True):
    """Where the server stands. `origins` are the addresses that browsers know it by."""

    app: AppConfig
    origins: frozenset[str]
    cache: Path
    session_timeout_s: int = 300
    limits: SocketLimits = SocketLimits()


class AppServer:
    """An ASGI application."""

    def __init__(
        self, options: ServerOptions, *, connections: Connections | None = None, start: Start | None = None
    ) -> None:
        """`connections` and `start` take the place of the app's own."""
        self._options = options
        self._connections = connections or Connections(options.app)
        self._static = StaticFiles(ASSETS, Path(flet_web.get_package_web_dir()))
        self._take_brand(None)
        self._desk = PasskeyDesk(self._connections, time.monotonic_ns)
        flet_app = flet_fastapi.app(
            start or start_with(self._connections), no_cdn=True, session_timeout_seconds=options.session_timeout_s
        )
        self.sockets = SocketGuard(flet_app, options.origins, time.monotonic_ns, options.limits)
        self._work: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One request, one socket, or the life of the process."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "websocket" if scope["path"] == "/ws":
                await self.sockets(scope, receive, send)
            case "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            case _:
                await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await flet_fastapi.app_manager.start()
        self._work = [asyncio.create_task(self._learn_brand()), asyncio.create_task(self._compress())]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in self._work:
            task.cancel()
        await self._connections.aclose()
        await flet_fastapi.app_manager.shutdown()
        await send({"type": "lifespan.shutdown.complete"})

    async def _compress(self) -> None:
        await asyncio.to_thread(self._static.compress, self._options.cache)

    async def _learn_brand(self) -> None:
        """Asks until the platform answers whose app this is, and now and then again: a brand may change."""
        client = self._connections.client(Language.ENGLISH, AsyncMemoryTokenStore())
        pause_s = 1.0
        while True:
            try:
                self._take_brand(await client.identity.tenant())
                pause_s = 300
            except ClientError as error:
                log.info("the platform does not say yet whose app this is: %s", error)
                pause_s = min(pause_s * 2, 30)
            await asyncio.sleep(pause_s)

    def _take_brand(self, tenant: TenantOut | None) -> None:
        name, brand = (FALLBACK_NAME, Brand()) if tenant is None else (tenant.name, tenant.brand)
        self._page = Page(self._static.version, name=name, brand=brand)
        self._passkey_pages = {
            language: PasskeyPage(self._static.version, language, name=name, brand=brand) for language in Language
        }

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        path = scope["path"].lstrip("/")
        if scope["method"] == "POST" and path in {"passkey/options", "passkey/answer"}:
            await self._ask_platform(path, scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _respond(send, 405, b"", [(b"allow", b"GET, HEAD")])
            return
        headers = dict(scope["headers"])
        match path:
            case "passkey":
                await self._send_passkey_page(scope, send)
            case "health/live" | "health/ready":
                await _respond(send, 200, b"ok", [_type("text/plain")])
            case "manifest.json":
                await _respond(send, 200, self._page.manifest, [_type("application/manifest+json"), _cached(_SOON)])
            case "icon.svg":
                await _respond(send, 200, self._page.icon, [_type("image/svg+xml"), _cached(_SOON)])
            case _:
                await self._file_or_page(path, headers, send)

    async def _file_or_page(self, path: str, headers: dict[bytes, bytes], send: Send) -> None:
        name, lasting = path, _SOON
        if path.startswith(f"{self._static.version}/"):
            name, lasting = path.partition("/")[2], _FOREVER
        file = self._static.get(name)
        if file is not None:
            await _send_file(file, headers, lasting, send)
        elif "." in path.rsplit("/", 1)[-1]:
            await _respond(send, 404, b"Not found", [_type("text/plain")])
        else:
            await self._send_page(headers, send)

    async def _send_page(self, headers: dict[bytes, bytes], send: Send) -> None:
        body, shown = self._page.html, [_type("text/html; charset=utf-8"), _cached("no-cache")]
        shown.append((b"content-security-policy", self._page.policy.encode()))
        if b"gzip" in headers.get(b"accept-encoding", b""):
            body = gzip.compress(body)
            shown += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        await _respond(send, 200, body, shown)

    async def _send_passkey_page(self, scope: Any, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [None])[0]
        page = self._passkey_pages[Language.match(asked)]
        shown = [_type("text/html; charset=utf-8"), _cached("no-store")]
        await _respond(send, 200, page.html, [*shown, (b"content-security-policy", page.policy.encode())])

    async def _ask_platform(self, path: str, scope: Any, receive: Receive, send: Send) -> None:
        """Only for the page itself: browsers say truly where a request comes from."""
        headers = dict(scope["headers"])
        address = (scope.get("client") or ("?", 0))[0]
        shown = [_type("application/json"), _cached("no-store")]
        if headers.get(b"origin", b"").decode("latin-1") not in self._options.origins:
            await _respond(send, 403, b'{"code":"foreign_origin"}', shown)
        elif not headers.get(b"content-type", b"").startswith(b"application/json"):
            await _respond(send, 415, b'{"code":"json_only"}', shown)
        elif not self._desk.admits(address):
            await _respond(send, 429, b'{"code":"too_many_requests"}', [*shown, (b"retry-after", b"60")])
        elif (body := await small_body(receive)) is None:
            await _respond(send, 413, b'{"code":"too_large"}', shown)
        else:
            ask = self._desk.options if path == "passkey/options" else self._desk.answer
            status, told = await ask(body, address)
            await _respond(send, status, told, shown)


async def _send_file(file: StaticFile, headers: dict[bytes, bytes], lasting: str, send: Send) -> None:
    shown = [_type(file.media_type), _cached(lasting), (b"etag", file.etag.encode()), (b"vary", b"accept-encoding")]
    if headers.get(b"if-none-match") == file.etag.encode():
        await _respond(send, 304, b"", shown)
    elif file.compressed is not None and b"br" in headers.get(b"accept-encoding", b""):
        await _respond(send, 200, file.compressed, [*shown, (b"content-encoding", b"br")])
    else:
        await _respond(send, 200, await asyncio.to_thread(file.content), shown)


async def _respond(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*_SAFE, *headers, length]})
    await send({"type": "http.response.body", "body": body})


def _type(media_type: str) -> tuple[bytes, bytes]:
    return b"content-type", media_type.encode()


def _cached(how: str) -> tuple[bytes, bytes]:
    return b"cache-control", how.encode()
