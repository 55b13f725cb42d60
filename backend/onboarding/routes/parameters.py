"""Query parameters that several lists share."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from shared.paging import MAX_PAGE

Cursor = Annotated[UUID | None, QueryParameter(name="cursor", description="`next_cursor` of the last page")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]
