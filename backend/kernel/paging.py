"""How a list is asked for its pages: the query parameters that every list takes, with their limits.

The framework heeds the limits of a `QueryParameter`, and overlooks those of a struct's field.
"""

from typing import Annotated

from litestar.params import QueryParameter

from shared.paging import MAX_PAGE

Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=200, description="`next_cursor` of the last page")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]
