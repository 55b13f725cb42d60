"""Whom a server draws the app for. The platform is told their network address instead of the server's own."""

from contextvars import ContextVar

# Set for each socket by the server that holds it, where no client can reach it; None on a phone, which calls itself.
CALLER: ContextVar[str | None] = ContextVar("caller", default=None)
