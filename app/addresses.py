"""From an address to the place that it leads to."""

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from app.routes import NotThere, Route


def parse(address: str) -> Route:
    """The place at `address`, a path with its query; NotThere where there is none."""
    parts = urlsplit(address)
    path = "/" + parts.path.strip("/")
    given = dict(parse_qsl(parts.query))
    for kind, expression in _patterns():
        if found := expression.fullmatch(path):
            try:
                return kind(**_typed(kind, given | found.groupdict()))
            except ValueError:
                break
    return NotThere(asked=path)


def _typed(kind: type[Route], texts: dict[str, str]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = {each.name for each in fields(kind)}
    return {
        name: UUID(text) if hints[name] in {UUID, UUID | None} else text
        for name, text in texts.items()
        if name in names
    }


@cache
def _patterns() -> tuple[tuple[type[Route], re.Pattern[str]], ...]:
    return tuple((kind, _expression(each)) for kind in _kinds(Route) for each in (kind.pattern, *kind.also))


def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern))


def _kinds(base: type[Route]) -> Iterator[type[Route]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
