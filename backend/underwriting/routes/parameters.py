"""What several of the routes take."""

import re
from typing import Annotated
from uuid import UUID

from litestar.params import HeaderParameter, QueryParameter

from shared.i18n.languages import Language
from shared.i18n.localizer import Localizer, localizer
from shared.paging import MAX_PAGE

Accepts = Annotated[
    str | None,
    HeaderParameter(name="Accept-Language", max_length=200, description="The language that reasons are given in"),
]
Cursor = Annotated[UUID | None, QueryParameter(name="cursor", description="`next_cursor` of the last page")]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]


def words_for(accepts: str | None) -> Localizer:
    """The words of the first language that the header names and we speak, otherwise English."""
    first = re.split(r"[,;]", accepts or "", maxsplit=1)[0].strip()
    return localizer(Language.match(first))
