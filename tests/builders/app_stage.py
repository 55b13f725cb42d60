"""The app on a stage: a device in memory and an API that answers by a table."""

import asyncio
import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import flet as ft
import httpx
import msgspec

from app.config import AppConfig
from app.data import Connections
from app.main import start_with
from app.platform.port import CameraTrouble, DeviceFailed, Lens, Owner, Picked, Trouble, Wishes
from shared.client import AsyncClient, AsyncTokenStore, Tokens
from shared.clock import Clock, SystemClock
from shared.i18n import Language
from tests.builders import app_samples as samples
from tests.builders.app_business_samples import BUSINESS_ANSWERS
from tests.builders.app_paper_samples import PAPER_ANSWERS
from tests.builders.app_support_samples import SUPPORT_ANSWERS
from tests.builders.flet_window import Window

Answer = object | Callable[[httpx.Request], object]
NEVER, BROKEN, OFFLINE = "never", "broken", "offline"


class PlayedCamera:
    """Fulfils the port for cameras by the pictures of a device in memory."""

    def __init__(self, device: "DeviceInMemory", over: Callable[[], ft.Control]) -> None:
        self._device, self._over = device, over

    def view(self) -> ft.Control:
        return ft.Container(content=self._over(), data="camera")

    async def open(self, lens: Lens) -> None:
        self._device.lenses.append(lens)
        if self._device.pictures and isinstance(self._device.pictures[0], Trouble):
            raise CameraTrouble(self._device.pictures.pop(0))  # type: ignore[arg-type]

    async def take(self) -> bytes:
        picture = self._device.pictures.pop(0)
        if isinstance(picture, Trouble):
            raise CameraTrouble(picture)
        return picture


class DeviceInMemory:
    """Fulfils the app's port for devices; what was done with it can be read."""

    description, channel, host = "Test (memory)", "web", "app.test"

    def __init__(self, *, signed_in: bool = True, language: str | None = "en", toured: bool = True) -> None:
        self.secrets: dict[str, str] = {}
        self.settings: dict[str, str] = {} if language is None else {"language": language}
        self.settings |= {"toured": "yes"} if toured else {}
        self.saved: list[tuple[str, bytes]] = []
        self.copied: list[str] = []
        self.opened: list[str] = []
        self.files: list[Picked] = []
        self.has_camera = True
        self.pictures: list[bytes | Trouble] = []  # what its camera gives in turn; a trouble as soon as it is opened
        self.lenses: list[Lens] = []  # which were opened
        self.can_push = False
        self.push_name: str | None = None  # by which notices reach it, once it was asked; None where its owner says no
        self.push_asked = 0
        self.wished: Wishes | None = Wishes()  # what the settings of its system ask for; None where it does not answer
        self.tells_owner = False  # whether it has a screen lock
        self.owner: list[Owner | asyncio.Event] = []  # its answers in turn, an event holds one back; then confirmed
        self.reasons: list[str] = []  # what its owner was asked for
        if signed_in:
            tokens = Tokens(
                access_token="access",
                refresh_token="refresh",
                renew_at=samples.FAR,
                refresh_key="key",
            )
            self.secrets["tokens"] = msgspec.json.encode(tokens).decode()

    async def secret(self, name: str) -> str | None:
        return self.secrets.get(name)

    async def keep_secret(self, name: str, value: str) -> None:
        self.secrets[name] = value

    async def drop_secret(self, name: str) -> None:
        self.secrets.pop(name, None)

    async def setting(self, name: str) -> str | None:
        return self.settings.get(name)

    async def keep_setting(self, name: str, value: str | None) -> None:
        self.settings.pop(name, None)
        if value is not None:
            self.settings[name] = value

    async def drop_secrets(self, beginning: str) -> None:
        self.secrets = {name: value for name, value in self.secrets.items() if not name.startswith(beginning)}

    async def pick_file(self, extensions: Sequence[str]) -> Picked | None:
        return self.files.pop(0) if self.files else None

    def camera(self, over: Callable[[], ft.Control]) -> "PlayedCamera":
        return PlayedCamera(self, over)

    async def save_file(self, name: str, content: bytes, media_type: str) -> None:
        self.saved.append((name, content))

    async def copy(self, text: str) -> None:
        self.copied.append(text)

    async def share(self, text: str) -> bool:
        self.copied.append(text)
        return False

    async def open_link(self, url: str) -> None:
        self.opened.append(url)

    async def open_here(self, url: str) -> None:
        self.opened.append(url)

    async def wishes(self) -> Wishes:
        if self.wished is None:
            raise DeviceFailed
        return self.wished

    async def announce(self, text: str) -> None:
        pass

    async def register_push(self) -> str | None:
        self.push_asked += 1
        return self.push_name

    async def end_push(self) -> None:
        self.push_name = None

    async def can_confirm_owner(self) -> bool:
        return self.tells_owner

    async def confirm_owner(self, reason: str) -> Owner:
        self.reasons.append(reason)
        said = self.owner.pop(0) if self.owner else Owner.CONFIRMED
        if isinstance(said, asyncio.Event):
            await said.wait()
            return Owner.CONFIRMED
        return said

    async def tick(self) -> None:
        pass


class Table:
    """Answers by method and path, the longest path that fits first; remembers what was asked."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.answers: dict[str, Answer] = {
            **samples.ANSWERS,
            **SUPPORT_ANSWERS,
            **BUSINESS_ANSWERS,
            **PAPER_ANSWERS,
            **(answers or {}),
        }
        self.asked: list[httpx.Request] = []

    def set(self, place: str, answer: Answer) -> None:
        """From now on `place`, such as "GET /v1/loans", answers so."""
        self.answers[place] = answer

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(f"{request.method} {request.url.path}")
        if callable(answer):
            answer = answer(request)
        if inspect.isawaitable(answer):
            answer = await answer
        match answer:
            case None:
                return _problem(404, "not_found")
            case "never":
                await asyncio.sleep(3600)
            case "broken":
                return _problem(500, "internal_error")
            case "offline":
                raise httpx.ConnectError("no network", request=request)
            case (int() as status, str() as code):
                return _problem(status, code)
            case (int() as status, str() as code, dict() as fields):
                return _problem(status, code, fields)
            case httpx.Response():
                return answer
        return httpx.Response(200, content=msgspec.json.encode(answer), headers={"Content-Type": "application/json"})


def _problem(status: int, code: str, fields: dict[str, str] | None = None) -> httpx.Response:
    told = {"code": code, "title": code, "detail": f"The platform says {code}.", "status": status}
    body = json.dumps(told | ({"errors": fields} if fields else {}))
    return httpx.Response(status, content=body, headers={"Content-Type": "application/problem+json"})


class TableConnections(Connections):
    """The connections of the app, to a table instead of the network."""

    def __init__(self, table: Table, *, development: bool = False) -> None:
        super().__init__(AppConfig(development=development))
        self._table = table

    def client(self, language: Language, tokens: AsyncTokenStore, caller: str | None = None) -> AsyncClient:
        config, transport = replace(self.config.client(language.value), max_retries=0), httpx.MockTransport(self._table)
        return AsyncClient(config, tokens=tokens, transport=transport, clock=SystemClock(), caller=caller)


async def show(
    route: str = "/",
    *,
    table: Table | None = None,
    device: DeviceInMemory | None = None,
    width: int = 390,
    development: bool = False,
    clock: Clock | None = None,
) -> Window:
    """The app at `route`, signed in unless the device says otherwise."""
    connections = TableConnections(table or Table(), development=development)
    held = device or DeviceInMemory()
    return await Window.open(
        start_with(connections, device=lambda _: held, clock=clock or SystemClock()), route, width=width
    )
