"""The bot's own address on the web: Meta's webhooks, one path for each tenant, each with the secret of its app.

Verified over the raw bytes, split, each part stored once; only then answered with 200, and only then worked on. What
can't be stored is answered with 503, and Meta sends it again.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from bot.channels.meta import MAX_BODY, BadWebhook, Heard, Told, read, verify
from bot.dispatcher import Dispatcher
from bot.lines import LineAtWork, Lines
from bot.store.rows import Unavailable

log = structlog.get_logger(__name__)

Life = Callable[[Litestar], AbstractAsyncContextManager[None]]


@get("/webhooks/whatsapp/{tenant:str}", media_type=MediaType.TEXT)
async def challenge(
    tenant: FromPath[str], request: Request[Any, Any, Any], lines: NamedDependency[Lines]
) -> Response[str]:
    """Meta's question whether this address is ours, answered with its challenge."""
    given = request.query_params.get("hub.verify_token", "")
    for each in lines.of_tenant(tenant):
        if hmac.compare_digest(each.line.verify_token.encode(), given.encode()):
            return Response(request.query_params.get("hub.challenge", ""), media_type=MediaType.TEXT)
    return Response("", status_code=403, media_type=MediaType.TEXT)


@post("/webhooks/whatsapp/{tenant:str}", status_code=200, media_type=MediaType.TEXT)
async def receive(
    tenant: FromPath[str],
    request: Request[Any, Any, Any],
    lines: NamedDependency[Lines],
    dispatcher: NamedDependency[Dispatcher],
) -> Response[str]:
    """Messages and statuses. 401 where the signature does not hold; nothing is stored then."""
    raw = await request.body()
    try:
        ours = _signed_for(lines.of_tenant(tenant), raw, request.headers.get("x-hub-signature-256"))
        parts = read(raw)
    except BadWebhook as refusal:
        log.warning("webhook_refused", error_type=str(refusal))
        return Response("", status_code=401, media_type=MediaType.TEXT)
    try:
        for part in parts:
            line = ours.get(part.phone_number_id)
            if line is not None:
                await _take(dispatcher, line, part)
    except Unavailable:
        return Response("", status_code=503, media_type=MediaType.TEXT)
    return Response("ok", media_type=MediaType.TEXT)


def _signed_for(lines: list[LineAtWork], raw: bytes, signature: str | None) -> dict[str, LineAtWork]:
    """The lines whose app signed `raw`. Raises BadWebhook when it is none."""
    signed = {}
    for each in lines:
        try:
            verify(each.line.app_secret, raw, signature)
        except BadWebhook:
            continue
        signed[each.line.phone_number_id] = each
    if not signed:
        raise BadWebhook("the signature does not match the body")
    return signed


async def _take(dispatcher: Dispatcher, line: LineAtWork, part: Heard | Told) -> None:
    if isinstance(part, Heard):
        await dispatcher.hear(line, part)
    else:
        await dispatcher.note(line, part)


@get("/health/live", media_type=MediaType.TEXT, sync_to_thread=False)
def live() -> str:
    """Whether this process runs."""
    return "ok"


def _http_error(request: Request[Any, Any, Any], failure: HTTPException) -> Response[str]:
    """No such path, not this method, too large."""
    del request
    return Response("", status_code=failure.status_code, media_type=MediaType.TEXT)


def _crashed(request: Request[Any, Any, Any], failure: Exception) -> Response[str]:
    """A mistake of ours: logged, and answered so that Meta sends it again."""
    del request
    log.error("webhook_crashed", exc_info=failure)
    return Response("", status_code=500, media_type=MediaType.TEXT)


def _constant(it: object) -> Provide:
    return Provide(lambda: it, sync_to_thread=False)


def create_app(
    lines: Lines,
    dispatcher: Dispatcher,
    *more: Any,
    given: Mapping[str, object] | None = None,
    life: Life | None = None,
) -> Litestar:
    """The application of one process; it sweeps for as long as it serves, inside `life`."""

    @asynccontextmanager
    async def sweeping(_: Litestar) -> AsyncIterator[None]:
        sweep = asyncio.create_task(dispatcher.run())
        try:
            yield
        finally:
            sweep.cancel()
            await asyncio.wait([sweep])
            await dispatcher.idle()

    return Litestar(
        route_handlers=[challenge, receive, live, *more],
        dependencies={
            name: _constant(it) for name, it in {"lines": lines, "dispatcher": dispatcher, **(given or {})}.items()
        },
        exception_handlers={HTTPException: _http_error, Exception: _crashed},
        lifespan=[*([life] if life is not None else []), sweeping],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=MAX_BODY,
        debug=False,
    )
