"""Writes values into paths and queries the way the API reads them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from urllib.parse import quote


def part(value: str) -> str:
    """One percent-encoded path segment. Raises ValueError for one that would change the path's shape."""
    if value in {"", ".", ".."}:
        raise ValueError(f"{value!r} can't be a path segment.")
    return quote(value, safe="")


def query(params: Mapping[str, object] | None) -> tuple[tuple[str, str], ...]:
    """Query pairs: None is left out, a list or set repeats its name, the rest is written as in JSON."""
    pairs: list[tuple[str, str]] = []
    for name, value in (params or {}).items():
        if isinstance(value, Iterable) and not isinstance(value, str | bytes):
            pairs += [(name, _text(item)) for item in value]
        elif value is not None:
            pairs.append((name, _text(value)))
    return tuple(pairs)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
