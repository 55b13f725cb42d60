"""Cursors that are ids."""

from uuid import UUID

from shared.errors import InvalidInput


def cursor_id(cursor: str | None) -> UUID | None:
    """The id that a page goes on from. Raises InvalidInput."""
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError as error:
        raise InvalidInput({"cursor": "Pass `next_cursor` of the page before, unchanged."}) from error
