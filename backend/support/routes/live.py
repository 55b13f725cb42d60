"""Live updates over HTTP, as server-sent events."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from litestar.response import Stream

from backend.kernel.auth import Revocations, principal_of
from backend.kernel.db import Database
from backend.kernel.live import LiveHub
from backend.support.usecases.stream_live import read_place, stream
from shared.errors import NotAuthenticated

LastEventId = Annotated[
    str | None,
    HeaderParameter(name="Last-Event-ID", max_length=50, description="`id` of the last event, to go on from there"),
]


@get(
    "/v1/live",
    operation_id="streamLive",
    summary="What happens, as it happens",
    tags=["Live"],
    media_type="text/event-stream",
)
async def stream_live(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    live_hub: NamedDependency[LiveHub],
    revocations: NamedDependency[Revocations],
    last_event_id: LastEventId = None,
) -> Response[bytes]:
    """Server-sent events about one's own things, and for agents about the desk.

    They name what changed; read that again. A stream ends after five minutes: come again with `Last-Event-ID`, and
    nothing is missed.
    """
    principal = principal_of(request)
    if principal is None:
        raise NotAuthenticated
    news = stream(live_hub, database, revocations, principal, read_place(last_event_id))
    first = await anext(news)  # what is refused is refused with its status, before a stream begins
    return Stream(_from(first, news), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})  # type: ignore[return-value]  # a stream is a response of bytes


async def _from(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for part in rest:
            yield part
    finally:
        await rest.aclose()
