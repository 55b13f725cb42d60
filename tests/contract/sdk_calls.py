"""What each method of the SDK asks for, found by calling it, and which handler of the API would answer."""

import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import Parameter, signature
from types import NoneType
from typing import Any

import httpx
import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct, inspect

from shared.api.live import LiveEvent
from shared.client import Client, ClientConfig, errors
from shared.client._sync.resource import Resource
from shared.client.files import Download, Upload
from shared.paging import Page
from tests.contract import golden

CONFIG = ClientConfig(base_url="https://api.test", tenant="demo", max_retries=0)


@dataclass(frozen=True)
class Asked:
    """One method and the request that it makes."""

    name: str
    method: str
    path: str
    body: Any
    answer: Any

    def __str__(self) -> str:
        return f"{self.name} ({self.method} {self.path})"


@dataclass(frozen=True)
class Served:
    """One operation of the API."""

    method: str
    path: str
    handler: HTTPRouteHandler

    def matches(self, asked: Asked) -> bool:
        """Whether `asked` is answered by this operation."""
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(self.path))
        return self.method == asked.method and re.fullmatch(pattern, asked.path) is not None

    @property
    def literal(self) -> int:
        """How much of the path is fixed: the more, the sooner it is chosen."""
        return -self.path.count("{")


def resources(client: Client) -> dict[str, Resource]:
    """The parts of the client by their attribute."""
    return {name: part for name, part in vars(client).items() if isinstance(part, Resource)}


def asked_by(resource_class: type[Resource]) -> Iterator[Asked]:
    """What the public methods of a resource ask for."""
    for name in sorted(vars(resource_class)):
        if not name.startswith("_") and callable(getattr(resource_class, name)):
            yield _asked(resource_class, name)


def _asked(resource_class: type[Resource], name: str) -> Asked:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, content=b"?")

    with Client(CONFIG, transport=httpx.MockTransport(handler)) as client:
        method = getattr(resource_class(client._session), name)
        hints = typing.get_type_hints(method)
        answer = hints.pop("return")
        needed = _needed(method)
        given = {each: _sampled(hint) for each, hint in hints.items() if each in needed}
        try:
            result = method(**given)
            if not isinstance(result, Download | Struct | NoneType):
                next(iter(result))
        except (errors.UnexpectedResponse, TypeError, StopIteration):
            pass
    assert sent, f"{resource_class.__name__}.{name} asks for nothing"
    bodies = [hint for hint in hints.values() if isinstance(hint, type) and issubclass(hint, Struct)]
    body = next((each for each in bodies if each is not Upload), None)
    return Asked(f"{resource_class.__name__}.{name}", sent[0].method, sent[0].url.path, body, answer)


def _needed(method: Any) -> set[str]:
    return {name for name, it in signature(method).parameters.items() if it.default is Parameter.empty}


def _sampled(hint: Any) -> Any:
    if hint is Upload:
        return Upload(filename="a.png", content=b"x", media_type="image/png")
    return msgspec.json.decode(msgspec.json.encode(golden._value(inspect.type_info(hint), full=False)), type=hint)


def served_by(app: Litestar) -> list[Served]:
    """The operations under /v1, those with the most fixed paths first; webhooks are for providers, not for the SDK."""
    found = [
        Served(method, route.path_format, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path_format.startswith("/v1/")
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS" and not route.path_format.startswith("/v1/webhooks/")
    ]
    return sorted(found, key=lambda it: (it.literal, it.path), reverse=True)


def disagreement(asked: Asked, served: Served) -> str | None:
    """How the two differ about what is sent and what comes back; None when they agree."""
    data = served.handler.parsed_data_field
    takes = None if data is None else _plain(data.annotation)
    if asked.body is not None and takes != asked.body:
        return f"{asked} sends {asked.body}, the API takes {takes}"
    gives, wants = _plain(served.handler.parsed_return_field.annotation), _wanted(asked.answer)
    if wants in (None, NoneType, Download, Page[LiveEvent]) or gives == wants:  # files and streams are bytes
        return None
    return f"{asked} expects {wants}, the API gives {gives}"


def _wanted(answer: Any) -> Any:
    if typing.get_origin(answer) is not None and typing.get_origin(answer).__name__ in {"Generator", "Iterator"}:
        return Page[typing.get_args(answer)[0]]  # type: ignore[misc]  # a generic of a run-time type
    return answer


def _plain(annotation: Any) -> Any:
    """The type inside Annotated and Response."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated or (isinstance(origin, type) and issubclass(origin, Response)):
        return _plain(typing.get_args(annotation)[0])
    return annotation
