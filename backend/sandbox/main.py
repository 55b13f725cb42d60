"""The sandbox process: the outside world over HTTP, and the courier of its webhooks."""

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from backend.kernel import health, problems, telemetry
from backend.kernel.db import Database
from backend.sandbox import accounts, kyc, lenders, links, mandates, messages, pages, payouts
from backend.sandbox.courier import Courier
from backend.sandbox.errors import BadKey
from backend.sandbox.pace import Pace
from backend.sandbox.store import World
from backend.sandbox.whatsapp import graph
from backend.sandbox.whatsapp import page as simulator
from backend.sandbox.whatsapp.world import Number, WhatsApp
from backend.settings import Settings, SettingsError
from shared.errors import CaasError, Unavailable
from shared.ids import new_id


def create_sandbox(
    settings: Settings, *, pace: Pace | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> Litestar:
    """The sandbox on the platform's own database; `transport` carries its webhooks.

    Raises SettingsError in production, and without a secret.
    """
    if settings.is_production:
        raise SettingsError("the sandbox plays the outside world: it does not run in production")
    if not settings.sandbox_secret:
        raise SettingsError("CAAS_SANDBOX_SECRET: must be set, the sandbox signs its webhooks with it")
    telemetry.configure(level=settings.log_level, service="caas-sandbox", otlp_endpoint=None)
    database = Database(settings.database_url, pool=settings.database_pool)
    world = World(database, pace or Pace())
    courier = Courier(world, settings.sandbox_secret, transport)
    numbers = msgspec.json.decode(settings.sandbox_whatsapp or "[]", type=list[Number])
    whatsapp = WhatsApp(numbers, transport=transport)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        with contextlib.suppress(Unavailable):
            async with world.open() as tx:
                await tx.forget_old()
        delivery = asyncio.create_task(courier.run())
        try:
            yield
        finally:
            delivery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await delivery
            await whatsapp.close()
            await database.close()

    parts = (messages, payouts, accounts, links, mandates, lenders, kyc, pages, graph, simulator)
    given = {
        "world": world,
        "database": database,
        "sandbox_url": settings.sandbox_url.rstrip("/"),
        "whatsapp": whatsapp,
    }
    return Litestar(
        route_handlers=[health.live, health.ready, *(route for part in parts for route in part.routes)],
        dependencies={name: _constant(it) for name, it in given.items()},
        guards=[_key_guard(settings.sandbox_secret)],
        before_request=_correlate,
        exception_handlers={
            CaasError: problems.on_caas_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_unexpected,
        },
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _constant(it: object) -> Provide:
    return Provide(lambda: it, sync_to_thread=False)


def _key_guard(secret: str) -> Any:
    expected = f"Bearer {secret}".encode()

    def has_key(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        given = connection.headers.get("authorization", "").encode()
        if not handler.opt.get("public") and not hmac.compare_digest(given, expected):
            raise BadKey

    return has_key


async def _correlate(request: Request[Any, Any, Any]) -> None:
    telemetry.correlate(request.headers.get("x-request-id") or new_id().hex)
