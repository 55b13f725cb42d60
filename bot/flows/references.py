"""Ids as people read them to each other."""

from uuid import UUID


def reference_of(id_: UUID) -> str:
    """The end of an id: eight characters, the random part of it."""
    return id_.hex[-8:].upper()
