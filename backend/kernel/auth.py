"""Who calls: read from the access token once a request, asked for by guards.

Every route needs a signed-in caller unless it says `opt={"public": True}`, and that caller in person unless it says by
`opt=by_chat(…)` that a bot may call it for them.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import Database, Tx
from backend.kernel.scope import Assurance, Principal, Role
from backend.kernel.tables import revoked_session
from backend.kernel.tokens import LIFETIME, AccessTokens
from shared.errors import NotAuthenticated, NotPermitted

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

POLL = timedelta(seconds=1)
# What a session is begun or raised with that proves two factors: an authenticator's code, or a passkey by itself.
SECOND_FACTORS = frozenset({"totp", "passkey"})
_ROLES = {role.value: role for role in Role}


class Revocations:
    """Sessions revoked within the life of an access token, read anew each second: a stolen phone is out at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revoked: frozenset[UUID] = frozenset()

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._revoked

    async def refresh(self) -> None:
        """Reads the list."""
        since = self._database.clock.now() - LIFETIME - timedelta(minutes=1)
        recent = select(revoked_session.c.session_id).where(revoked_session.c.revoked_at > since)
        async with self._database.unscoped() as connection:
            self._revoked = frozenset((await connection.execute(recent)).scalars())

    async def watch(self) -> None:
        """Refreshes until cancelled; a database that is away leaves the last list standing."""
        while True:
            with contextlib.suppress(Exception):  # the requests themselves report a database that is away
                await self.refresh()
            await asyncio.sleep(POLL.total_seconds())


async def revoke_session(tx: Tx, session_id: UUID) -> None:
    """Ends a session's access tokens on every process within about a second of the commit."""
    added = insert(revoked_session).values(session_id=session_id, revoked_at=tx.now)
    await tx.execute(added.on_conflict_do_nothing())
    stale = tx.now - 10 * LIFETIME
    await tx.execute(delete(revoked_session).where(revoked_session.c.revoked_at < stale))


class Authenticator:
    """Turns a bearer token into a Principal."""

    def __init__(self, tokens: AccessTokens, database: Database, revocations: Revocations) -> None:
        self._tokens = tokens
        self._database = database
        self._revocations = revocations

    def authenticate(self, authorization: str) -> Principal:
        """The caller behind an Authorization header. Raises NotAuthenticated and its leaves."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated
        claims = self._tokens.verify(token.strip(), self._database.clock.now())
        if claims.sid is None or claims.sid in self._revocations:
            raise NotAuthenticated
        if claims.act is not None and claims.act.sid in self._revocations:
            raise NotAuthenticated
        return Principal(
            tenant_id=claims.tid,
            user_id=claims.sub,
            session_id=claims.sid,
            roles=frozenset(_ROLES[role] for role in claims.roles if role in _ROLES),
            second_factor=not SECOND_FACTORS.isdisjoint(claims.amr),
            assurance=Assurance.FULL if claims.act is None else Assurance(claims.acr),
            through=None if claims.act is None else claims.act.sub,
        )


def principal_of(connection: Connection) -> Principal | None:
    """The signed-in caller, or None."""
    principal = connection.scope.get("user")
    return principal if isinstance(principal, Principal) else None


def require_sign_in(principal: Principal | None, handler: BaseRouteHandler) -> None:
    """Lets nobody without a token through to a route that is not public. Raises NotAuthenticated."""
    if principal is None and not handler.opt.get("public"):
        raise NotAuthenticated


class AppOnly(NotPermitted):
    """A bot tried what is kept for the app."""

    code = "app_only"
    message = "This can't be done by chat. Open the app, sign in, and do it there."


class AssuranceTooLow(NotPermitted):
    """A bot tried what needs a confirmation first."""

    code = "assurance_too_low"
    message = "This needs a confirmation first: step up in the app or by a code, then try again."


_REACHED_BY: dict[Assurance, frozenset[Assurance]] = {
    Assurance.LINKED: frozenset({Assurance.LINKED, Assurance.STEPPED_UP}),
    Assurance.STEPPED_UP: frozenset({Assurance.STEPPED_UP}),
    Assurance.AGENT: frozenset({Assurance.AGENT}),
}


def by_chat(*least: Assurance, **more: Any) -> dict[str, Any]:
    """A route's `opt` that lets bots call it for people, from each of these levels of assurance on."""
    return {"by_chat": frozenset().union(*(_REACHED_BY[level] for level in least)), **more}


def require_assurance(principal: Principal | None, handler: BaseRouteHandler) -> None:
    """Keeps a bot that speaks for somebody to the routes that are open to it. Raises AppOnly, AssuranceTooLow."""
    if principal is None or principal.assurance is Assurance.FULL or handler.opt.get("public"):
        return
    reached_by: frozenset[Assurance] = handler.opt.get("by_chat", frozenset())
    if principal.assurance in reached_by:
        return
    needs_step_up = principal.assurance is Assurance.LINKED and Assurance.STEPPED_UP in reached_by
    raise AssuranceTooLow if needs_step_up else AppOnly


def requires(*roles: Role) -> Guard:
    """A guard that lets through whoever holds any of `roles`. Async, for the framework runs others in a thread."""

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        principal = principal_of(connection)
        if principal is None:
            raise NotAuthenticated
        if not principal.has(*roles):
            raise NotPermitted

    return guard
