"""The Litestar application of one platform."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.docs_pages import PAGES
from backend.kernel import health, problems, telemetry
from backend.kernel.bodies import StrictRequest
from backend.kernel.edge import Edge
from backend.kernel.http import RequestFrame
from backend.kernel.vault import Vault
from backend.openapi import openapi_config
from backend.settings import Environment
from backend.wiring import Platform
from shared.errors import CaasError

MAX_BODY = 12 * 1024 * 1024


@get("/metrics", operation_id="getMetrics", opt={"public": True}, include_in_schema=False, sync_to_thread=False)
def metrics() -> Response[bytes]:
    """Figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8"))


def create_app(platform: Platform) -> Litestar:
    """The HTTP face of `platform`."""
    services, settings = platform.services, platform.settings
    telemetry.configure(level=settings.log_level, service="caas-api", otlp_endpoint=settings.otlp_endpoint)

    def edge(request: Request[Any, Any, Any], vault: NamedDependency[Vault]) -> Edge:
        return Edge(request, services.database, vault, services.tenants)

    objects: dict[str, object] = {
        "database": services.database,
        "tenants": services.tenants,
        "live_hub": platform.live,
        "revocations": platform.revocations,
        "public_url": services.public_url,
    }
    for module in platform.modules:
        assert {*objects, "vault", "edge"}.isdisjoint(module.dependencies), "two modules name a dependency alike"
        objects |= module.dependencies

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        watches = [asyncio.create_task(each.watch()) for each in (platform.revocations, platform.live)]
        try:
            yield
        finally:
            for watch in watches:
                watch.cancel()
            await asyncio.wait(watches)
            await platform.close()

    frame = RequestFrame(platform.authenticator, services.tenants, limited=settings.environment is not Environment.TEST)
    config: OpenAPIConfig = openapi_config(settings.public_url)
    return Litestar(
        route_handlers=[
            health.live,
            health.ready,
            metrics,
            *PAGES,
            *(route for m in platform.modules for route in m.routes),
        ],
        # In a row: what does not depend on something else is fetched side by side in tasks, which takes far longer.
        dependencies={
            "vault": Provide(lambda: services.vault, sync_to_thread=False),
            "edge": Provide(edge, sync_to_thread=False),
            **{name: _after_edge(it) for name, it in objects.items()},
        },
        request_class=StrictRequest,
        middleware=[frame],
        exception_handlers={
            CaasError: problems.on_caas_error,
            HTTPException: problems.on_http_error,
            UnicodeDecodeError: problems.on_not_unicode,
            Exception: problems.on_unexpected,
        },
        lifespan=[lifespan],
        openapi_config=config,
        request_max_body_size=MAX_BODY,
        logging_config=None,
        debug=False,
    )


def _after_edge(it: object) -> Provide:
    def provide(edge: NamedDependency[Edge]) -> object:  # noqa: ARG001  (named for its place in the row)
        return it

    return Provide(provide, sync_to_thread=False)
