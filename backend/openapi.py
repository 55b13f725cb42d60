"""The OpenAPI 3.1 document, and the pages that show it without loading anything from outside."""

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Server


def openapi_config(public_url: str) -> OpenAPIConfig:
    """How the document is made and where it is served."""
    return OpenAPIConfig(
        title="CaaS API",
        version="2026-11-01",
        description="Credit as a service: sign-up, verification, applications, offers, agreements, loans and money.",
        servers=[Server(url=public_url)],
        path="/docs",
        render_plugins=[],
    )
