"""Cursor pages: stable under inserts, limited in size."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

MAX_PAGE = 200
DEFAULT_PAGE = 50
Limit = Annotated[int, Meta(ge=1, le=MAX_PAGE, description="How many items at most")]


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list; pass `next_cursor` back as `cursor` for the next one, until it is null."""

    items: list[T]
    next_cursor: str | None = None
