"""Is the process alive, and can it do its work."""

from typing import Literal

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import text

from backend.kernel.db import Database
from backend.kernel.revisions import behind
from shared.errors import Unavailable

_PUBLIC = {"public": True, "tenant": False}


class Health(Struct, frozen=True, kw_only=True):
    """What works and what does not."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unreachable", "not migrated"] = "ok"


@get("/health/live", operation_id="getLiveness", opt=_PUBLIC, tags=["Health"], summary="Is the process alive")
async def live() -> Health:
    """Answers as long as the process serves requests at all."""
    return Health(status="ok")


@get("/health/ready", operation_id="getReadiness", opt=_PUBLIC, tags=["Health"], summary="Can it do its work")
async def ready(database: NamedDependency[Database]) -> Response[Health]:
    """Answers 200 when the database is reachable and migrated, and 503 otherwise."""
    try:
        async with database.unscoped() as connection:
            await connection.execute(text("SELECT 1"))
            missing = await behind(connection)
    except Unavailable:
        return Response(Health(status="unavailable", database="unreachable"), status_code=503)
    if missing:
        return Response(Health(status="unavailable", database="not migrated"), status_code=503)
    return Response(Health(status="ok"))
