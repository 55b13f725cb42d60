"""JSON to response structs and back, tolerant of an API that is newer than this client.

Unknown fields are skipped by msgspec. A value that an enum does not know becomes a pseudo member that equals its text:
`loan.status == "frozen"` holds, a `match` falls to its default, and nothing breaks on phones that were not updated.
Requests stay strict: the tolerance is switched on only while a response is decoded.
"""

from collections.abc import Hashable
from contextvars import ContextVar
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect

T = TypeVar("T")
_tolerant: ContextVar[bool] = ContextVar("caas_client_tolerant", default=False)


def encode(body: object) -> bytes:
    """A request struct as JSON."""
    return msgspec.json.encode(body)


def decode(raw: bytes, out: type[T]) -> T:
    """JSON as `out`. Raises msgspec.ValidationError or msgspec.DecodeError."""
    token = _tolerant.set(True)
    try:
        return cast("T", _decoder(cast("Hashable", out)).decode(raw))
    finally:
        _tolerant.reset(token)


@lru_cache(maxsize=1024)
def _decoder(out: Hashable) -> msgspec.json.Decoder[Any]:
    _open_enums(inspect.type_info(out), set())
    return msgspec.json.Decoder(cast("type[Any]", out))


def _open_enums(node: object, seen: set[int]) -> None:
    """Walks a described type and opens each string enum in it."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, inspect.EnumType):
        if issubclass(node.cls, StrEnum) and "_missing_" not in node.cls.__dict__:
            node.cls._missing_ = classmethod(_pseudo_member)  # type: ignore[assignment]  # the enum's own hook
    elif isinstance(node, inspect.Type | inspect.Field):
        for name in node.__struct_fields__:
            _open_enums(getattr(node, name), seen)
    elif isinstance(node, tuple):
        for item in node:
            _open_enums(item, seen)


def _pseudo_member(cls: type[StrEnum], value: object) -> StrEnum | None:
    if not _tolerant.get() or not isinstance(value, str):
        return None
    member = str.__new__(cls, value)
    member._name_ = value.upper()
    member._value_ = value
    return member
