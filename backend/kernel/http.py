"""Around every request: its id, its caller, its rate limit, its figures, and the headers that keep browsers safe."""

import contextlib
import re
import time
from typing import Any, Final

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.kernel import telemetry
from backend.kernel.auth import Authenticator, require_assurance, require_sign_in
from backend.kernel.edge import REPLAYED_HEADER
from backend.kernel.ratelimit import Plan, RateLimiter, Verdict
from backend.kernel.scope import Principal, Role
from backend.kernel.tenants import TenantDirectory, UnknownTenant
from shared.errors import TooManyRequests
from shared.ids import new_id

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Requests a minute for one caller, by the tenant's plan; before sign-in it is by network address.
PLANS: Final = {
    "anonymous": Plan(name="anonymous", limit=600, window_s=60),
    "starter": Plan(name="starter", limit=600, window_s=60),
    "growth": Plan(name="growth", limit=3_000, window_s=60),
    "scale": Plan(name="scale", limit=30_000, window_s=60),
    # One account speaks for everybody who chats; what it does in their names counts as theirs.
    "bot": Plan(name="bot", limit=120_000, window_s=60),
}
_SAFETY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


class RequestFrame(ASGIMiddleware):
    """The outermost layer of ours."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, authenticator: Authenticator, tenants: TenantDirectory, *, limited: bool = True) -> None:
        self._authenticator = authenticator
        self._tenants = tenants
        self._limiter = RateLimiter(time.monotonic_ns)
        self._limited = limited

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Runs one request inside its frame."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        method = str(scope.get("method", ""))
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else new_id().hex
        token = telemetry.correlate(request_id)
        began = time.perf_counter()
        status = 500
        verdict: Verdict | None = None

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(scope, message, request_id, verdict)
            await send(message)

        try:
            authorization = headers.get(b"authorization", b"").decode("latin-1")
            principal = self._authenticator.authenticate(authorization) if authorization else None
            scope["user"] = principal
            verdict = await self._admit(scope, principal)
            require_sign_in(principal, scope["route_handler"])
            require_assurance(principal, scope["route_handler"])
            with telemetry.tracer.start_as_current_span(f"HTTP {method}"):
                await next_app(scope, receive, framed)
        finally:
            route = str(scope.get("path_template") or "unmatched")
            elapsed = time.perf_counter() - began
            telemetry.requests_seconds.labels(method, route, str(status)).observe(elapsed)
            telemetry.uncorrelate(token)

    async def _admit(self, scope: Any, principal: Principal | None) -> Verdict | None:
        if not self._limited:
            return None
        if principal is None:
            plan, caller = PLANS["anonymous"], scope["client"][0] if scope.get("client") else "?"
        else:
            plan, caller = PLANS["bot" if principal.has(Role.BOT) else "starter"], str(principal.user_id)
            if not principal.has(Role.BOT):
                with contextlib.suppress(UnknownTenant):
                    plan = PLANS.get((await self._tenants.by_id(principal.tenant_id)).plan, plan)
        verdict = self._limiter.check(plan, caller)
        if not verdict.allowed:
            raise TooManyRequests(retry_after_s=verdict.retry_after_s)
        return verdict


def _dress(scope: Any, message: Any, request_id: str, verdict: Verdict | None) -> None:
    headers = MutableScopeHeaders.from_message(message)
    headers["X-Request-Id"] = request_id
    for name, value in _SAFETY.items():
        headers.setdefault(name, value)
    for name, value in (verdict.headers() if verdict else {}).items():
        headers[name] = value
    if scope.get("state", {}).get("replayed"):
        headers[REPLAYED_HEADER] = "true"
