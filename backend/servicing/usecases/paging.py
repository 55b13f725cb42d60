"""Cursors of servicing's lists: the id of the last item seen."""

from uuid import UUID

from shared.errors import InvalidInput


def cursor_id(cursor: str | None) -> UUID | None:
    """The id in a cursor. Raises InvalidInput for one that this API did not give."""
    if cursor is None:
        return None
    try:
        return UUID(cursor)
    except ValueError as error:
        raise InvalidInput({"cursor": "Pass `next_cursor` of the page before, unchanged."}) from error
