"""Published events: versioned structs, named in the past tense, one module per context."""

from typing import ClassVar

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened. A published field is never renamed or removed; later fields have defaults."""

    topic: ClassVar[str]
    version: ClassVar[int] = 1
